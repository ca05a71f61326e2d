"""The forms of a standup: one's answers, and the questions of a channel."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.standup import MOST_QUESTIONS, Kind, Question, questions_text
from bot.slack.blocks import context, modal, text_input
from bot.slack.payloads import ChannelAction, StandupAction

_HINTS = {
    Kind.TEXT: "A line or two",
    Kind.BLOCKER: "Empty if nothing",
    Kind.MOOD: "A word or an emoji, if you like",
}


def answer_modal(
    standup_id: str,
    name: str,
    questions: Sequence[Question],
    said: Mapping[int, str],
    *,
    note: str,
) -> dict[str, Any]:
    """Return the form with what was said before; open blockers stand in their field."""
    fields = [
        text_input(
            question.text,
            block_id=f"q{question.position}",
            placeholder=_HINTS[question.kind],
            optional=question.kind is not Kind.TEXT or question.position > 1,
            initial=said.get(question.position, ""),
            lines=question.kind is not Kind.MOOD,
        )
        for question in questions
    ]
    return modal(
        name,
        [*context(note), *fields],
        submit="Send",
        callback_id="standup.answered",
        payload=StandupAction(standup_id=standup_id),
    )


def questions_modal(channel_id: str, questions: tuple[Question, ...]) -> dict[str, Any]:
    """Return the form with a channel's questions, one a line."""
    return modal(
        "Standup questions",
        [
            text_input(
                f"One a line, at most {MOST_QUESTIONS}",
                block_id="questions",
                placeholder="What is next?",
                initial=questions_text(questions),
            ),
            *context(
                "Begin a line with `blockers:` for what is carried over until it is solved, with"
                " `mood:` for what nobody has to answer. A standup that has begun keeps its own."
            ),
        ],
        submit="Save",
        callback_id="standup.questions",
        payload=ChannelAction(channel_id=channel_id),
    )
