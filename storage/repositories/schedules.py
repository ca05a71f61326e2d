"""The SQL of schedules: the first process to insert a slot has it, a dead one's is given on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, or_, select, update

from storage.models import ScheduleRun, Worker
from storage.repositories.base import Repository


class ScheduleRepository(Repository):
    """A run goes running -> done or failed, under the worker that claimed it last."""

    async def claim(
        self,
        schedule: str,
        slot: datetime,
        *,
        worker: str,
        now: datetime,
        workspace_id: str | None = None,
        state: Literal["running", "missed"] = "running",
    ) -> bool:
        """Take a slot; False when some process, alive or dead, had it before.

        `workspace_id` says whose schedule it is; `missed` notes that nobody will run it.
        """
        values = {
            "schedule": schedule,
            "slot": slot,
            "workspace_id": workspace_id,
            "worker_id": worker,
            "state": state,
            "problem": "",
            "started_at": now,
            "ended_at": None if state == "running" else now,
        }
        return await self.insert_unless_there(ScheduleRun, values)

    async def latest(self, schedule: str, *, until: datetime) -> datetime | None:
        """Return the latest slot up to a moment that any process took.

        One of later was taken while the clock was ahead.
        """
        query = select(func.max(ScheduleRun.slot)).where(
            ScheduleRun.schedule == schedule, ScheduleRun.slot <= until
        )
        found: datetime | None = (await self.session.scalars(query)).one()
        return found

    async def before(self, schedule: str, slot: datetime) -> datetime | None:
        """Return the last slot that any process took before `slot`."""
        query = select(func.max(ScheduleRun.slot)).where(
            ScheduleRun.schedule == schedule, ScheduleRun.slot < slot
        )
        found: datetime | None = (await self.session.scalars(query)).one()
        return found

    async def left_behind(self, schedule: str | None, *, before: datetime) -> Sequence[ScheduleRun]:
        """Return runs whose process is gone, or that began before `before`, oldest first.

        Without a schedule: of all that belong to a workspace.

        A process is gone when its row says that it ended since, or that another one has its id
        and with it its lock (ADR 6). Silence alone says nothing until `before`.
        """
        gone = or_(
            Worker.stopped_at >= ScheduleRun.started_at,
            Worker.started_at > ScheduleRun.started_at,
        )
        its = (
            ScheduleRun.workspace_id.is_not(None)
            if schedule is None
            else ScheduleRun.schedule == schedule
        )
        query = (
            select(ScheduleRun)
            .join(Worker, Worker.id == ScheduleRun.worker_id, isouter=True)
            .where(
                its,
                ScheduleRun.state == "running",
                or_(gone, ScheduleRun.started_at < before),
            )
            .order_by(ScheduleRun.slot)
        )
        return (await self.session.scalars(query)).all()

    async def take_over(self, run: ScheduleRun, *, worker: str, now: datetime) -> bool:
        """Take a run from its process; False when another one did, or it ended meanwhile."""
        result = await self.session.execute(
            update(ScheduleRun)
            .where(
                ScheduleRun.schedule == run.schedule,
                ScheduleRun.slot == run.slot,
                ScheduleRun.state == "running",
                ScheduleRun.worker_id == run.worker_id,
                ScheduleRun.started_at == run.started_at,
            )
            .values(worker_id=worker, started_at=now)
            .execution_options(synchronize_session=False)
        )
        return bool(getattr(result, "rowcount", 0))

    async def forget_missed(self, *, after: datetime) -> None:
        """Take back that slots after a moment were missed, of every workspace: they still come."""
        await self.session.execute(
            delete(ScheduleRun)
            .where(
                ScheduleRun.workspace_id.is_not(None),
                ScheduleRun.state == "missed",
                ScheduleRun.slot > after,
            )
            .execution_options(synchronize_session=False)
        )

    async def end(
        self,
        schedule: str,
        slot: datetime,
        *,
        worker: str,
        started_at: datetime,
        problem: str,
        now: datetime,
    ) -> bool:
        """Note how a run ended; False when it was taken from this worker meanwhile."""
        result = await self.session.execute(
            update(ScheduleRun)
            .where(
                ScheduleRun.schedule == schedule,
                ScheduleRun.slot == slot,
                ScheduleRun.state == "running",
                ScheduleRun.worker_id == worker,
                ScheduleRun.started_at == started_at,
            )
            .values(state="failed" if problem else "done", problem=problem, ended_at=now)
        )
        return bool(getattr(result, "rowcount", 0))

    async def of(self, schedule: str) -> Sequence[ScheduleRun]:
        """Return the runs of a schedule, earliest slot first."""
        query = (
            select(ScheduleRun).where(ScheduleRun.schedule == schedule).order_by(ScheduleRun.slot)
        )
        return (await self.session.scalars(query)).all()
