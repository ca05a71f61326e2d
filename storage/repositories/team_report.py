"""What the daily report is made of: tasks and decisions of a day, in public channels."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from bot.domain.decision import DecisionState
from bot.domain.task import ENDED
from storage.models import Channel, Decision, StandupBlocker, Task
from storage.repositories.base import Repository, app_is_there, visible


class TeamReportRepository(Repository):
    """Reads only; what may not be seen from a channel, or by any colleague (""), is left out."""

    async def ended(
        self, workspace_id: str, since: datetime, until: datetime, *, seen_from: str
    ) -> Sequence[Task]:
        """Return the tasks that ended from `since` on and before `until`, by number."""
        query = (
            select(Task)
            .where(
                Task.workspace_id == workspace_id,
                Task.state.in_(ENDED),
                Task.ended_at >= since,
                Task.ended_at < until,
                visible(Task.workspace_id, Task.channel_id, seen_from),
            )
            .order_by(Task.number)
        )
        return (await self.session.scalars(query)).all()

    async def decided(
        self, workspace_id: str, since: datetime, until: datetime, *, seen_from: str
    ) -> Sequence[Decision]:
        """Return the decisions that people made in that time, by number."""
        query = (
            select(Decision)
            .where(
                Decision.workspace_id == workspace_id,
                Decision.decided_at >= since,
                Decision.decided_at < until,
                visible(Decision.workspace_id, Decision.channel_id, seen_from),
            )
            .order_by(Decision.number)
        )
        return (await self.session.scalars(query)).all()

    async def undecided(self, workspace_id: str, *, seen_from: str) -> Sequence[Decision]:
        """Return the decisions that wait for somebody, oldest first."""
        query = (
            select(Decision)
            .where(
                Decision.workspace_id == workspace_id,
                Decision.state == DecisionState.PROPOSED,
                visible(Decision.workspace_id, Decision.channel_id, seen_from),
            )
            .order_by(Decision.number)
        )
        return (await self.session.scalars(query)).all()

    async def blockers(self, workspace_id: str, *, seen_from: str) -> Sequence[StandupBlocker]:
        """Return what blocks people as they say in standups, the longest known first."""
        query = (
            select(StandupBlocker)
            .where(
                StandupBlocker.workspace_id == workspace_id,
                StandupBlocker.solved_at.is_(None),
                visible(StandupBlocker.workspace_id, StandupBlocker.channel_id, seen_from),
            )
            .order_by(StandupBlocker.number)
        )
        return (await self.session.scalars(query)).all()

    async def workspaces(self) -> Sequence[str]:
        """Return the ids of the workspaces of Slack that were seen and have the app."""
        query = (
            select(Channel.workspace_id)
            .where(Channel.surface == "slack", app_is_there(Channel.workspace_id))
            .distinct()
            .order_by(Channel.workspace_id)
        )
        return (await self.session.scalars(query)).all()
