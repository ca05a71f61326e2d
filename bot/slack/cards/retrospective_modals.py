"""The forms of a retrospective: cards, topics, votes, an action, a lesson."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from bot.domain.retrospective import MOST_CARDS, LessonKind
from bot.domain.retrospective.grouping import LONGEST_TITLE
from bot.slack.blocks import choice, context, modal, text_input
from bot.slack.fields import day_field, person_field, several_field
from bot.slack.payloads import (
    AssessmentProposal,
    Payload,
    RetroActionRef,
    RetroPhase,
    RetroTopic,
)

MOST_OPTIONS = 100
"""Slack's, of one menu."""
_ACTION = 500
_ACTION_FORMS: dict[type[Payload], str] = {
    RetroTopic: "retro.acted",
    RetroActionRef: "retro.changed",
    AssessmentProposal: "assessment.acted",
}
"""Which listener takes an action's form, by what it comes from."""


def cards_modal(
    payload: RetroPhase, columns: Sequence[str], mine: Mapping[int, Sequence[str]]
) -> dict[str, Any]:
    """Return the form with a person's own cards, one a line, to add, change and remove."""
    fields = [
        text_input(
            name,
            block_id=f"c{position}",
            placeholder="One card a line",
            optional=True,
            initial="\n".join(mine.get(position, ())),
            most=3_000,
        )
        for position, name in enumerate(columns)
    ]
    told = (
        "Anonymous: I keep a mark instead of your name, to find your cards again, and throw it"
        f" away when the collecting ends. At most {MOST_CARDS} a column."
    )
    return modal(
        "Your cards",
        [*context(told), *fields],
        submit="Save",
        callback_id="retro.written",
        payload=payload,
    )


def group_modal(payload: RetroPhase, cards: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the form that puts cards, (id, words) each, into one topic."""
    blocks = [
        several_field(
            "Which cards belong together?", "cards", cards[:MOST_OPTIONS], optional=False
        ),
        text_input(
            "What do they say?",
            block_id="title",
            placeholder="Empty: the shortest of them",
            optional=True,
            lines=False,
            most=LONGEST_TITLE,
        ),
        *context(
            "They become one topic, also across columns. One card alone becomes a topic of its own."
        ),
    ]
    return modal(
        "Sort cards", blocks, submit="Put together", callback_id="retro.grouped", payload=payload
    )


def vote_modal(
    payload: RetroPhase, topics: Sequence[tuple[str, str]], mine: Collection[str], *, most: int
) -> dict[str, Any]:
    """Return the form with the topics, (id, words) each; own votes are chosen already."""
    return modal(
        "Your votes",
        [
            several_field(
                f"At most {most}", "topics", topics[:MOST_OPTIONS], chosen=mine, most=most
            ),
            *context("You can change them until the voting ends. Nobody sees whose they are."),
        ],
        submit="Vote",
        callback_id="retro.voted",
        payload=payload,
    )


def action_modal(
    payload: RetroTopic | RetroActionRef | AssessmentProposal,
    *,
    text: str,
    owner_id: str = "",
    due_on: date | None = None,
) -> dict[str, Any]:
    """Return the form of an action: what, who, until when; `payload` says what it comes from."""
    return modal(
        "Action",
        [
            text_input(
                "What is to be done?",
                block_id="text",
                placeholder="E.g. write the runbook for refunds",
                initial=text,
                most=_ACTION,
            ),
            person_field("Who?", "owner", owner_id),
            day_field("Until when?", "due", due_on),
        ],
        submit="Save",
        callback_id=_ACTION_FORMS[type(payload)],
        payload=payload,
    )


def lesson_modal(payload: Payload, *, text: str, first: LessonKind) -> dict[str, Any]:
    """Return the form of a lesson; what stands in it is confirmed by sending it."""
    kinds = sorted(LessonKind, key=lambda kind: kind is not first)
    return modal(
        "Lesson",
        [
            choice(
                "What is it?",
                block_id="kind",
                options=[(kind.value, kind.value.capitalize()) for kind in kinds],
            ),
            text_input(
                "The lesson, so that others understand it in a year",
                block_id="text",
                placeholder="E.g. deploys on Fridays cost us two weekends",
                initial=text,
                most=1_000,
            ),
            *context("It is kept with your name as who confirmed it."),
        ],
        submit="Keep",
        callback_id="retro.learned",
        payload=payload,
    )
