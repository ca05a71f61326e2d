"""Throw-away worktrees: of a task's round, over, with a branch due, still open."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from bot.domain.task import ENDED
from bot.domain.worktree import WorktreeState
from storage.models import Task, Worktree
from storage.repositories.base import Repository, app_is_there


class WorktreeRepository(Repository):
    """A worktree's row is there before its folder, and its patch stays when that is gone."""

    async def add(self, values: Mapping[str, Any]) -> bool:
        """Store one by its columns unless its task has one; returns whether it was new.

        The row names its workspace_id.
        """
        return await self.insert_unless_there(Worktree, dict(values))

    async def get(self, workspace_id: str, worktree_id: str, *, lock: bool = False) -> Worktree:
        """Return a worktree of this workspace; raises NotFound."""
        query = select(Worktree).where(
            Worktree.workspace_id == workspace_id, Worktree.id == worktree_id
        )
        return await self.the(
            query.execution_options(populate_existing=True), "worktree", worktree_id, lock=lock
        )

    async def of_round(self, task_id: str, round_number: int) -> Sequence[Worktree]:
        """Return the worktrees of a task's round, by their repositories."""
        query = (
            select(Worktree)
            .where(Worktree.task_id == task_id, Worktree.round == round_number)
            .order_by(Worktree.repository)
        )
        return (await self.session.scalars(query)).all()

    async def before(self, task_id: str, repository: str, round_number: int) -> Worktree | None:
        """Return the last worktree of a task's earlier rounds that changed something."""
        query = (
            select(Worktree)
            .where(
                Worktree.task_id == task_id,
                Worktree.repository == repository,
                Worktree.round < round_number,
                Worktree.patch.is_not(None),
            )
            .order_by(Worktree.round.desc())
            .limit(1)
        )
        return (await self.session.scalars(query)).one_or_none()

    async def over(self, *, limit: int) -> Sequence[tuple[str, str]]:
        """Return (workspace, id) of open ones whose task's round has ended."""
        query = (
            select(Worktree.workspace_id, Worktree.id)
            .join(Task, Task.id == Worktree.task_id)
            .where(
                Worktree.state == WorktreeState.OPEN,
                or_(Task.state.in_(ENDED), Task.round != Worktree.round),
                app_is_there(Worktree.workspace_id),
            )
            .order_by(Worktree.opened_at)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def branches_due(self, *, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Return (workspace, id) of those whose branch is to be made now."""
        query = (
            select(Worktree.workspace_id, Worktree.id)
            .where(Worktree.branch_at <= now, app_is_there(Worktree.workspace_id))
            .order_by(Worktree.branch_at)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def open_among(self, workspace_id: str, ids: Iterable[str]) -> set[str]:
        """Return which of these worktrees are open."""
        query = select(Worktree.id).where(
            Worktree.workspace_id == workspace_id,
            Worktree.id.in_(list(ids)),
            Worktree.state == WorktreeState.OPEN,
        )
        return set((await self.session.scalars(query)).all())
