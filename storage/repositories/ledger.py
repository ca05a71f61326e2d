"""The ledger's SQL: finished calls by step, money by task, channel and day."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, case, func, select

from storage.models import ModelCall
from storage.repositories.base import Repository, table_of

COMMITTED = case(
    (ModelCall.state == "reserved", ModelCall.reserved_micros),
    (ModelCall.state == "lost", ModelCall.reserved_micros),
    else_=func.coalesce(ModelCall.cost_micros, ModelCall.reserved_micros),
)
"""Money that must count as gone: settled cost, else what was reserved (a lost call may have been
paid for, an unknown price cannot be shown to be less)."""


class LedgerRepository(Repository):
    """Every question about model calls and what they cost."""

    async def add(self, call: ModelCall) -> ModelCall:
        """Store a call, before it is made."""
        self.session.add(call)
        await self.session.flush()
        return call

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
        statement = _TABLE.update().where(_TABLE.c.id == bindparam("call_id"))
        await self.session.execute(statement.values(values), {"call_id": call_id})

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
        return await self._total(ModelCall.task_id == task_id)

    async def committed_by_channel(
        self, workspace_id: str, channel_id: str, *, since: datetime
    ) -> int:
        """Return micro-dollars spent or reserved in one channel since then."""
        return await self._total(
            ModelCall.workspace_id == workspace_id,
            ModelCall.channel_id == channel_id,
            ModelCall.started_at >= since,
        )

    async def committed_by_workspace(self, workspace_id: str, *, since: datetime) -> int:
        """Return micro-dollars spent or reserved in the workspace since then."""
        return await self._total(
            ModelCall.workspace_id == workspace_id, ModelCall.started_at >= since
        )

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


_TABLE = table_of(ModelCall)
_STEP = (
    select(ModelCall)
    .where(ModelCall.task_id == bindparam("task_id"), ModelCall.step == bindparam("step"))
    .order_by(ModelCall.attempt)
)
_LATELY = (
    ModelCall.workspace_id == bindparam("workspace"),
    ModelCall.started_at >= bindparam("since"),
)
_MONEY = select(
    _sum(ModelCall.task_id == bindparam("task")),
    _sum(ModelCall.channel_id == bindparam("channel"), *_LATELY),
    _sum(*_LATELY),
)
