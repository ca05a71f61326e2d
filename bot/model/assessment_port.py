"""What is asked of a model about an assessment and a retrospective; beside `bot.model.port`."""

from dataclasses import dataclass

from bot.domain.assessment import AssessmentReading, Figure
from bot.model.port import Request


@dataclass(frozen=True, kw_only=True)
class AssessmentRequest(Request[AssessmentReading]):
    """Read the figures of a time; `known` is what follows from them by rule."""

    result_type = AssessmentReading
    role = "lead"

    figures: tuple[Figure, ...]
    topics: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
