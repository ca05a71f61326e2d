"""How many days people have for a sprint: work days without holidays and absences."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.days import Span

Works = Callable[[date], bool]
"""Whether somebody works on a day: their weekdays and public holidays."""


@dataclass(frozen=True)
class PersonDays:
    """One person's days: `days` they are there, `off` of their work days they are not."""

    user_id: str
    days: int
    off: int


def person_days(
    user_id: str, *, first: date, last: date, works: Works, away: Collection[Span]
) -> PersonDays:
    """Return a person's days from the first to the last, both included."""
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    at_work = [day for day in days if works(day)]
    off = sum(any(day in span for span in away) for day in at_work)
    return PersonDays(user_id, len(at_work) - off, off)


def work_days_between(first: date, last: date, work_days: Sequence[int]) -> list[date]:
    """Return the days of these weekdays (Monday is 0) from the first to the last."""
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [day for day in days if day.weekday() in work_days]
