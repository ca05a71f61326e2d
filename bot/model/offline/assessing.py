"""Reads an assessment by rule: the first of what follows from the figures, and the rest of it."""

from bot.domain.assessment import AssessmentReading
from bot.model.assessment_port import AssessmentRequest


def read_assessment(request: AssessmentRequest) -> AssessmentReading:
    """Return what the rules say; nothing is added."""
    first, *rest = request.known or ("Nothing stands out.",)
    return AssessmentReading(headline=first, proposals=tuple(rest[:4]))
