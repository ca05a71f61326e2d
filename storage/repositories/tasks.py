"""Tasks by id, by number, by thread, by state."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from bot.domain.task import OPEN, TaskState
from bot.errors import NotFound
from storage.inserts import insert
from storage.models import Channel, Task
from storage.prepared import Prepared
from storage.repositories.base import Repository, visible

_BY_ID = select(Task).where(Task.id == bindparam("task_id"))
_ONE = Prepared(_BY_ID)
# Rows that point here may still be added meanwhile: a full lock would wait for another task's
# ledger row, which waits for the workspace that we take next.
# A locked row is read anew: what the session knew of it may be old.
_AS_IT_IS = {"populate_existing": True}
_LOCKED = Prepared(_BY_ID.with_for_update(key_share=True).execution_options(**_AS_IT_IS))
_NEWEST = (
    select(Task)
    .where(Task.thread_id == bindparam("thread_id"))
    .order_by(Task.number.desc())
    .limit(1)
)
_OF_THREAD = Prepared(_NEWEST)
_LOCKED_OF_THREAD = Prepared(_NEWEST.with_for_update(key_share=True).execution_options(**_AS_IT_IS))
"""Made once, like the others of a model step: making a statement takes longer than running it."""


class TaskRepository(Repository):
    """Every question about tasks."""

    async def add(self, task: Task) -> Task:
        """Store a new task."""
        await insert(self.session, task)
        return task

    async def get(self, task_id: str, *, lock: bool = False) -> Task:
        """Return a task that is known to exist; `lock` keeps other writers out of it."""
        query = _LOCKED if lock else _ONE
        return await query.the(self.session, Task, task_id=task_id)

    async def by_number(self, workspace_id: str, number: int, *, seen_from: str) -> Task:
        """Return the task that people call T-<number>; raises NotFound.

        A task of a private channel is found only from that channel.
        """
        query = select(Task).where(
            Task.workspace_id == workspace_id,
            Task.number == number,
            visible(Task.workspace_id, Task.channel_id, seen_from),
        )
        task = (await self.session.scalars(query)).one_or_none()
        if task is None:
            raise NotFound("task", f"T-{number}", hint="`/lead tasks` lists them.")
        return task

    async def of_thread(self, thread_id: str, *, lock: bool = False) -> Task | None:
        """Return the thread's newest task, if it has one; `lock` keeps other writers out of it."""
        query = _LOCKED_OF_THREAD if lock else _OF_THREAD
        return await query.first(self.session, Task, thread_id=thread_id)

    async def newest(
        self, workspace_id: str, *, limit: int, channel_id: str | None = None
    ) -> Sequence[Task]:
        """Return the workspace's (or one channel's) newest tasks, newest first."""
        query = select(Task).where(Task.workspace_id == workspace_id)
        if channel_id is not None:
            query = query.where(Task.channel_id == channel_id)
        return (await self.session.scalars(query.order_by(Task.number.desc()).limit(limit))).all()

    async def page(
        self,
        workspace_id: str,
        *,
        seen_from: str,
        states: Collection[TaskState] | None = None,
        before: int | None = None,
        limit: int,
    ) -> Sequence[Task]:
        """Return the newest tasks that may be seen from a channel; those numbered below `before`.

        `states` None is all of them.
        """
        query = select(Task).where(
            Task.workspace_id == workspace_id,
            visible(Task.workspace_id, Task.channel_id, seen_from),
        )
        if states is not None:
            query = query.where(Task.state.in_(states))
        if before is not None:
            query = query.where(Task.number < before)
        return (await self.session.scalars(query.order_by(Task.number.desc()).limit(limit))).all()

    async def open_in(self, workspace_id: str, *, channel_id: str | None = None) -> Sequence[Task]:
        """Return the tasks that have not ended, oldest first."""
        query = select(Task).where(Task.workspace_id == workspace_id, Task.state.in_(OPEN))
        if channel_id is not None:
            query = query.where(Task.channel_id == channel_id)
        return (await self.session.scalars(query.order_by(Task.number))).all()

    async def in_states(self, states: Collection[TaskState], *, surface: str) -> Sequence[Task]:
        """Return tasks of one surface (`slack` or `terminal`) in these states, oldest first."""
        query = (
            select(Task)
            .join(
                Channel,
                (Channel.workspace_id == Task.workspace_id) & (Channel.id == Task.channel_id),
            )
            .where(Task.state.in_(states), Channel.surface == surface)
            .order_by(Task.created_at)
        )
        return (await self.session.scalars(query)).all()

    async def due_to_resume(self, now: datetime, *, surface: str) -> Sequence[Task]:
        """Return the paused tasks of one surface whose moment to go on has come."""
        paused = await self.in_states({TaskState.PAUSED}, surface=surface)
        return [task for task in paused if task.resume_at is not None and task.resume_at <= now]

    async def count_by_state(self) -> dict[str, int]:
        """Return how many tasks are in each state; states without any are left out."""
        query = select(Task.state, func.count()).group_by(Task.state)
        return {str(state): count for state, count in await self.session.execute(query)}
