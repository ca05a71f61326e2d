"""The sentences of a task's card: its first line, and what its state means for people."""

import html

from bot.domain.task import AT_WORK, TaskState
from bot.slack.text import bold, clip, count, escape, line, moment
from bot.slack.usage_text import OFFLINE, PRICE_UNKNOWN, dollars
from bot.slack.views import TaskCard

_TITLE = 150


def header_line(card: TaskCard) -> str:
    """Return e.g. "*Billing API* · greenfield · T-142 · 6 specialists · about $0.41 of $2.00"."""
    people = len({item.specialist for item in card.lines})
    parts = [
        bold(clip(line(card.title or card.text), _TITLE)),
        escape(card.pattern or ""),
        card.public_id,
        f"round {card.round}" if card.round > 1 else "",
        count(people, "specialist") if people else "",
        _money(card),
    ]
    return " · ".join(filter(None, parts))


def plain_header(card: TaskCard) -> str:
    """Return the first line as plain text, for what Slack does not format."""
    people = len({item.specialist for item in card.lines})
    parts = [
        line(card.title or card.text),
        card.pattern or "",
        card.public_id,
        f"round {card.round}" if card.round > 1 else "",
        count(people, "specialist") if people else "",
        html.unescape(_money(card)),
    ]
    return " · ".join(filter(None, parts))


def is_offline(card: TaskCard) -> bool:
    """Return whether the task is worked without a model."""
    return card.model_label.startswith("offline")


def _money(card: TaskCard) -> str:
    if is_offline(card):
        return OFFLINE
    if card.state is TaskState.DONE:
        return ""
    if card.estimate_micros is None:
        return PRICE_UNKNOWN if card.lines else ""
    cost = dollars(card.estimate_micros)
    about = "" if cost.startswith("under") else "about "
    return escape(f"{about}{cost} of {dollars(card.budget_micros)}")


def state_sentence(card: TaskCard) -> str:
    """Return what a person should know about the state; empty while all goes as planned."""
    if card.state in AT_WORK and card.state_reason:
        return f"⏸️ {escape(card.state_reason)}"
    match card.state:
        case TaskState.AWAITING_APPROVAL:
            return "This costs more than I may spend unasked. Shall I go ahead?"
        case TaskState.SYNTHESISING:
            return "⏳ Putting it together …"
        case TaskState.PAUSED:
            return _paused(card)
        case TaskState.FAILED:
            return _failed(card)
        case TaskState.STOPPED:
            return card.state_reason or "Stopped."
        case _:
            return ""


def _paused(card: TaskCard) -> str:
    if card.resume_at is None:
        return f"⏸️ {escape(card.state_reason)}"
    resume = moment(card.resume_at, "{time}")
    return f"⏸️ {escape(card.state_reason)} I'll try again at {resume}. Nothing is lost."


def _failed(card: TaskCard) -> str:
    retry = f"Your request is kept; `/lead retry {card.public_id}` goes on from there."
    if card.error_id:
        return f"❌ Something broke on my side ({card.error_id}). {retry}"
    return f"❌ {escape(card.state_reason)} {retry}"
