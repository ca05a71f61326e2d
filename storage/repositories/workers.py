"""The processes' own rows: put in at a start, touched by heartbeats, closed at an end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from storage.models import Worker
from storage.repositories.base import Repository


class WorkerRepository(Repository):
    """One row per executor id; a later process with the same id replaces it."""

    async def start(
        self, worker_id: str, *, kind: str, host: str, pid: int, version: str, now: datetime
    ) -> None:
        """Put a process's row in, in place of an earlier one with its id."""
        await self.session.merge(
            Worker(
                id=worker_id,
                kind=kind,
                host=host,
                pid=pid,
                version=version,
                started_at=now,
                seen_at=now,
                stopped_at=None,
                running=0,
                took_over=0,
            )
        )
        await self.session.flush()

    async def beat(
        self, worker_id: str, *, started_at: datetime, running: int, now: datetime
    ) -> None:
        """Note that the process that started then is alive; a successor's row stays as it is."""
        await self.session.execute(
            update(Worker)
            .where(Worker.id == worker_id, Worker.started_at == started_at)
            .values(seen_at=now, running=running)
        )

    async def stop(self, worker_id: str, *, started_at: datetime, now: datetime) -> None:
        """Note that the process that started then ended as it should."""
        await self.session.execute(
            update(Worker)
            .where(Worker.id == worker_id, Worker.started_at == started_at)
            .values(seen_at=now, stopped_at=now, running=0)
        )

    async def take_over(self, dead_id: str, *, by: str, runs: int, now: datetime) -> None:
        """Close a dead process's row, and count its runs at the one that goes on with them."""
        await self.session.execute(
            update(Worker)
            .where(Worker.id == dead_id, Worker.stopped_at.is_(None))
            .values(stopped_at=now, running=0)
        )
        await self.session.execute(
            update(Worker).where(Worker.id == by).values(took_over=Worker.took_over + runs)
        )

    async def outlived(self, worker_id: str, *, moment: datetime) -> bool:
        """Return whether who was called so at `moment` has ended, or died and was replaced."""
        row = await self.session.get(Worker, worker_id)
        if row is None:
            return False
        return moment < row.started_at or (row.stopped_at is not None and moment <= row.stopped_at)

    async def all(self) -> Sequence[Worker]:
        """Return every row, by id."""
        return (await self.session.scalars(select(Worker).order_by(Worker.id))).all()
