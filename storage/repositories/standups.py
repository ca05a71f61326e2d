"""Standups by what is due, by channel and day, by the message that began them; what moved since."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, literal, select

from bot.domain.task import ENDED, OPEN
from storage.models import (
    Assignment,
    OutboxRow,
    Plan,
    Standup,
    StandupAnswer,
    StandupMember,
    Task,
)
from storage.repositories.base import Repository, app_is_there

_LATELY = 30
"""So many standups of a channel have threads in which replies count as answers."""


def root_key(standup_id: str) -> str:
    """Return the outbox key of the message that a standup's thread hangs on."""
    return f"standup:{standup_id}"


class StandupRepository(Repository):
    """A standup is seen in its own channel only."""

    async def ensure(self, values: dict[str, Any]) -> bool:
        """Store a run unless its slot has one; returns whether it was stored."""
        return await self.insert_unless_there(Standup, {"due_at": None, "closed_at": None} | values)

    async def of_slot(self, schedule_id: str, slot_key: str) -> Standup:
        """Return the run of a slot, locked; there must be one."""
        query = select(Standup).where(
            Standup.schedule_id == schedule_id, Standup.slot_key == slot_key
        )
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
        return (await self.session.scalars(query)).one()

    async def get(self, workspace_id: str, standup_id: str, *, lock: bool = False) -> Standup:
        """Return a workspace's run; raises NotFound."""
        query = select(Standup).where(
            Standup.workspace_id == workspace_id, Standup.id == standup_id
        )
        return await self.the(
            query, "standup", standup_id, hint="`/lead standup` shows the newest.", lock=lock
        )

    async def due(self, now: datetime, *, limit: int) -> Sequence[tuple[str, str]]:
        """Return (workspace, id) of what has to be reminded of or closed, earliest first."""
        query = (
            select(Standup.workspace_id, Standup.id)
            .where(Standup.due_at <= now, app_is_there(Standup.workspace_id))
            .order_by(Standup.due_at)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def newest(
        self, workspace_id: str, channel_id: str, *, states: Collection[str], limit: int = 1
    ) -> Sequence[Standup]:
        """Return a channel's runs in these states, the newest first."""
        query = (
            select(Standup)
            .where(
                Standup.workspace_id == workspace_id,
                Standup.channel_id == channel_id,
                Standup.state.in_(states),
            )
            .order_by(Standup.opens_at.desc(), Standup.id)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def before(self, schedule_id: str, moment: datetime) -> Standup | None:
        """Return the last run of a schedule that opened before a moment."""
        query = (
            select(Standup)
            .where(
                Standup.schedule_id == schedule_id,
                Standup.opens_at < moment,
                Standup.state != "planned",
            )
            .order_by(Standup.opens_at.desc())
            .limit(1)
        )
        return (await self.session.scalars(query)).one_or_none()

    async def between(
        self, workspace_id: str, channel_id: str, first: date, last: date
    ) -> Sequence[Standup]:
        """Return a channel's runs of these days, both included, the oldest first."""
        query = (
            select(Standup)
            .where(
                Standup.workspace_id == workspace_id,
                Standup.channel_id == channel_id,
                Standup.state != "planned",
                Standup.slot_key >= first.isoformat(),
                Standup.slot_key < (last + timedelta(days=1)).isoformat(),
            )
            .order_by(Standup.opens_at)
        )
        return (await self.session.scalars(query)).all()

    async def by_root(self, workspace_id: str, channel_id: str, ts: str) -> Standup | None:
        """Return the run whose thread hangs on the message `ts`."""
        lately = await self.newest(
            workspace_id, channel_id, states=("open", "closed"), limit=_LATELY
        )
        if not lately:
            return None
        query = select(OutboxRow.key).where(
            OutboxRow.workspace_id == workspace_id,
            OutboxRow.key.in_([root_key(row.id) for row in lately]),
            OutboxRow.sent_ts == ts,
        )
        key = (await self.session.scalars(query)).first()
        return next((row for row in lately if root_key(row.id) == key), None)

    async def waiting_for(
        self, workspace_id: str, user_id: str, *, now: datetime
    ) -> list[tuple[Standup, StandupMember]]:
        """Return the runs whose window is open for a person who has not answered, and how.

        Left out is what could not be posted, e.g. as its channel is archived.
        """
        unposted = exists().where(
            OutboxRow.workspace_id == Standup.workspace_id,
            OutboxRow.key == literal(root_key("")) + Standup.id,
            OutboxRow.state == "dead",
        )
        answered = select(StandupAnswer.standup_id).where(
            StandupAnswer.workspace_id == workspace_id, StandupAnswer.user_id == user_id
        )
        query = (
            select(Standup, StandupMember)
            .join(StandupMember, StandupMember.standup_id == Standup.id)
            .where(
                Standup.workspace_id == workspace_id,
                Standup.state == "open",
                StandupMember.user_id == user_id,
                StandupMember.off == "",
                StandupMember.opens_at <= now,
                StandupMember.closes_at > now,
                ~unposted,
                Standup.id.not_in(answered),
            )
            .order_by(Standup.opens_at)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def asked_since(self, workspace_id: str, user_id: str, since: datetime) -> Sequence[str]:
        """Return the ids of the runs that asked a person and were to close after a moment."""
        query = (
            select(Standup.id)
            .join(StandupMember, StandupMember.standup_id == Standup.id)
            .where(
                Standup.workspace_id == workspace_id,
                Standup.closes_at > since,
                StandupMember.user_id == user_id,
            )
        )
        return (await self.session.scalars(query)).all()

    async def tasks_ended(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> Sequence[Task]:
        """Return a channel's tasks that ended in a time, by number."""
        query = (
            select(Task)
            .where(
                Task.workspace_id == workspace_id,
                Task.channel_id == channel_id,
                Task.mode != "standup",  # what weighs a standup's risks is none of its news
                Task.state.in_(ENDED),
                Task.ended_at >= since,
                Task.ended_at < until,
            )
            .order_by(Task.number)
        )
        return (await self.session.scalars(query)).all()

    async def tasks_open(self, workspace_id: str, channel_id: str) -> Sequence[Task]:
        """Return a channel's tasks that have not ended, by number."""
        query = (
            select(Task)
            .where(
                Task.workspace_id == workspace_id,
                Task.channel_id == channel_id,
                Task.mode != "standup",
                Task.state.in_(OPEN),
            )
            .order_by(Task.number)
        )
        return (await self.session.scalars(query)).all()

    async def assignments_of(self, task_ids: Collection[str]) -> Sequence[Assignment]:
        """Return the pieces of these tasks' present rounds, in plan order."""
        query = (
            select(Assignment)
            .join(Plan, Plan.id == Assignment.plan_id)
            .join(Task, Task.id == Assignment.task_id)
            .where(Assignment.task_id.in_(task_ids), Plan.round == Task.round)
            .order_by(Task.number, Assignment.position)
        )
        return (await self.session.scalars(query)).all()
