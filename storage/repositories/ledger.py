"""The ledger's SQL: finished calls by step, money by task, channel and day."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, update

from storage.models import ModelCall
from storage.repositories.base import Repository

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

    async def get(self, call_id: str) -> ModelCall:
        """Return a call that is known to exist."""
        return await self.session.get_one(ModelCall, call_id)

    async def finished(self, task_id: str, step: str) -> ModelCall | None:
        """Return the call that did this step, if one has: it must not be paid again."""
        query = select(ModelCall).where(
            ModelCall.task_id == task_id, ModelCall.step == step, ModelCall.state == "done"
        )
        return (await self.session.scalars(query.order_by(ModelCall.attempt))).first()

    async def attempts(self, task_id: str, step: str) -> int:
        """Return how many attempts of this step there were."""
        query = select(func.count()).where(ModelCall.task_id == task_id, ModelCall.step == step)
        return (await self.session.scalars(query)).one()

    async def mark_lost(self, task_id: str, step: str, *, now: datetime) -> None:
        """Close earlier attempts that never came back: their process died."""
        await self.session.execute(
            update(ModelCall)
            .where(
                ModelCall.task_id == task_id, ModelCall.step == step, ModelCall.state == "reserved"
            )
            .values(state="lost", ended_at=now, problem="the process died during the call")
        )

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
        return await self._sum(ModelCall.task_id == task_id)

    async def committed_by_channel(
        self, workspace_id: str, channel_id: str, *, since: datetime
    ) -> int:
        """Return micro-dollars spent or reserved in one channel since then."""
        return await self._sum(
            ModelCall.workspace_id == workspace_id,
            ModelCall.channel_id == channel_id,
            ModelCall.started_at >= since,
        )

    async def committed_by_workspace(self, workspace_id: str, *, since: datetime) -> int:
        """Return micro-dollars spent or reserved in the workspace since then."""
        return await self._sum(
            ModelCall.workspace_id == workspace_id, ModelCall.started_at >= since
        )

    async def _sum(self, *where: ColumnElement[bool]) -> int:
        query = select(func.coalesce(func.sum(COMMITTED), 0)).where(*where)
        return int((await self.session.scalars(query)).one())
