"""The rate buckets that every process shares: locked, read, written back."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from storage.models import RateBucket
from storage.repositories.base import Repository


class RateRepository(Repository):
    """Rows are locked in the order of their keys, so that two processes never wait in a circle."""

    async def ensure(self, buckets: Sequence[dict[str, Any]]) -> None:
        """Store new buckets, column by column; those that are there stay as they are.

        Call it before `lock`: making one while holding others could wait in a circle.
        """
        for values in sorted(buckets, key=lambda values: str(values["key"])):
            await self.insert_unless_there(RateBucket, values)

    async def lock(self, keys: Collection[str]) -> dict[str, RateBucket]:
        """Return the buckets that exist; nobody else may change them until the transaction ends."""
        if not keys:
            return {}
        query = (
            select(RateBucket)
            .where(RateBucket.key.in_(sorted(keys)))
            .order_by(RateBucket.key)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return {row.key: row for row in await self.session.scalars(query)}
