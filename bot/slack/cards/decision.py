"""A decision: proposed with its buttons, or with who decided, when and why."""

from typing import Any, Literal

from bot.domain.decision import DecisionOption, DecisionProposal, DecisionState
from bot.slack.blocks import actions, button, context, header, message, modal, sections, text_input
from bot.slack.cards.specialist import bullet_list
from bot.slack.markdown import mrkdwn, mrkdwn_line, plain_line
from bot.slack.payloads import DecisionAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, escape, line, mention, moment
from bot.slack.views import DecisionCard

_TITLE = 150
_REASON = 500
STATE_WORDS = {
    DecisionState.PROPOSED: "Decision proposed",
    DecisionState.CHANGES_REQUESTED: "Changes requested",
    DecisionState.ACCEPTED: "Accepted",
    DecisionState.EXPIRED: "Expired",
    DecisionState.REJECTED: "Rejected",
    DecisionState.DEPRECATED: "No longer valid",
    DecisionState.SUPERSEDED: "Replaced",
    DecisionState.UNCLEAR: "Status unclear",
}


def decision_card(card: DecisionCard) -> Post:
    """Return the card: what, because of what, at what cost; buttons while it is open."""
    title = clip(line(card.proposal.title), _TITLE)
    revision = f" · revision {card.revision}" if card.revision > 1 else ""
    first = f"*{STATE_WORDS[card.state]}* · {card.public_id}{revision} · {bold(title)}"
    body = sections(first) + sections(_why(card.proposal))
    return Post(
        text=f"{STATE_WORDS[card.state]}: {card.public_id} {escape(title)}",
        blocks=message(body, context(_standing(card) + _source(card)) + _buttons(card)),
    )


def decision_details(card: DecisionCard) -> Post:
    """Return every field, in MADR's order."""
    proposal = card.proposal
    title = clip(line(proposal.title), _TITLE)
    parts = [
        ("Context", mrkdwn(proposal.context)),
        ("Drivers", bullet_list(proposal.drivers)),
        ("Options", "\n".join(_option(option) for option in proposal.options)),
        ("Outcome", mrkdwn(proposal.outcome)),
        ("Consequences", bullet_list(proposal.consequences)),
        ("Confirmed by", mrkdwn(proposal.confirmation)),
        ("Services", escape(", ".join(proposal.services))),
        ("Implemented by", escape(", ".join(proposal.specialists))),
    ]
    body = header(f"{card.public_id} · {title}") + context(_standing(card) + _source(card))
    for name, text in parts:
        body += sections(f"*{name}*\n{text}" if text else "")
    return Post(text=f"{card.public_id} {escape(title)}: {card.state.value}", blocks=message(body))


def reason_modal(kind: Literal["change", "reject"], card: DecisionCard) -> dict[str, Any]:
    """Return the modal that asks why, or what should change."""
    asked = {
        "change": ("Request changes", "What should change?", "E.g. keep reads on the primary"),
        "reject": ("Reject", "Why not?", "One sentence for the record"),
    }
    title, label, placeholder = asked[kind]
    return modal(
        f"{title}: {card.public_id}",
        [
            *sections(bold(clip(line(card.proposal.title), _TITLE))),
            text_input(label, block_id="reason", placeholder=placeholder),
        ],
        submit=title,
        callback_id=f"decision.{kind}",
        payload=_payload(card),
    )


def _payload(card: DecisionCard) -> DecisionAction:
    return DecisionAction(decision_id=card.decision_id, revision=card.revision)


def _buttons(card: DecisionCard) -> list[Block]:
    if card.state is not DecisionState.PROPOSED:
        return []
    payload, about = _payload(card), f"{card.public_id} {card.proposal.title}"
    change = button("Request changes", "decision.change", payload, about=about)
    return actions(
        button("Accept", "decision.accept", payload, about=about, style="primary"),
        *((change,) if card.redraftable else ()),
        button("Reject", "decision.reject", payload, about=about, style="danger"),
    )


def _source(card: DecisionCard) -> str:
    """Return a link to the message it was recorded from."""
    safe = card.source_url.startswith(("https://", "http://")) and not set("<>|") & set(
        card.source_url
    )
    return f" · <{card.source_url}|the message>" if safe else ""


def _why(proposal: DecisionProposal) -> str:
    chosen = plain_line(proposal.title).casefold()
    others = [o.title for o in proposal.options if not _is_chosen(o, chosen, proposal.outcome)]
    lines = (
        ("Because", proposal.drivers, "; "),
        ("Consequences", proposal.consequences, "; "),
        ("Alternatives", tuple(others), ", "),
    )
    named = [
        f"*{name}:* {joint.join(mrkdwn_line(item).rstrip('.') for item in items)}"
        for name, items, joint in lines
        if items
    ]
    return "\n".join([mrkdwn(proposal.outcome), *named])


def _is_chosen(option: DecisionOption, title: str, outcome: str) -> bool:
    name = plain_line(option.title).casefold()
    return name in title or title in name or name in plain_line(outcome).casefold()


def _standing(card: DecisionCard) -> str:
    """Return who must decide by when, or who did, when and why."""
    review = f" · review by {card.review_by:%d %b %Y}" if card.review_by else ""
    if card.state is DecisionState.PROPOSED:
        asked = f" · asked for: {escape(clip(line(card.reason), _REASON))}" if card.reason else ""
        return f"Needs: {card.needs}{review}{asked}"
    words = STATE_WORDS[card.state]
    if card.decided_by:
        words += f" by {mention(card.decided_by)}"
    if card.decided_at:
        words += f", {moment(card.decided_at)}"
    reason = f": {escape(clip(line(card.reason), _REASON))}" if card.reason else ""
    later = review if card.state is DecisionState.ACCEPTED else ""
    return f"{words}{reason}{later}"


def _option(option: DecisionOption) -> str:
    marks = (("➕", option.good), ("▫️", option.neutral), ("➖", option.bad))
    points = [f"    ◦ {mark} {mrkdwn_line(text)}" for mark, texts in marks for text in texts]
    return "\n".join([f"• {mrkdwn_line(option.title)}", *points])
