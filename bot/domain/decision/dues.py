"""When a decision in force must be looked at again: its review, its expiry, the word before."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

WARN_DAYS = 3
"""Ours: a weekend and a day to say that a provisional decision stays."""
MORNING = time(8, tzinfo=UTC)
"""Ours: not at midnight, when nobody reads what is said once."""


class DueKind(StrEnum):
    """Why the lead speaks up."""

    REVIEW = "review"
    WARNING = "warning"
    EXPIRY = "expiry"


def dues_of(
    *, review_by: date | None, expires_on: date | None, now: datetime
) -> dict[DueKind, datetime]:
    """Return when a decision that is in force comes up; a warning that is too late is left out.

    A provisional decision lasts through its last day, `expires_on`.
    """
    found: dict[DueKind, datetime] = {}
    if review_by is not None:
        found[DueKind.REVIEW] = datetime.combine(review_by, MORNING)
    if expires_on is not None:
        found[DueKind.EXPIRY] = datetime.combine(expires_on + timedelta(days=1), MORNING)
        warning = datetime.combine(expires_on - timedelta(days=WARN_DAYS), MORNING)
        if warning > now:
            found[DueKind.WARNING] = warning
    return found
