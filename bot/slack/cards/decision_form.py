"""The modal that holds a whole record: for a new decision, and for its author's edit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain.decision import DecisionRecord
from bot.domain.decision.lines import write_items, write_options
from bot.slack import limits
from bot.slack.blocks import choice, context, modal, text_input
from bot.slack.fields import day_field, people_field
from bot.slack.payloads import ChannelAction, DecisionAction
from bot.slack.post import Block
from bot.slack.text import size


@dataclass(frozen=True)
class FormTerms:
    """Under which terms it is decided, as the form shows them."""

    quorum: int | None = None
    approvers: tuple[str, ...] = ()
    review_by: date | None = None
    expires_on: date | None = None
    supersedes: tuple[int, ...] = ()
    amends: tuple[int, ...] = ()
    relates_to: tuple[int, ...] = ()


def new_decision_modal(place: ChannelAction) -> dict[str, Any]:
    """Return the empty form for a decision in a channel."""
    decided = choice(
        "Is it decided?",
        block_id="state",
        options=[("proposed", "Proposed: others decide"), ("accepted", "Accepted already")],
    )
    return modal(
        "Record a decision",
        [*_first(None), decided, *_rest(None), *_terms(FormTerms())],
        submit="Record",
        callback_id="decision.new",
        payload=place,
    )


def edit_decision_modal(
    payload: DecisionAction, public_id: str, record: DecisionRecord, terms: FormTerms
) -> dict[str, Any]:
    """Return the form with what is on record."""
    note = context("A new revision: what people said to the present one no longer counts.")
    return modal(
        f"Edit {public_id}",
        [*_first(record), *_rest(record), *_terms(terms), *note],
        submit="Save",
        callback_id="decision.edit",
        payload=payload,
    )


def fits(record: DecisionRecord) -> bool:
    """Return whether the form holds every field whole: what it cuts off would be lost."""
    texts = (record.title, record.outcome, record.context)
    longest = (limits.HEADER_TEXT, limits.INPUT_TEXT, limits.INPUT_TEXT)
    fields = (_written(record, name) for name, _, _ in _FIELDS)
    return all(size(text) <= most for text, most in zip(texts, longest, strict=True)) and all(
        size(text) <= limits.INPUT_TEXT for text in fields
    )


def _first(record: DecisionRecord | None) -> list[Block]:
    return [
        text_input(
            "Title",
            block_id="title",
            placeholder="The outcome in a few words",
            initial=record.title if record else "",
            lines=False,
            most=limits.HEADER_TEXT,
        ),
        text_input(
            "Outcome",
            block_id="outcome",
            placeholder="What is decided, and because of what?",
            initial=record.outcome if record else "",
        ),
        text_input(
            "Context",
            block_id="context",
            placeholder="What was the problem?",
            optional=True,
            initial=record.context if record else "",
        ),
    ]


_FIELDS = (
    ("drivers", "Drivers", "What speaks for it, one a line"),
    ("options", "Options", "One a line; below it + for, - against, ~ neither"),
    ("consequences", "Consequences", "What follows, one a line"),
    ("confirmation", "Confirmation", "How does one see that it is followed?"),
    ("services", "Affected services", "One a line"),
    ("specialists", "Implemented by", "One a line"),
    ("decision_makers", "Decided by", "Names, one a line"),
    ("consulted", "Consulted", "Names, one a line"),
    ("informed", "Informed", "Names, one a line"),
    ("more_information", "More information", "Links, evidence, history"),
)
TEXTS = ("confirmation", "more_information")
"""Fields that are one text; the others but `options` are lists."""


def _rest(record: DecisionRecord | None) -> list[Block]:
    return [
        text_input(
            label,
            block_id=name,
            placeholder=placeholder,
            optional=True,
            initial=_written(record, name) if record else "",
        )
        for name, label, placeholder in _FIELDS
    ]


def _written(record: DecisionRecord, name: str) -> str:
    if name in TEXTS:
        return str(getattr(record, name))
    return (
        write_options(record.options) if name == "options" else write_items(getattr(record, name))
    )


def _terms(terms: FormTerms) -> list[Block]:
    users = [item for item in terms.approvers if item[0] in "UW"]
    return [
        people_field("Who must agree", "approvers", users, placeholder="Whoever may decide here"),
        _short(
            "User groups that must agree",
            "groups",
            "Their ids, e.g. S0BACKEND1",
            " ".join(item for item in terms.approvers if item not in users),
        ),
        _short(
            "How many yeses it needs",
            "quorum",
            "As set in this channel, or more",
            terms.quorum or "",
        ),
        day_field("Review by", "review_by", terms.review_by),
        day_field("Provisional until", "expires_on", terms.expires_on),
        _short("Replaces", "supersedes", "E.g. D-2", _ids(terms.supersedes)),
        _short("Amends", "amends", "E.g. D-2", _ids(terms.amends)),
        _short("Related to", "relates_to", "E.g. D-2, D-7", _ids(terms.relates_to)),
    ]


def _short(label: str, block_id: str, placeholder: str, initial: object) -> Block:
    return text_input(
        label,
        block_id=block_id,
        placeholder=placeholder,
        optional=True,
        initial=str(initial),
        lines=False,
        most=limits.HEADER_TEXT,
    )


def _ids(numbers: Iterable[int]) -> str:
    return ", ".join(f"D-{number}" for number in numbers)
