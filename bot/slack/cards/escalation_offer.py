"""The offer to escalate decisions that nobody answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.blocks import actions, button, message, sections
from bot.slack.payloads import DecisionAction
from bot.slack.post import Block, Post
from bot.slack.text import clip, count, escape, line

_TITLE = 150


@dataclass(frozen=True)
class OfferLine:
    """A decision that waits."""

    decision_id: str
    revision: int
    public_id: str
    title: str
    days: int


def escalation_offer(lines: Sequence[OfferLine]) -> Post:
    """Return one message for all of a thread; nothing is escalated before a button is pressed."""
    if len(lines) == 1:
        (one,) = lines
        text = f"{_named(one)} has waited for an answer for {count(one.days, 'day')}."
        return Post(
            text=text.replace("*", ""), blocks=message(sections(text), actions(_press(one)))
        )
    text = f"{len(lines)} decisions here have waited for an answer."
    listed: list[Block] = []
    for each in lines:
        first, *rest = sections(f"{_named(each)} · {count(each.days, 'day')}")
        listed += [{**first, "accessory": _press(each)}, *rest]
    return Post(text=text, blocks=message(sections(text), listed))


def _named(one: OfferLine) -> str:
    return f"*{one.public_id}* {escape(clip(line(one.title), _TITLE))}"


def _press(one: OfferLine) -> Block:
    payload = DecisionAction(decision_id=one.decision_id, revision=one.revision)
    about = f"{one.public_id} {one.title}"
    return button("Escalate", "escalation.decision", payload, about=about)
