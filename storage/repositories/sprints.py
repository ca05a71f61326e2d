"""Sprints by number, channel, thread and what is due; their steps."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.domain.sprint.states import ALIVE, SprintState
from storage.models import Sprint, SprintStep
from storage.repositories.base import Repository, app_is_there, visible

HINT = "`/lead sprint list` lists them."


class SprintRepository(Repository):
    """A sprint of a private channel is found only from there."""

    async def add(self, row: Sprint) -> Sprint:
        """Store a new sprint, which has its workspace."""
        self.session.add(row)
        await self.session.flush()
        return row

    async def get(self, workspace_id: str, sprint_id: str, *, lock: bool = False) -> Sprint:
        """Return a sprint of this workspace; raises NotFound."""
        query = select(Sprint).where(Sprint.workspace_id == workspace_id, Sprint.id == sprint_id)
        return await self.the(query, "sprint", sprint_id, hint=HINT, lock=lock)

    async def by_number(self, workspace_id: str, number: int, *, seen_from: str) -> Sprint:
        """Return the sprint that people call SP-<number>; raises NotFound."""
        query = select(Sprint).where(
            Sprint.workspace_id == workspace_id,
            Sprint.number == number,
            visible(Sprint.workspace_id, Sprint.channel_id, seen_from),
        )
        return await self.the(query, "sprint", f"SP-{number}", hint=HINT)

    async def of_thread(self, thread_id: str, *, lock: bool = False) -> Sprint | None:
        """Return the sprint that is planned in a thread."""
        query = select(Sprint).where(Sprint.thread_id == thread_id)
        if lock:
            query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
        return (await self.session.scalars(query)).one_or_none()

    async def of_slot(self, workspace_id: str, slot_key: str) -> Sprint | None:
        """Return the sprint that a schedule's slot opened."""
        query = select(Sprint).where(
            Sprint.workspace_id == workspace_id, Sprint.slot_key == slot_key
        )
        return (await self.session.scalars(query)).one_or_none()

    async def newest(
        self,
        workspace_id: str,
        channel_id: str,
        *,
        states: Collection[SprintState] = ALIVE,
        limit: int = 1,
    ) -> Sequence[Sprint]:
        """Return a channel's own sprints in these states, the newest first."""
        query = (
            select(Sprint)
            .where(
                Sprint.workspace_id == workspace_id,
                Sprint.channel_id == channel_id,
                Sprint.state.in_(states),
            )
            .order_by(Sprint.number.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def listed(self, workspace_id: str, *, seen_from: str, limit: int) -> Sequence[Sprint]:
        """Return the newest sprints that may be seen from a channel, newest first."""
        query = (
            select(Sprint)
            .where(
                Sprint.workspace_id == workspace_id,
                visible(Sprint.workspace_id, Sprint.channel_id, seen_from),
            )
            .order_by(Sprint.number.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def running(self, workspace_id: str, *, seen_from: str) -> Sequence[Sprint]:
        """Return the sprints at work that may be seen from a channel, oldest first."""
        query = (
            select(Sprint)
            .where(
                Sprint.workspace_id == workspace_id,
                Sprint.state == SprintState.RUNNING,
                visible(Sprint.workspace_id, Sprint.channel_id, seen_from),
            )
            .order_by(Sprint.number)
        )
        return (await self.session.scalars(query)).all()

    async def due(self, now: datetime, *, limit: int) -> Sequence[tuple[str, str]]:
        """Return (workspace, id) of sprints whose end has to be spoken of, earliest first."""
        query = (
            select(Sprint.workspace_id, Sprint.id)
            .where(Sprint.due_at <= now, app_is_there(Sprint.workspace_id))
            .order_by(Sprint.due_at)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def steps(self, sprint_id: str) -> dict[str, SprintStep]:
        """Return the steps of planning that are done, by name."""
        query = (
            select(SprintStep)
            .where(SprintStep.sprint_id == sprint_id)
            .order_by(SprintStep.made_at, SprintStep.name)
        )
        return {row.name: row for row in await self.session.scalars(query)}

    async def keep_step(self, sprint_id: str, values: dict[str, Any]) -> bool:
        """Store a step by its other columns unless it is there; returns whether it was stored."""
        return await self.insert_unless_there(SprintStep, {"sprint_id": sprint_id, **values})

    async def first_accepted(self, workspace_id: str, channel_id: str) -> datetime | None:
        """Return when a channel's first sprint was started; None for a channel without one."""
        query = (
            select(Sprint.accepted_at)
            .where(
                Sprint.workspace_id == workspace_id,
                Sprint.channel_id == channel_id,
                Sprint.accepted_at.is_not(None),
            )
            .order_by(Sprint.accepted_at)
            .limit(1)
        )
        return (await self.session.scalars(query)).first()
