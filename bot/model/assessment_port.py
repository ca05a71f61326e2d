"""What is asked of a model about an assessment and a retrospective; beside `bot.model.port`."""

from dataclasses import dataclass

from bot.domain.assessment import AssessmentReading, Figure
from bot.domain.retrospective import Topics
from bot.model.port import Request


@dataclass(frozen=True, kw_only=True)
class AssessmentRequest(Request[AssessmentReading]):
    """Read the figures of a time; `known` is what follows from them by rule."""

    result_type = AssessmentReading
    role = "lead"

    figures: tuple[Figure, ...]
    topics: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RetroGroupRequest(Request[Topics]):
    """Say which anonymous cards belong together; a card is (column's number, text)."""

    result_type = Topics
    role = "lead"

    columns: tuple[str, ...]
    cards: tuple[tuple[int, str], ...]
