"""The forms of escalations: a new one, an update, handing over, what solved it."""

from typing import Any

from bot.domain.escalation import HIGHEST
from bot.domain.escalation.policy import NAMES
from bot.slack.blocks import choice, context, modal, sections, text_input
from bot.slack.escalation_views import EscalationCard
from bot.slack.fields import person_field
from bot.slack.payloads import EscalationAction, EscalationDraft
from bot.slack.post import Block
from bot.slack.text import bold, clip, line

TITLE = 150


def escalation_modal(draft: EscalationDraft, *, text: str = "", owner_id: str) -> dict[str, Any]:
    """Return the form of a new escalation, prefilled from what was said."""
    first = line(text.strip().splitlines()[0]) if text.strip() else ""
    rest = "" if line(text) == first else text
    levels = [(str(n), f"{n}: {NAMES[n]}") for n in range(1, HIGHEST + 1)]
    return modal(
        "Escalate",
        [
            text_input(
                "What is blocked?",
                block_id="title",
                placeholder="E.g. payment webhooks are dropped since 09:10",
                initial=clip(first, TITLE),
                lines=False,
                most=TITLE,
            ),
            text_input(
                "Impact",
                block_id="impact",
                placeholder="Who cannot do what, since when?",
                initial=rest,
                optional=True,
            ),
            text_input(
                "Tried so far",
                block_id="tried",
                placeholder="So that nobody tries it again",
                optional=True,
            ),
            choice("Level", block_id="level", options=levels),
            person_field("Who is on it?", "owner", owner_id, optional=False),
            *context("Level 4 calls people at once, at any hour: critical failures and security."),
        ],
        submit="Escalate",
        callback_id="escalation.new",
        payload=draft,
    )


def update_modal(card: EscalationCard) -> dict[str, Any]:
    """Return the form that asks how it stands."""
    asked = text_input(
        "How does it stand?", block_id="text", placeholder="What is known, what next"
    )
    return _modal(card, "Update", [asked], callback_id="escalation.update")


def resolve_modal(card: EscalationCard) -> dict[str, Any]:
    """Return the form that asks what solved it."""
    asked = text_input("What solved it?", block_id="text", placeholder="One sentence for next time")
    return _modal(card, "Resolve", [asked], callback_id="escalation.resolve")


def hand_modal(card: EscalationCard) -> dict[str, Any]:
    """Return the form that asks who takes over."""
    note = text_input(
        "What should they know?",
        block_id="text",
        placeholder="What was found out, what comes next",
        optional=True,
    )
    return _modal(
        card,
        "Hand over",
        [person_field("To whom?", "owner", optional=False), note],
        callback_id="escalation.hand",
    )


def _modal(
    card: EscalationCard, title: str, fields: list[Block], *, callback_id: str
) -> dict[str, Any]:
    return modal(
        f"{title}: {card.public_id}",
        [*sections(bold(clip(line(card.title), TITLE))), *fields],
        submit=title,
        callback_id=callback_id,
        payload=EscalationAction(escalation_id=card.escalation_id, level=card.level),
    )
