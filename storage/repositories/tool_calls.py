"""Calls of tools: by the model's call that wished for them, by task, lately."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from bot.domain.tool_call import CallState
from storage.models import ToolCall
from storage.repositories.base import Repository


class ToolCallRepository(Repository):
    """A call's row is there before the call is made."""

    async def add(self, values: Mapping[str, Any]) -> bool:
        """Store a call by its columns unless it is there; returns whether it was new.

        The row names its workspace_id.
        """
        return await self.insert_unless_there(ToolCall, dict(values))

    async def get(self, workspace_id: str, call_id: str, *, lock: bool = False) -> ToolCall:
        """Return a call of this workspace; raises NotFound."""
        query = select(ToolCall).where(
            ToolCall.workspace_id == workspace_id, ToolCall.id == call_id
        )
        return await self.the(
            query.execution_options(populate_existing=True), "tool call", call_id, lock=lock
        )

    async def of_step(self, task_id: str, step: str) -> Sequence[ToolCall]:
        """Return the calls that one call of a model wished for, in its order."""
        query = select(ToolCall).where(ToolCall.task_id == task_id, ToolCall.step == step)
        return (await self.session.scalars(query.order_by(ToolCall.position))).all()

    async def of_task(self, task_id: str, *, limit: int) -> Sequence[ToolCall]:
        """Return a task's newest calls, newest first."""
        query = (
            select(ToolCall)
            .where(ToolCall.task_id == task_id)
            .order_by(ToolCall.created_at.desc(), ToolCall.step.desc(), ToolCall.position.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def waiting(self, task_id: str, *, round_number: int) -> int:
        """Return how many calls of a task's round wait for a person's yes."""
        query = select(func.count()).where(
            ToolCall.task_id == task_id,
            ToolCall.step.startswith(f"r{round_number}:", autoescape=True),
            ToolCall.state == CallState.WAITING,
        )
        return (await self.session.scalars(query)).one()

    async def count_since(self, workspace_id: str, since: datetime) -> dict[tuple[str, str], int]:
        """Return how many calls there were since then, by (server, state)."""
        query = (
            select(ToolCall.server, ToolCall.state, func.count())
            .where(ToolCall.workspace_id == workspace_id, ToolCall.created_at >= since)
            .group_by(ToolCall.server, ToolCall.state)
        )
        return {(row[0], str(row[1].value)): row[2] for row in await self.session.execute(query)}
