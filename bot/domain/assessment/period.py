"""How far back an assessment looks, and into which steps its trends are cut."""

from datetime import datetime, timedelta
from enum import StrEnum


class Period(StrEnum):
    """Source: the seed's ContinuousImprovement."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ANNUAL = "annual"


TITLES = {
    Period.WEEKLY: "Weekly assessment",
    Period.MONTHLY: "Monthly review",
    Period.QUARTERLY: "Quarterly planning",
    Period.ANNUAL: "Annual retrospective",
}
_DAYS = {Period.WEEKLY: 7, Period.MONTHLY: 30, Period.QUARTERLY: 91, Period.ANNUAL: 364}
"""Whole weeks where it matters: a week with two Mondays would look busier."""
_STEPS = {Period.QUARTERLY: 3, Period.ANNUAL: 4}


def span(period: Period, until: datetime) -> tuple[datetime, datetime]:
    """Return where its time begins, and where the time before that it is compared with does."""
    length = timedelta(days=_DAYS[period])
    return until - length, until - 2 * length


def steps(period: Period, until: datetime) -> list[tuple[datetime, datetime]]:
    """Return the equal parts that a trend is told of, oldest first; none for short times."""
    count = _STEPS.get(period, 0)
    if not count:
        return []
    part = timedelta(days=_DAYS[period]) / count
    return [(until - (count - at) * part, until - (count - at - 1) * part) for at in range(count)]
