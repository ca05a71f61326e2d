"""What a sprint has: people's days, specialists' pace by the ledger, the channel's past weeks."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any

import structlog

from bot.domain.access import Person
from bot.domain.days import Span
from bot.domain.escalation.calendar import read_hours
from bot.domain.setting.kinds import OFF
from bot.domain.sprint.capacity import PersonDays, Works, person_days
from bot.domain.sprint.forecast import Forecast, NotEnough, forecast, per_week
from bot.domain.sprint.states import CLOSED
from bot.services import away
from bot.services.context import Context
from bot.services.directory import person_or_blank
from bot.services.holiday_calendar import is_holiday
from bot.services.sources import Unreadable
from bot.services.workspace_settings import effective
from storage.models import Sprint, SprintItem
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

PACE_WEEKS = 8
"""Ours: so many whole weeks of the ledger make a specialist's pace."""
_AT_ONCE = 60
"""Ours: so many people Slack is asked for at the same time."""
MOST_PEOPLE = 600
"""Ours: a channel of more is no team. The card says that only so many were counted."""


@dataclass(frozen=True)
class Days:
    """People's days for a sprint, as they were when it was planned."""

    days: int
    people: int
    off: int
    """Work days on which somebody is away."""
    off_people: int
    more: bool = False
    """There are more than `MOST_PEOPLE`, who were not counted."""


def days_of(sprint: Sprint) -> Days | None:
    """Return what was stored of people's days; None where nobody could be looked up."""
    found = sprint.capacity.get("people")
    if not found:
        return None
    return Days(
        days=sum(int(one["days"]) for one in found),
        people=len(found),
        off=sum(int(one["off"]) for one in found),
        off_people=sum(int(one["off"]) > 0 for one in found),
        more=bool(sprint.capacity.get("more")),
    )


async def look_up(ctx: Context, sprint: Sprint) -> dict[str, Any]:
    """Return people's days for `Sprint.capacity`; no transaction is open while Slack is asked.

    People are those that were named, else the channel's members without bots and guests.
    """
    if ctx.sources is None:
        return {}
    try:
        directory = await ctx.sources.directory(sprint.workspace_id)
        named = sprint.people or sorted(await directory.members(sprint.channel_id))
        ids = list(named)[:MOST_PEOPLE]
        found: list[Person] = []
        for begin in range(0, len(ids), _AT_ONCE):
            some = ids[begin : begin + _AT_ONCE]
            found += await asyncio.gather(*(person_or_blank(directory, one) for one in some))
        people = [p for p in found if not (p.is_bot or p.is_guest or p.is_external)]
        await away.refresh(ctx, directory, sprint.workspace_id, [p.user_id for p in people])
    except (Unreadable, TimeoutError):
        log.warning("sprint.people_unknown", sprint_id=sprint.id)
        return {}
    async with ctx.database.read() as uow:
        each = [await _days(ctx, uow, sprint, person) for person in people]
    counted = [{"id": one.user_id, "days": one.days, "off": one.off} for one in each]
    return {"people": counted, "more": len(named) > len(ids)}


async def _days(ctx: Context, uow: UnitOfWork, sprint: Sprint, person: Person) -> PersonDays:
    place = {"channel_id": sprint.channel_id, "user_id": person.user_id}
    chosen = (await effective(ctx, uow, sprint.workspace_id, **place)).values
    region = str(chosen["holidays"].value)
    rows = await uow.away.of(sprint.workspace_id, person.user_id, since=sprint.starts_on)
    return person_days(
        person.user_id,
        first=sprint.starts_on,
        last=sprint.ends_on,
        works=_works(str(chosen["work_hours"].value), "" if region == OFF else region),
        away=[Span(row.first_day, row.last_day) for row in rows],
    )


def _works(hours: str, region: str) -> Works:
    weekdays, _, _ = read_hours(hours)

    def works(day: date) -> bool:
        if weekdays and day.weekday() not in weekdays:
            return False
        return not (region and is_holiday(region, day))

    return works


async def work_days(ctx: Context, uow: UnitOfWork, sprint: Sprint) -> tuple[int, ...]:
    """Return the weekdays on which the channel works (Monday is 0)."""
    place = {"channel_id": sprint.channel_id}
    chosen = (await effective(ctx, uow, sprint.workspace_id, **place)).values
    weekdays, _, _ = read_hours(str(chosen["work_hours"].value))
    return tuple(sorted(weekdays)) or tuple(range(7))


async def pace(ctx: Context, uow: UnitOfWork, workspace_id: str) -> dict[str, float]:
    """Return how many assignments a week each specialist finished in the last whole weeks."""
    until = _monday(ctx.clock.now().date())
    since = until - timedelta(weeks=PACE_WEEKS)
    done = await uow.sprint_items.assignments_ended(
        workspace_id, since=_midnight(since), until=_midnight(until)
    )
    counts = Counter(name for name, _ in done)
    return {name: counts[name] / PACE_WEEKS for name in ctx.team.specialists if counts[name]}


async def usual(uow: UnitOfWork, sprint: Sprint) -> dict[str, tuple[float, int]]:
    """Return for each specialist the median estimate of the channel's items it led, and n."""
    sizes: dict[str, list[float]] = {}
    rows = await uow.sprint_items.done_in_channel(sprint.workspace_id, sprint.channel_id)
    for _, specialists, estimate, unit in rows:
        if specialists and estimate is not None and unit == sprint.unit:
            sizes.setdefault(specialists[0], []).append(estimate)
    return {name: (median(values), len(values)) for name, values in sizes.items()}


async def forecast_of(
    ctx: Context, uow: UnitOfWork, sprint: Sprint, items: Sequence[SprintItem]
) -> Forecast | NotEnough:
    """Return when what is left will be done, by the channel's own past weeks."""
    today = ctx.clock.now().date()
    rows = await uow.sprint_items.done_in_channel(sprint.workspace_id, sprint.channel_id)
    began = await uow.sprints.first_accepted(sprint.workspace_id, sprint.channel_id)
    weekly: list[int] = []
    if began is not None:
        moments = [at for at, *_ in rows]
        weekly = per_week(moments, first=began.date(), until=_monday(today))
    return forecast(
        sum(item.state not in CLOSED for item in items),
        weekly,
        start=max(today, sprint.starts_on),
        last_day=sprint.ends_on,
        seed=sprint.id,
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
