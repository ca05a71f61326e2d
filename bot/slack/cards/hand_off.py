"""A hand-off between teams: the card of who was asked, the card of who asks, the list by age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.hand_off import OPEN, HandOffState
from bot.slack.blocks import actions, button, context, message, modal, sections, text_input
from bot.slack.payloads import HandOffAction
from bot.slack.post import Post
from bot.slack.text import bold, clip, count, escape, mention, moment

_WORDS = {
    HandOffState.REQUESTED: "requested",
    HandOffState.ACCEPTED: "accepted",
    HandOffState.DONE: "done",
    HandOffState.DECLINED: "declined",
    HandOffState.WITHDRAWN: "withdrawn",
}
SHOWN = 25
"""Ours: so many lines can be read."""
_DAY = "{date_short_pretty}"


@dataclass(frozen=True)
class HandOffCard:
    """What both cards show; `asking` and `asked` are the teams' names."""

    hand_off_id: str
    public_id: str
    asking: str
    asked: str
    text: str
    state: HandOffState
    requested_by: str
    answered_by: str | None
    reason: str
    due_at: datetime | None
    created_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


def asked_card(card: HandOffCard) -> Post:
    """Return the card for the team that was asked, with its buttons."""
    payload, about = HandOffAction(hand_off_id=card.hand_off_id), card.public_id
    buttons = []
    if card.state is HandOffState.REQUESTED:
        buttons.append(button("Accept", "handoff.accept", payload, about=about, style="primary"))
    if card.state in OPEN:
        buttons.append(button("Done", "handoff.done", payload, about=about))
        buttons.append(button("Decline", "handoff.decline", payload, about=about, style="danger"))
    first = f"*Hand-off {card.public_id}* · {escape(card.asking)} asks {escape(card.asked)}"
    return _card(card, first, actions(*buttons))


def asking_card(card: HandOffCard) -> Post:
    """Return the card for the team that asks; who asked can take it back while it is open."""
    buttons = []
    if card.state in OPEN and card.requested_by[:1] in ("U", "W"):
        payload = HandOffAction(hand_off_id=card.hand_off_id)
        buttons.append(button("Withdraw", "handoff.withdraw", payload, about=card.public_id))
    first = f"*Hand-off {card.public_id}* · to {escape(card.asked)}"
    return _card(card, first, actions(*buttons))


def _card(card: HandOffCard, first: str, buttons: list[dict[str, Any]]) -> Post:
    body = sections(f"{first}\n{escape(card.text)}")
    return Post(
        text=f"{card.public_id} for {escape(card.asked)}, {_WORDS[card.state]}:"
        f" {escape(clip(card.text, 150))}",
        blocks=message(body, context(standing(card)) + buttons),
    )


def standing(card: HandOffCard) -> str:
    """Return who asked when, until when, and how it stands."""
    parts = [f"asked by {mention(card.requested_by)}, {moment(card.created_at)}"]
    if card.due_at is not None:
        parts.append(f"due {moment(card.due_at, _DAY)}")
    state = _WORDS[card.state]
    if card.answered_by:
        state += f" by {mention(card.answered_by)}"
    if card.reason:
        state += f": {escape(clip(card.reason, 300))}"
    return " · ".join([*parts, state])


def reminder(card: HandOffCard, *, now: datetime) -> Post:
    """Return what reminds the team that was asked."""
    if card.state is HandOffState.REQUESTED:
        what = f"waits for an answer since {age(card.created_at, now)}"
    elif card.due_at is not None and card.due_at <= now:
        what = f"was due {moment(card.due_at, _DAY)}"
    elif card.due_at is not None:
        what = f"is due {moment(card.due_at, _DAY)}"
    else:
        what = "is open"
    text = f"{card.public_id} {what}: {escape(clip(card.text, 300))}"
    return Post(text=text, blocks=sections(text))


def withdrawn(card: HandOffCard) -> Post:
    """Return what tells the team that was asked that it need do nothing."""
    why = f": {escape(clip(card.reason, 300))}" if card.reason else ""
    by = mention(card.answered_by or card.requested_by)
    text = f"{card.public_id} is withdrawn by {by}{why}. Nothing is needed any more."
    return Post(text=text, blocks=sections(text))


def age(since: datetime, now: datetime) -> str:
    """Return e.g. "3 days", "5 h"; less than an hour is "less than 1 h"."""
    hours = int((now - since).total_seconds() // 3600)
    if hours < 1:
        return "less than 1 h"
    return f"{hours} h" if hours < 48 else count(hours // 24, "day")


def hand_off_list(cards: Sequence[HandOffCard], *, now: datetime) -> Post:
    """Return what is open, oldest first; a long list is counted."""
    if not cards:
        text = escape("No hand-off is open. `/lead handoff devops <what>` asks another team.")
        return Post(text=text, blocks=sections(text))
    lines = [hand_off_line(card, now=now) for card in cards[:SHOWN]]
    if len(cards) > SHOWN:
        lines.append(f"• and {len(cards) - SHOWN} more")
    text = f"{count(len(cards), 'open hand-off')}"
    return Post(text=text, blocks=message(sections("\n".join(lines))))


def hand_off_line(card: HandOffCard, *, now: datetime) -> str:
    """Return one line: from whom to whom, how old, how it stands."""
    due = ""
    if card.due_at is not None:
        late = "*overdue*, " if card.due_at <= now else ""
        due = f" · {late}due {moment(card.due_at, _DAY)}"
    return (
        f"• {bold(card.public_id)} {escape(card.asking)} → {escape(card.asked)} ·"
        f" {escape(clip(card.text, 120))} · {_WORDS[card.state]},"
        f" {age(card.created_at, now)} old{due}"
    )


def withdraw_modal(card: HandOffCard) -> dict[str, Any]:
    """Return the form that asks whether, and why, it is not needed any more."""
    return modal(
        f"Withdraw {card.public_id}",
        [
            *sections(escape(card.text)),
            text_input(
                "Why?", block_id="reason", placeholder="One sentence for those who were asked",
                most=500, optional=True,
            ),
        ],
        submit="Withdraw",
        callback_id="handoff.withdrawn",
        payload=HandOffAction(hand_off_id=card.hand_off_id),
    )  # fmt: skip


def decline_modal(card: HandOffCard) -> dict[str, Any]:
    """Return the form that asks why not."""
    return modal(
        f"Decline {card.public_id}",
        [
            *sections(escape(card.text)),
            text_input(
                "Why not?", block_id="reason", placeholder="One sentence for those who asked",
                most=500,
            ),
        ],
        submit="Decline",
        callback_id="handoff.declined",
        payload=HandOffAction(hand_off_id=card.hand_off_id),
    )  # fmt: skip
