"""The ledger's SQL: finished calls by step, money by task, channel and day."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, ScalarSelect, bindparam, case, func, select

from storage.models import ModelCall, new_id
from storage.repositories.base import Repository, table_of

_TABLE = table_of(ModelCall)
_CALL = _TABLE.c
COMMITTED = case(
    (_CALL.state == "reserved", _CALL.reserved_micros),
    (_CALL.state == "lost", _CALL.reserved_micros),
    else_=func.coalesce(_CALL.cost_micros, _CALL.reserved_micros),
)
"""Money that must count as gone: settled cost, else what was reserved (a lost call may have been
paid for, an unknown price cannot be shown to be less)."""


class LedgerRepository(Repository):
    """Every question about model calls and what they cost."""

    async def add(self, **values: Any) -> str:
        """Store a call, before it is made, by its columns; returns its id."""
        call_id = new_id()
        await self.session.execute(_ADD, {"id": call_id, **values})
        return call_id

    async def finished(self, task_id: str, step: str) -> ModelCall | None:
        """Return the call that did this step, if one has: it must not be paid again."""
        query = select(ModelCall).where(
            ModelCall.task_id == task_id, ModelCall.step == step, ModelCall.state == "done"
        )
        return (await self.session.scalars(query.order_by(ModelCall.attempt))).first()

    async def of_step(self, task_id: str, step: str) -> Sequence[ModelCall]:
        """Return the attempts at one step of a task, first one first."""
        return (await self.session.scalars(_STEP, {"task_id": task_id, "step": step})).all()

    async def note(self, call_id: str, values: dict[str, object]) -> None:
        """Set columns of a call by name."""
        await self.session.execute(_note(tuple(values)), {"call_id": call_id, **values})

    async def of_task(self, task_id: str) -> Sequence[ModelCall]:
        """Return the task's calls in the order they were made."""
        query = (
            select(ModelCall)
            .where(ModelCall.task_id == task_id)
            .order_by(ModelCall.started_at, ModelCall.step, ModelCall.attempt)
        )
        return (await self.session.scalars(query)).all()

    async def committed_by_task(self, task_id: str) -> int:
        """Return micro-dollars spent or reserved by one task."""
        return await self._total(_CALL.task_id == task_id)

    async def committed_by_channel(
        self, workspace_id: str, channel_id: str, *, since: datetime
    ) -> int:
        """Return micro-dollars spent or reserved in one channel since then."""
        return await self._total(
            _CALL.workspace_id == workspace_id,
            _CALL.channel_id == channel_id,
            _CALL.started_at >= since,
        )

    async def committed_by_workspace(self, workspace_id: str, *, since: datetime) -> int:
        """Return micro-dollars spent or reserved in the workspace since then."""
        return await self._total(_CALL.workspace_id == workspace_id, _CALL.started_at >= since)

    async def _total(self, *where: ColumnElement[bool]) -> int:
        return int((await self.session.scalars(select(_sum(*where)))).one())

    async def committed(
        self, workspace_id: str, channel_id: str, task_id: str, *, since: datetime
    ) -> dict[str, int]:
        """Return micro-dollars spent or reserved: by the `task`, and since then by its `channel`
        and by the whole workspace (`day`).
        """
        scope = {"workspace": workspace_id, "channel": channel_id, "task": task_id, "since": since}
        row = (await self.session.execute(_MONEY, scope)).one()
        return {"task": int(row[0]), "channel": int(row[1]), "day": int(row[2])}


def _sum(*where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.coalesce(func.sum(COMMITTED), 0)).where(*where).scalar_subquery()


_ADD = _TABLE.insert()


@cache
def _note(names: tuple[str, ...]) -> Executable:
    changed = _TABLE.update().where(_TABLE.c.id == bindparam("call_id"))
    return changed.values({name: bindparam(name) for name in names})


_STEP = (
    select(ModelCall)
    .where(ModelCall.task_id == bindparam("task_id"), ModelCall.step == bindparam("step"))
    .order_by(ModelCall.attempt)
)
_LATELY = (
    _CALL.workspace_id == bindparam("workspace"),
    _CALL.started_at >= bindparam("since"),
)
_HERE = case((_CALL.channel_id == bindparam("channel"), COMMITTED), else_=0)
_MONEY = select(
    _sum(_CALL.task_id == bindparam("task")),
    func.coalesce(func.sum(_HERE), 0),
    func.coalesce(func.sum(COMMITTED), 0),
).where(*_LATELY)
"""One walk over the day's calls for both sums."""
