"""The SQL of turns: which tasks wait to be worked, how many are, and taking one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, select, text, update

from bot.domain.task import AT_WORK
from bot.domain.turns import Waiting
from storage.models import Channel, Task
from storage.repositories.base import Repository

Ts = TypeVarTuple("Ts")

_LOCK = 7132
"""Arbitrary and ours alone: who chooses, chooses alone, or a global limit would be passed."""


class TurnRepository(Repository):
    """A task waits for its turn while its `run` is ahead of its `started_run`."""

    async def lock(self) -> None:
        """Let nobody else choose until this transaction ends."""
        if self.session.get_bind().dialect.name == "postgresql":
            query = text("SELECT pg_advisory_xact_lock(:key)")
            await self.session.execute(query, {"key": _LOCK})

    async def any_waiting(self, *, surface: str) -> bool:
        """Return whether some task wants its turn."""
        query = _of(surface, select(Task.id)).where(_waits()).limit(1)
        return (await self.session.scalars(query)).first() is not None

    async def waiting(self, *, surface: str, per_channel: int) -> Sequence[Waiting]:
        """Return the first tasks of each channel that want their turn."""
        order = (Task.priority.desc(), Task.created_at)
        place = func.row_number().over(
            partition_by=(Task.workspace_id, Task.channel_id), order_by=order
        )
        columns = (Task.id, Task.workspace_id, Task.channel_id, Task.priority, Task.created_at)
        heads = _of(surface, select(*columns, place.label("place"))).where(_waits()).subquery()
        rows = await self.session.execute(select(heads).where(heads.c.place <= per_channel))
        return [
            Waiting(row.id, (row.workspace_id, row.channel_id), row.priority, row.created_at)
            for row in rows
        ]

    async def at_work(self, *, surface: str) -> dict[tuple[str, str], int]:
        """Return how many tasks are being worked, by workspace and channel."""
        query = (
            _of(surface, select(Task.workspace_id, Task.channel_id, func.count()))
            .where(Task.state.in_(AT_WORK), Task.started_run == Task.run)
            .group_by(Task.workspace_id, Task.channel_id)
        )
        return {(row[0], row[1]): row[2] for row in await self.session.execute(query)}

    async def take(self, task_ids: Collection[str], *, now: datetime) -> Sequence[Task]:
        """Mark these tasks as begun and return them."""
        await self.session.execute(
            update(Task)
            .where(Task.id.in_(task_ids), _waits())
            .values(started_run=Task.run, updated_at=now)
        )
        query = select(Task).where(Task.id.in_(task_ids), Task.started_run == Task.run)
        return (await self.session.scalars(query)).all()

    async def begun(self, *, surface: str) -> Sequence[Task]:
        """Return the tasks at work whose run was begun, by whichever process."""
        query = _of(surface, select(Task)).where(
            Task.state.in_(AT_WORK), Task.started_run == Task.run
        )
        return (await self.session.scalars(query)).all()


def _waits() -> ColumnElement[bool]:
    return Task.state.in_(AT_WORK) & (Task.started_run < Task.run)


def _of(surface: str, query: Select[*Ts]) -> Select[*Ts]:
    return query.join(
        Channel, (Channel.workspace_id == Task.workspace_id) & (Channel.id == Task.channel_id)
    ).where(Channel.surface == surface)
