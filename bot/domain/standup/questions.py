"""The questions of a standup, as people edit them: one a line, `blockers:` and `mood:` in front."""

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import UserFacingError

MOST_QUESTIONS = 8
"""Ours: more is a form that nobody fills in each morning."""
_LONGEST = 150
"""Slack's label of a field holds 2,000; a question is a line."""


class Kind(StrEnum):
    """What an answer is used for."""

    TEXT = "text"
    BLOCKER = "blockers"
    """Each line of the answer is a blocker that is carried over."""
    MOOD = "mood"
    """Never required, never counted."""


@dataclass(frozen=True)
class Question:
    """One question at its place."""

    position: int
    kind: Kind
    text: str


DEFAULT_QUESTIONS = (
    Question(0, Kind.TEXT, "What did you finish since last time?"),
    Question(1, Kind.TEXT, "What is next?"),
    Question(2, Kind.BLOCKER, "What blocks you? One a line."),
)


def read_questions(text: str) -> tuple[Question, ...]:
    """Return the questions in a text; raises UserFacingError for too many, none, or two `mood`s."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not 1 <= len(lines) <= MOST_QUESTIONS:
        raise UserFacingError(f"Give one to {MOST_QUESTIONS} questions, one a line.")
    found = tuple(_question(position, line) for position, line in enumerate(lines))
    for kind in (Kind.BLOCKER, Kind.MOOD):
        if sum(question.kind is kind for question in found) > 1:
            raise UserFacingError(f"Only one line can begin with `{kind.value}:`.")
    if all(question.kind is Kind.MOOD for question in found):
        raise UserFacingError("Ask something besides the mood.")
    return found


def questions_text(questions: tuple[Question, ...]) -> str:
    """Return the questions as they are edited."""
    return "\n".join(
        question.text if question.kind is Kind.TEXT else f"{question.kind.value}: {question.text}"
        for question in questions
    )


def _question(position: int, line: str) -> Question:
    kind = Kind.TEXT
    for each in (Kind.BLOCKER, Kind.MOOD):
        if line.lower().startswith(f"{each.value}:"):
            kind, line = each, line[len(each.value) + 1 :].strip()
    if not line:
        raise UserFacingError(f"The question behind `{kind.value}:` is missing.")
    if len(line) > _LONGEST:
        raise UserFacingError(f"A question has at most {_LONGEST} characters.")
    return Question(position, kind, line)
