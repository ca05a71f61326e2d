"""The SQL of turns: which tasks wait to be worked, how many are, and taking one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import (
    Integer,
    Select,
    String,
    bindparam,
    func,
    literal_column,
    select,
    text,
)

from bot.domain.task import AT_WORK
from bot.domain.turns import Waiting
from storage.models import Channel, Task
from storage.prepared import Prepared
from storage.repositories.base import Repository

Ts = TypeVarTuple("Ts")

_LOCK = 7132
"""Arbitrary and ours alone: who chooses, chooses alone, or a global limit would be passed."""


# Written out, as a prepared statement has no lists.
_BUSY = Task.state.in_([literal_column(f"'{state.value}'") for state in sorted(AT_WORK)])
_WAITS = _BUSY & (Task.started_run < Task.run)
_BEGUN = _BUSY & (Task.started_run == Task.run)
_PLACE = func.row_number().over(
    partition_by=(Task.workspace_id, Task.channel_id),
    order_by=(Task.priority.desc(), Task.created_at),
)


def _of(query: Select[*Ts]) -> Select[*Ts]:
    return query.join(
        Channel, (Channel.workspace_id == Task.workspace_id) & (Channel.id == Task.channel_id)
    ).where(Channel.surface == bindparam("surface", type_=String))


# Made once: making one costs more than running it.
_ANY = Prepared(_of(select(Task.id)).where(_WAITS).limit(1))
_FIRST = _of(
    select(
        Task.id,
        Task.workspace_id,
        Task.channel_id,
        Task.priority,
        Task.created_at,
        _PLACE.label("place"),
    ).where(_WAITS)
).subquery()
_WAITING = Prepared(select(_FIRST).where(_FIRST.c.place <= bindparam("most", type_=Integer)))
_AT_WORK = Prepared(
    _of(select(Task.workspace_id, Task.channel_id, func.count()))
    .where(_BEGUN)
    .group_by(Task.workspace_id, Task.channel_id)
)
_ONE = Prepared(
    select(Task)
    .where(Task.id == bindparam("task_id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


class TurnRepository(Repository):
    """A task waits for its turn while its `run` is ahead of its `started_run`."""

    async def lock(self) -> None:
        """Let nobody else choose until this transaction ends."""
        if self.session.get_bind().dialect.name == "postgresql":
            query = text("SELECT pg_advisory_xact_lock(:key)")
            await self.session.execute(query, {"key": _LOCK})

    async def any_waiting(self, *, surface: str) -> bool:
        """Return whether some task wants its turn."""
        return bool(await _ANY.rows(self.session, surface=surface))

    async def waiting(self, *, surface: str, per_channel: int) -> Sequence[Waiting]:
        """Return the first tasks of each channel that want their turn."""
        rows = await _WAITING.rows(self.session, surface=surface, most=per_channel)
        return [
            Waiting(task_id, (workspace_id, channel_id), priority, since)
            for task_id, workspace_id, channel_id, priority, since, _ in rows
        ]

    async def at_work(self, *, surface: str) -> dict[tuple[str, str], int]:
        """Return how many tasks are being worked, by workspace and channel."""
        rows = await _AT_WORK.rows(self.session, surface=surface)
        return {(workspace_id, channel_id): count for workspace_id, channel_id, count in rows}

    async def take(self, task_ids: Collection[str], *, now: datetime) -> Sequence[Task]:
        """Mark those of these tasks that still wait as begun and return them, in this order."""
        found: dict[str, Task] = {}
        for task_id in sorted(task_ids):  # the order in which everybody locks them
            task = await _ONE.first(self.session, Task, task_id=task_id)
            if task is not None and task.state in AT_WORK and task.started_run < task.run:
                task.started_run, task.updated_at = task.run, now
                found[task_id] = task
        await self.session.flush()
        return [found[task_id] for task_id in task_ids if task_id in found]

    async def begun(self, *, surface: str) -> Sequence[Task]:
        """Return the tasks at work whose run was begun, by whichever process."""
        query = _of(select(Task)).where(_BEGUN)
        return (await self.session.scalars(query, {"surface": surface})).all()
