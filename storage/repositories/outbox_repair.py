"""The outbox's dead rows: counted for people, and queued again when what was wrong is mended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, select, update

from storage.models import OutboxRow, RateBucket
from storage.models.outbox import DOUBT, WAITING
from storage.repositories.base import Repository


@dataclass(frozen=True)
class ChannelDepth:
    """What waits in one channel."""

    workspace_id: str
    channel_id: str
    waiting: int
    oldest: datetime


class OutboxRepairRepository(Repository):
    """Rows that failed quietly have no reason to tell: they are neither shown nor revived."""

    async def depths(self) -> list[ChannelDepth]:
        """Return what waits, by channel, the oldest first."""
        oldest = func.min(OutboxRow.created_at)
        query = (
            select(OutboxRow.workspace_id, OutboxRow.channel_id, func.count(), oldest)
            .where(WAITING)
            .group_by(OutboxRow.workspace_id, OutboxRow.channel_id)
            .order_by(oldest)
        )
        return [ChannelDepth(*found) for found in (await self.session.execute(query)).all()]

    async def dead(self, *, limit: int) -> Sequence[OutboxRow]:
        """Return rows that were given up, the newest first."""
        query = (
            select(OutboxRow)
            .where(OutboxRow.state == "dead", OutboxRow.problem != "")
            .order_by(OutboxRow.id.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def turn_back(self, *, now: datetime, most: timedelta) -> None:
        """Let nothing wait for a moment that a clock which was ahead gave it.

        Rows that were to go at once go now, a claim ends within `most`, and paces begin anew. A
        row that is meant for later, e.g. the end of quiet hours, keeps its moment.
        """
        ahead = (WAITING, OutboxRow.state == "pending", OutboxRow.not_before > now)
        queued = update(OutboxRow).where(*ahead, OutboxRow.lane.not_like("later %"))
        claimed = update(OutboxRow).where(WAITING, OutboxRow.lease_until > now + most)
        for statement in (
            queued.values(not_before=now),
            claimed.values(lease_until=now + most),
            delete(RateBucket).where(RateBucket.since > now),
        ):
            await self.session.execute(statement.execution_options(synchronize_session=False))

    async def revive(
        self,
        *,
        now: datetime,
        since: datetime | None = None,
        workspace_id: str | None = None,
        channel_id: str | None = None,
        row_id: int | None = None,
        codes: Collection[str] = (),
    ) -> int:
        """Queue dead rows again; returns how many. Their ids keep their order.

        `since` leaves out older ones; `codes` takes only failures of these classes. A row in doubt
        stays so: it is looked for before it is sent.
        """
        doubt = OutboxRow.problem_code == DOUBT
        wanted: dict[Any, Any] = {
            OutboxRow.workspace_id: workspace_id,
            OutboxRow.channel_id: channel_id,
            OutboxRow.id: row_id,
        }
        statement = update(OutboxRow).where(OutboxRow.state == "dead", OutboxRow.problem != "")
        for column, value in wanted.items():
            if value is not None:
                statement = statement.where(column == value)
        if since is not None:
            statement = statement.where(OutboxRow.created_at >= since)
        if codes:
            statement = statement.where(OutboxRow.problem_code.in_(sorted(codes)))
        result = await self.session.execute(
            statement.values(
                state="pending",
                attempts=0,
                not_before=now,
                problem=case((doubt, OutboxRow.problem), else_=""),
                problem_code=case((doubt, DOUBT), else_=""),
            )
            .returning(OutboxRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(result.all())
