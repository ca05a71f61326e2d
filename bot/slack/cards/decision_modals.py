"""The modals of one decision: why it is rejected, challenged, no longer valid."""

from typing import Any, Literal

from bot.slack import limits
from bot.slack.blocks import context, modal, sections, text_input
from bot.slack.payloads import DecisionAction
from bot.slack.text import bold, clip, line
from bot.slack.views import DecisionCard

_TITLE = 150
ReasonKind = Literal["change", "reject", "deprecate"]
_ASKED: dict[ReasonKind, tuple[str, str, str]] = {
    "change": ("Request changes", "What should change?", "E.g. keep reads on the primary"),
    "reject": ("Reject", "Why not?", "One sentence for the record"),
    "deprecate": ("No longer valid", "Why does it not hold any more?", "E.g. we left MySQL"),
}


def reason_modal(kind: ReasonKind, card: DecisionCard) -> dict[str, Any]:
    """Return the modal that asks why, or what should change."""
    title, label, placeholder = _ASKED[kind]
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


def challenge_modal(card: DecisionCard) -> dict[str, Any]:
    """Return the modal that asks what is wrong with a decision, and what should stand instead."""
    return modal(
        f"Challenge {card.public_id}",
        [
            *sections(bold(clip(line(card.proposal.title), _TITLE))),
            text_input(
                "What is wrong with it?",
                block_id="reason",
                placeholder="What has changed, or what was not known?",
            ),
            text_input(
                "Title of what should stand instead",
                block_id="title",
                placeholder="The outcome in a few words",
                lines=False,
                most=limits.HEADER_TEXT,
            ),
            text_input(
                "What should be decided instead?",
                block_id="outcome",
                placeholder="And because of what?",
            ),
            *context(
                f"It becomes a proposal. {card.public_id} stays in force until that is accepted."
            ),
        ],
        submit="Propose",
        callback_id="decision.challenge",
        payload=_payload(card),
    )


def _payload(card: DecisionCard) -> DecisionAction:
    return DecisionAction(decision_id=card.decision_id, revision=card.revision)
