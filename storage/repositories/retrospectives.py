"""Retrospectives by what is due, by channel, by number."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from storage.models import OutboxRow, Retrospective
from storage.repositories.base import Repository, app_is_there

_CLOSED = "closed"


def root_key(retrospective_id: str) -> str:
    """Return the outbox key of the message that a retrospective's thread hangs on."""
    return f"retrospective:{retrospective_id}"


class RetrospectiveRepository(Repository):
    """A retrospective is seen in its own channel only."""

    async def add(self, row: Retrospective) -> Retrospective:
        """Store a new run."""
        self.session.add(row)
        await self.session.flush()
        return row

    async def of_slot(self, workspace_id: str, slot_key: str) -> Retrospective | None:
        """Return what an opening opened before, if anything."""
        query = select(Retrospective).where(
            Retrospective.workspace_id == workspace_id, Retrospective.slot_key == slot_key
        )
        return (await self.session.scalars(query)).one_or_none()

    async def get(
        self, workspace_id: str, retrospective_id: str, *, lock: bool = False
    ) -> Retrospective:
        """Return a workspace's run; raises NotFound."""
        query = select(Retrospective).where(
            Retrospective.workspace_id == workspace_id, Retrospective.id == retrospective_id
        )
        return await self.the(
            query,
            "retrospective",
            retrospective_id,
            hint="`/lead retro` shows the newest.",
            lock=lock,
        )

    async def by_number(self, workspace_id: str, channel_id: str, number: int) -> Retrospective:
        """Return the channel's run that people call RT-<number>; raises NotFound."""
        query = select(Retrospective).where(
            Retrospective.workspace_id == workspace_id,
            Retrospective.channel_id == channel_id,
            Retrospective.number == number,
        )
        return await self.the(
            query,
            "retrospective",
            f"RT-{number}",
            hint="`/lead retro history` lists those of this channel.",
        )

    async def newest(
        self, workspace_id: str, channel_id: str, *, limit: int = 1
    ) -> Sequence[Retrospective]:
        """Return a channel's runs, the newest first."""
        query = (
            select(Retrospective)
            .where(
                Retrospective.workspace_id == workspace_id,
                Retrospective.channel_id == channel_id,
            )
            .order_by(Retrospective.number.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def by_root(self, workspace_id: str, channel_id: str, ts: str) -> Retrospective | None:
        """Return the open run whose thread hangs on the message `ts`."""
        found = await self.open_in(workspace_id, channel_id)
        if found is None:
            return None
        query = select(OutboxRow.id).where(
            OutboxRow.workspace_id == workspace_id,
            OutboxRow.key == root_key(found.id),
            OutboxRow.sent_ts == ts,
        )
        return found if (await self.session.scalars(query)).first() is not None else None

    async def open_in(self, workspace_id: str, channel_id: str) -> Retrospective | None:
        """Return the run that is open in a channel: there is one at most."""
        query = (
            select(Retrospective)
            .where(
                Retrospective.workspace_id == workspace_id,
                Retrospective.channel_id == channel_id,
                Retrospective.state != _CLOSED,
            )
            .order_by(Retrospective.number.desc())
            .limit(1)
        )
        return (await self.session.scalars(query)).one_or_none()

    async def open_of_workspace(self, workspace_id: str) -> Sequence[Retrospective]:
        """Return the runs that are open anywhere in a workspace."""
        query = select(Retrospective).where(
            Retrospective.workspace_id == workspace_id, Retrospective.state != _CLOSED
        )
        return (await self.session.scalars(query)).all()

    async def closed_between(
        self, workspace_id: str, channel_id: str, *, since: datetime, until: datetime
    ) -> Sequence[Retrospective]:
        """Return a channel's runs that closed in a time, the oldest first."""
        query = (
            select(Retrospective)
            .where(
                Retrospective.workspace_id == workspace_id,
                Retrospective.channel_id == channel_id,
                Retrospective.closed_at >= since,
                Retrospective.closed_at < until,
            )
            .order_by(Retrospective.closed_at)
        )
        return (await self.session.scalars(query)).all()

    async def due(self, now: datetime, *, limit: int) -> Sequence[tuple[str, str]]:
        """Return (workspace, id) of what has to be reminded of or moved on, earliest first."""
        query = (
            select(Retrospective.workspace_id, Retrospective.id)
            .where(Retrospective.due_at <= now, app_is_there(Retrospective.workspace_id))
            .order_by(Retrospective.due_at)
            .limit(limit)
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]
