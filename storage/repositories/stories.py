"""Finds a task by any of its names and every row that belongs to it; reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from storage.models import (
    Assignment,
    AuditEntry,
    Decision,
    Message,
    ModelCall,
    OutboxRow,
    Plan,
    Receipt,
    Task,
)
from storage.repositories.base import Repository


@dataclass(frozen=True)
class StoryRows:
    """Everything that our tables know of one task."""

    task: Task
    receipts: Sequence[Receipt]
    messages: Sequence[Message]
    plans: Sequence[Plan]
    assignments: Sequence[Assignment]
    calls: Sequence[ModelCall]
    posts: Sequence[OutboxRow]
    decisions: Sequence[Decision]
    audit: Sequence[AuditEntry]


class StoryRepository(Repository):
    """For people who operate the bot: no rule of who may see what applies here."""

    async def tasks(self, task_id: str, *, workspace: str | None) -> Sequence[Task]:
        """Return the task of an id, as none or one."""
        return await self._tasks(Task.id == task_id, workspace)

    async def tasks_numbered(self, number: int, *, workspace: str | None) -> Sequence[Task]:
        """Return the tasks that are called T-<number>, one per workspace."""
        return await self._tasks(Task.number == number, workspace)

    async def tasks_of_decision(self, number: int, *, workspace: str | None) -> Sequence[Task]:
        """Return the tasks whose decision is called D-<number>, one per workspace."""
        owners = select(Decision.task_id).where(Decision.number == number)
        return await self._tasks(Task.id.in_(owners), workspace)

    async def _tasks(self, where: ColumnElement[bool], workspace: str | None) -> Sequence[Task]:
        query = select(Task).where(where).order_by(Task.workspace_id)
        if workspace is not None:
            query = query.where(Task.workspace_id == workspace)
        return (await self.session.scalars(query)).all()

    async def rows_of(self, task: Task) -> StoryRows:
        """Return every row of a task, each kind in the order it was made."""
        scalars = self.session.scalars
        decisions = (
            await scalars(
                select(Decision).where(Decision.task_id == task.id).order_by(Decision.number)
            )
        ).all()
        about = [task.id, *(decision.id for decision in decisions)]
        return StoryRows(
            task=task,
            receipts=(
                await scalars(
                    select(Receipt)
                    .where(Receipt.task_id == task.id)
                    .order_by(Receipt.received_at, Receipt.key)
                )
            ).all(),
            messages=(
                await scalars(
                    select(Message).where(Message.thread_id == task.thread_id).order_by(Message.ts)
                )
            ).all(),
            plans=(
                await scalars(select(Plan).where(Plan.task_id == task.id).order_by(Plan.round))
            ).all(),
            assignments=(
                await scalars(
                    select(Assignment)
                    .join(Plan, Plan.id == Assignment.plan_id)
                    .where(Assignment.task_id == task.id)
                    .order_by(Plan.round, Assignment.position)
                )
            ).all(),
            calls=(
                await scalars(
                    select(ModelCall)
                    .where(ModelCall.task_id == task.id)
                    .order_by(ModelCall.started_at, ModelCall.step, ModelCall.attempt)
                )
            ).all(),
            posts=(
                await scalars(
                    select(OutboxRow).where(OutboxRow.task_id == task.id).order_by(OutboxRow.id)
                )
            ).all(),
            decisions=decisions,
            audit=(
                await scalars(
                    select(AuditEntry)
                    .where(
                        AuditEntry.workspace_id == task.workspace_id,
                        or_(AuditEntry.noun_id.in_(about), AuditEntry.noun_id == task.public_id),
                    )
                    .order_by(AuditEntry.id)
                )
            ).all(),
        )
