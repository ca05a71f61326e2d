"""Conflicts by number, their claims, and the tasks that are open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from bot.domain.task import OPEN, AssignmentState
from storage.models import Assignment, Conflict, ConflictClaim, Task
from storage.repositories.base import Repository, visible


class ConflictRepository(Repository):
    """Every question about conflicts."""

    async def add(self, conflict: Conflict, claims: Sequence[ConflictClaim]) -> Conflict:
        """Store a new conflict with its claims."""
        self.session.add(conflict)
        await self.session.flush()
        self.session.add_all(claims)
        await self.session.flush()
        return conflict

    async def get(self, workspace_id: str, conflict_id: str, *, lock: bool = False) -> Conflict:
        """Return a conflict of this workspace; raises NotFound."""
        query = select(Conflict).where(
            Conflict.workspace_id == workspace_id, Conflict.id == conflict_id
        )
        return await self.the(query, "conflict", conflict_id, lock=lock)

    async def by_number(self, workspace_id: str, number: int, *, seen_from: str) -> Conflict:
        """Return the conflict that people call C-<number>; raises NotFound.

        A conflict of a private channel is found only from that channel.
        """
        query = select(Conflict).where(
            Conflict.workspace_id == workspace_id,
            Conflict.number == number,
            visible(Conflict.workspace_id, Conflict.channel_id, seen_from),
        )
        return await self.the(
            query, "conflict", f"C-{number}", hint="`/lead conflicts` lists them."
        )

    async def open_ones(
        self, workspace_id: str, *, seen_from: str, limit: int
    ) -> Sequence[Conflict]:
        """Return the conflicts to be resolved that may be seen from a channel, newest first."""
        query = (
            select(Conflict)
            .where(
                Conflict.workspace_id == workspace_id,
                Conflict.state == "open",
                visible(Conflict.workspace_id, Conflict.channel_id, seen_from),
            )
            .order_by(Conflict.number.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def newest(self, workspace_id: str, *, seen_from: str, limit: int) -> Sequence[Conflict]:
        """Return the newest conflicts that may be seen from a channel, newest first."""
        query = (
            select(Conflict)
            .where(
                Conflict.workspace_id == workspace_id,
                visible(Conflict.workspace_id, Conflict.channel_id, seen_from),
            )
            .order_by(Conflict.number.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def claims(self, conflict_id: str) -> Sequence[ConflictClaim]:
        """Return a conflict's claims in the order given."""
        query = (
            select(ConflictClaim)
            .where(ConflictClaim.conflict_id == conflict_id)
            .order_by(ConflictClaim.position)
        )
        return (await self.session.scalars(query)).all()

    async def open_tasks(self, workspace_id: str, *, seen_from: str) -> Sequence[Task]:
        """Return the tasks that have not ended and may be seen from a channel, oldest first."""
        query = (
            select(Task)
            .where(
                Task.workspace_id == workspace_id,
                Task.state.in_(OPEN),
                visible(Task.workspace_id, Task.channel_id, seen_from),
            )
            .order_by(Task.number)
        )
        return (await self.session.scalars(query)).all()

    async def assignments_done(self, workspace_id: str, specialist: str, *, since: datetime) -> int:
        """Return how many assignments of a specialist ended well since a moment."""
        query = select(func.count()).where(
            Assignment.workspace_id == workspace_id,
            Assignment.specialist == specialist,
            Assignment.state == AssignmentState.DONE,
            Assignment.ended_at >= since,
        )
        return (await self.session.scalars(query)).one()
