"""Schedules of channels: by number, by channel, by what is due; their runs are in `schedules`."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from storage.models import Schedule, ScheduleRun
from storage.repositories.base import Repository, app_is_there, visible

_THERE = Schedule.removed_at.is_(None)
_HINT = "`/lead schedule` lists them."


class ScheduleRowRepository(Repository):
    """Removed schedules are found by nobody; their runs keep their rows."""

    async def add(self, schedule: Schedule) -> Schedule:
        """Store a new one."""
        self.session.add(schedule)
        await self.session.flush()
        return schedule

    async def get(self, workspace_id: str, schedule_id: str, *, lock: bool = False) -> Schedule:
        """Return a workspace's schedule; `lock` keeps other writers out of it. Raises NotFound."""
        query = select(Schedule).where(
            Schedule.workspace_id == workspace_id, Schedule.id == schedule_id, _THERE
        )
        return await self.the(query, "schedule", schedule_id, hint=_HINT, lock=lock)

    async def by_number(self, workspace_id: str, number: int, *, seen_from: str) -> Schedule:
        """Return what people call S-<number>, if it may be seen there; raises NotFound."""
        query = select(Schedule).where(
            Schedule.workspace_id == workspace_id,
            Schedule.number == number,
            _THERE,
            visible(Schedule.workspace_id, Schedule.channel_id, seen_from),
        )
        return await self.the(query, "schedule", f"S-{number}", hint=_HINT)

    async def of_channel(self, workspace_id: str, channel_id: str) -> Sequence[Schedule]:
        """Return a channel's schedules, oldest first."""
        query = (
            select(Schedule)
            .where(Schedule.workspace_id == workspace_id, Schedule.channel_id == channel_id, _THERE)
            .order_by(Schedule.number)
        )
        return (await self.session.scalars(query)).all()

    async def coming(self, workspace_id: str, *, limit: int) -> Sequence[Schedule]:
        """Return a workspace's schedules that will fire, of whatever channel, nearest first."""
        query = (
            select(Schedule)
            .where(
                Schedule.workspace_id == workspace_id,
                Schedule.next_slot_at.is_not(None),
                Schedule.paused_at.is_(None),
                _THERE,
            )
            .order_by(Schedule.next_slot_at)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def count_of_channel(self, workspace_id: str, channel_id: str) -> int:
        """Return how many schedules a channel has."""
        query = select(func.count()).where(
            Schedule.workspace_id == workspace_id, Schedule.channel_id == channel_id, _THERE
        )
        return (await self.session.scalars(query)).one()

    async def by_ids(self, ids: set[str]) -> dict[str, Schedule]:
        """Return those of the schedules that are not removed, by id."""
        query = select(Schedule).where(Schedule.id.in_(ids), _THERE)
        return {row.id: row for row in await self.session.scalars(query)}

    async def any_due(self, now: datetime) -> bool:
        """Return whether some schedule has to fire."""
        query = (
            select(Schedule.id)
            .where(Schedule.next_slot_at <= now, app_is_there(Schedule.workspace_id))
            .limit(1)
        )
        return (await self.session.scalars(query)).first() is not None

    async def due(self, now: datetime, *, limit: int) -> Sequence[Schedule]:
        """Return schedules that have to fire, the longest due first, locked.

        What another process has locked is being fired by it and is left out.
        """
        query = (
            select(Schedule)
            .where(Schedule.next_slot_at <= now, app_is_there(Schedule.workspace_id))
            .order_by(Schedule.next_slot_at, Schedule.id)
            .limit(limit)
            .with_for_update(key_share=True, skip_locked=True)
        )
        return (await self.session.scalars(query)).all()

    async def ahead(self, now: datetime, *, past: str, limit: int) -> Sequence[Schedule]:
        """Return schedules of every workspace that fire later than now, by id after `past`, locked.

        What another process has locked is seen to by it and is left out.
        """
        query = (
            select(Schedule)
            .where(Schedule.next_slot_at > now, Schedule.id > past, _THERE)
            .order_by(Schedule.id)
            .limit(limit)
            .with_for_update(key_share=True, skip_locked=True)
        )
        return (await self.session.scalars(query)).all()

    async def last_runs(self, schedule_id: str, *, limit: int) -> Sequence[ScheduleRun]:
        """Return the newest runs of a schedule."""
        query = (
            select(ScheduleRun)
            .where(ScheduleRun.schedule == schedule_id)
            .order_by(ScheduleRun.slot.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()
