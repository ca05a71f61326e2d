"""The form in which a person changes what a review proposes, and accepts it so."""

from typing import Any

from bot.domain.architecture_review import DebtProposal, TechnologyProposal
from bot.domain.performance_target import amount
from bot.domain.technology import Ring
from bot.slack.blocks import choice, modal, text_input
from bot.slack.cards.architecture_review import OutputLine
from bot.slack.fields import day_field, person_field
from bot.slack.payloads import ReviewOutputAction
from bot.slack.post import Block


def output_form(output: OutputLine) -> dict[str, Any]:
    """Return the form with the fields of the proposal's kind."""
    body = output.body
    if isinstance(body, TechnologyProposal):
        title, blocks = f"{body.name}", _technology(body)
    elif isinstance(body, DebtProposal):
        title, blocks = body.ref or "New debt", _debt(body)
    else:
        title = f"{body.service} {body.metric}"
        blocks = [
            _short(
                "Target",
                "value",
                f"{'<=' if body.comparison == 'most' else '>='} {amount(body.value, body.unit)}",
                "<= 200 ms",
            ),
            _long("What is done, and how it is measured", "initiative", body.initiative),
        ]
    if not isinstance(body, TechnologyProposal):
        blocks += [
            person_field("Owner", "owner", output.owner_id),
            day_field("Due", "due", output.due_on),
        ]
    return modal(
        title.strip() or "Proposal",
        blocks,
        submit="Accept",
        callback_id="review.edited",
        payload=ReviewOutputAction(output_id=output.output_id),
    )


def _technology(body: TechnologyProposal) -> list[Block]:
    rings = [body.ring, *(ring for ring in Ring if ring is not body.ring)]
    return [
        choice("Ring", block_id="ring", options=[(ring.value, ring.value) for ring in rings]),
        _long("Reason", "reason", body.reason),
    ]


def _debt(body: DebtProposal) -> list[Block]:
    first = [] if body.ref else [
        _short("Title", "title", body.title, "What is owed"),
        _short("Service", "service", body.service, "Which service has it", optional=True),
        _long("What it costs while it stands", "interest", body.interest, optional=True),
    ]  # fmt: skip
    return [*first, _long("How it is remedied", "plan", body.plan)]


def _short(
    label: str, block_id: str, initial: str, placeholder: str, *, optional: bool = False
) -> Block:
    return text_input(
        label,
        block_id=block_id,
        placeholder=placeholder,
        optional=optional,
        initial=initial,
        lines=False,
        most=150,
    )


def _long(label: str, block_id: str, initial: str, *, optional: bool = False) -> Block:
    return text_input(
        label,
        block_id=block_id,
        placeholder="One or two sentences",
        optional=optional,
        initial=initial,
        most=1_000,
    )
