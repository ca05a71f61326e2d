"""Who is away on a day, and what a person said of that."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select

from storage.models import Away
from storage.repositories.base import Repository


class AwayRepository(Repository):
    """Every question about absences; days are the person's own."""

    async def put(self, row: Away) -> Away:
        """Store an absence; one from the same source and day is replaced."""
        await self.session.execute(
            delete(Away).where(
                Away.workspace_id == row.workspace_id,
                Away.user_id == row.user_id,
                Away.source == row.source,
                Away.first_day == row.first_day,
            )
        )
        self.session.add(row)
        await self.session.flush()
        return row

    async def on(self, workspace_id: str, day: date) -> Sequence[Away]:
        """Return every absence that covers a day."""
        query = select(Away).where(
            Away.workspace_id == workspace_id, Away.first_day <= day, Away.last_day >= day
        )
        return (await self.session.scalars(query.order_by(Away.user_id))).all()

    async def of(self, workspace_id: str, user_id: str, *, since: date) -> Sequence[Away]:
        """Return a person's absences that end on `since` or later, the next first."""
        query = select(Away).where(
            Away.workspace_id == workspace_id, Away.user_id == user_id, Away.last_day >= since
        )
        return (await self.session.scalars(query.order_by(Away.first_day))).all()

    async def coming(self, workspace_id: str, *, since: date, limit: int) -> Sequence[Away]:
        """Return everybody's absences that end on `since` or later, the next first."""
        query = (
            select(Away)
            .where(Away.workspace_id == workspace_id, Away.last_day >= since)
            .order_by(Away.first_day, Away.user_id)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def clear(self, workspace_id: str, user_id: str, *, source: str) -> int:
        """Remove what one source says of a person; returns how many rows."""
        result = await self.session.execute(
            delete(Away).where(
                Away.workspace_id == workspace_id, Away.user_id == user_id, Away.source == source
            )
        )
        return int(getattr(result, "rowcount", 0))
