"""Surveys: who is asked what, on which scale, and what counts come to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum


class SurveyKind(StrEnum):
    """Who is asked."""

    TEAM = "team"
    """Whoever is in the channel."""
    STAKEHOLDERS = "stakeholders"
    """Named people, each by direct message."""


TITLES = {SurveyKind.TEAM: "Team survey", SurveyKind.STAKEHOLDERS: "Stakeholder survey"}
QUESTIONS = {
    SurveyKind.TEAM: "How content are you with how this team works?",
    SurveyKind.STAKEHOLDERS: "Do you approve of what the backend team delivers and how?",
}
SCALES: dict[SurveyKind, tuple[str, str, str, str, str]] = {
    SurveyKind.TEAM: (
        "1: not at all content", "2: less content", "3: neither", "4: content", "5: very content",
    ),
    SurveyKind.STAKEHOLDERS: ("1: not at all", "2: rather not", "3: neither", "4: yes", "5: fully"),
}  # fmt: skip
MOST_REMINDERS = 3
REMIND_AT = 0.7
"""Ours: the last third of the time is enough to answer in."""
LOOK_AFTER = timedelta(hours=1)
"""Ours: until then somebody may have let us into the channel that its message could not reach."""


def mean(scores: Sequence[int]) -> float:
    """Return the mean score of the counts of 1 to 5; they are not all 0."""
    return sum(place * many for place, many in enumerate(scores, 1)) / sum(scores)


def approving(scores: Sequence[int]) -> float:
    """Return which percentage chose 4 or 5; the counts are not all 0."""
    return 100.0 * (scores[3] + scores[4]) / sum(scores)


def next_due(now: datetime, *, opens_at: datetime, closes_at: datetime, left: int) -> datetime:
    """Return when a survey is looked at next: whether it came through, a reminder, its end.

    The first reminder comes at 70 % of the time; further ones share what remains.
    """
    looked = min(opens_at + LOOK_AFTER, reminds_from(opens_at, closes_at))
    if now < looked:
        return looked
    if left <= 0:
        return closes_at
    begin = max(now, reminds_from(opens_at, closes_at))
    if begin > now:
        return begin
    step = (closes_at - now) / (left + 1)
    return now + step if step > timedelta(hours=1) else closes_at


def reminds_from(opens_at: datetime, closes_at: datetime) -> datetime:
    """Return the moment before which nobody is reminded."""
    return opens_at + (closes_at - opens_at) * REMIND_AT
