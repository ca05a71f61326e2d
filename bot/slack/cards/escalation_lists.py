"""Escalations in lists, and one with its timeline."""

from collections.abc import Sequence

from bot.domain.escalation import EscalationState
from bot.domain.escalation.summary import Summary
from bot.slack.blocks import button, message, sections
from bot.slack.cards.escalation import escalation_card, icon
from bot.slack.cards.escalation_summary import summary_text
from bot.slack.cards.escalation_words import next_words, said, timeline_line, who
from bot.slack.escalation_views import EscalationCard, EscalationLine
from bot.slack.payloads import EscalationAction
from bot.slack.post import Block, Post
from bot.slack.text import count, escape

_TITLE = 100
_NOTHING = escape("Nothing is escalated here. `/lead escalate <what>` does it.")


def escalation_list(cards: Sequence[EscalationCard]) -> Post:
    """Return `/lead escalations`."""
    if not cards:
        return Post(text=_NOTHING, blocks=message(sections(_NOTHING)))
    lines = "\n".join(map(escalation_line, cards))
    return Post(text=count(len(cards), "escalation"), blocks=message(sections(lines)))


def escalation_details(
    card: EscalationCard,
    lines: Sequence[EscalationLine],
    *,
    summary: Summary | None = None,
    undelivered: Sequence[str] = (),
) -> Post:
    """Return one case with everything that happened to it."""
    shown = escalation_card(card)
    body = [*shown.blocks, *sections("*Timeline*\n" + "\n".join(map(timeline_line, lines)))]
    if summary is not None:
        body += sections(summary_text(card, summary))
    if undelivered:
        told = "\n".join(f"• {said(problem)}" for problem in dict.fromkeys(undelivered))
        body += sections(f"*Not delivered ({len(undelivered)})*\n{told}")
    return Post(text=shown.text, blocks=message(body))


def escalation_line(card: EscalationCard) -> str:
    """Return a case as one line of a list."""
    state = "is asked" if card.state is EscalationState.OPEN else card.state.value
    owner = who(card.owner_id, nobody="nobody")
    parts = [
        f"{icon(card)} *{card.public_id}*",
        f"level {card.level}",
        said(card.title, _TITLE),
        state if card.state is EscalationState.RESOLVED else f"{owner} {state}",
        next_words(card),
    ]
    return " · ".join(filter(None, parts))


def home_escalations(cards: Sequence[EscalationCard]) -> list[Block]:
    """Return a person's own cases for the Home tab; none without any."""
    shown: list[Block] = []
    for card in cards:
        payload = EscalationAction(escalation_id=card.escalation_id, level=card.level)
        first, *rest = sections(escalation_line(card))
        opened = button("Open", "escalation.open", payload, about=card.public_id)
        shown += [{**first, "accessory": opened}, *rest]
    return shown
