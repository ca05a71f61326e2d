"""When a phase of a retrospective ends: as long as it takes, of the days that the channel works."""

from datetime import datetime, timedelta

from bot.domain.escalation.calendar import read_hours, zone_of
from bot.domain.retrospective.phases import WorkWeek, end_after
from bot.services.context import Context
from bot.services.workspace_settings import effective
from storage.models import Retrospective
from storage.uow import UnitOfWork


async def end_of(
    ctx: Context, uow: UnitOfWork, row: Retrospective, time: timedelta, *, start: datetime
) -> datetime:
    """Return the moment `time` after `start`, by the week of the run's channel."""
    return end_after(start, time, minutes=row.minutes, week=await week_of(ctx, uow, row))


async def week_of(ctx: Context, uow: UnitOfWork, row: Retrospective) -> WorkWeek:
    """Return the week of the schedule that opened it, else of the channel's newest one."""
    there = await uow.schedules.of_channel(row.workspace_id, row.channel_id)
    own = next((one for one in there if one.id == row.schedule_id), there[-1] if there else None)
    if own is not None:
        return WorkWeek(zone_of(own.zones[0]), tuple(own.work_days))
    place = {"channel_id": row.channel_id}
    chosen = (await effective(ctx, uow, row.workspace_id, **place)).values
    days, _, _ = read_hours(str(chosen["work_hours"].value))
    return WorkWeek(zone_of(ctx.settings.escalation.timezone), tuple(days))
