"""Assessments: which time they are of, what is told of it, what follows from it. Pure rules."""

from bot.domain.assessment.figures import Tally, figures
from bot.domain.assessment.findings import NOT_ENOUGH, AssessmentReading, Figure, Findings
from bot.domain.assessment.period import Period, span, steps
from bot.domain.assessment.proposals import headline, proposals

__all__ = [
    "NOT_ENOUGH",
    "AssessmentReading",
    "Figure",
    "Findings",
    "Period",
    "Tally",
    "figures",
    "headline",
    "proposals",
    "span",
    "steps",
]
