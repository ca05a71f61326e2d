"""When a stored schedule fires: read by the schedules, by their firing and by ceremonies."""

from datetime import date

from bot.domain.days import Span
from bot.domain.schedule import Rule, Timetable
from bot.domain.schedule.draft import places
from storage.models import Schedule


def timetable_of(row: Schedule) -> Timetable:
    """Return when a stored schedule fires."""
    return Timetable(
        rule=Rule.model_validate(row.rule),
        places=places(tuple(row.zones), tuple(row.regions)),
        work_days=tuple(row.work_days),
        days_off=tuple(Span(*map(_day, pair)) for pair in row.days_off),
        skip_until=row.skip_until,
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)
