"""The outbox as a queue: who is first, what may go now, who holds what; same on both databases."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, case, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.models import OutboxRow, RateBucket, Task, Thread
from storage.models.base import UtcDateTime
from storage.models.outbox import WAITING
from storage.prepared import Prepared
from storage.repositories.base import Repository

_Target = aliased(OutboxRow, name="target")
_DUE = case(
    (RateBucket.free_at > OutboxRow.not_before, RateBucket.free_at), else_=OutboxRow.not_before
)
"""When a row may go: its own moment, or that of its bucket when that is later."""


def _heads(query: "Select[*tuple[Any, ...]]") -> "Select[*tuple[Any, ...]]":
    """Restrict a query to lane heads that nothing but time holds back."""
    first = (
        select(func.min(OutboxRow.id).label("id"))
        .where(WAITING)
        .group_by(OutboxRow.lane)
        # The last in the alphabet: none of the lane is "sending".
        .having(func.max(OutboxRow.state) == "pending")
        .subquery("first")
    )
    return (
        query.select_from(OutboxRow)
        .join(first, first.c.id == OutboxRow.id)
        .outerjoin(RateBucket, RateBucket.key == OutboxRow.bucket)
        .outerjoin(
            _Target,
            and_(
                _Target.workspace_id == OutboxRow.workspace_id,
                _Target.key == OutboxRow.target_key,
            ),
        )
        .where(
            OutboxRow.state == "pending",
            or_(_Target.id.is_(None), _Target.state == "sent", _Target.state == "dead"),
        )
    )


_UNDER_WAY = (WAITING, OutboxRow.state == "sending")
# Made once: making one costs more than running it.
_HEADS = (
    _heads(select(OutboxRow, _Target, Thread.root_ts))
    .outerjoin(Task, Task.id == OutboxRow.task_id)
    .outerjoin(Thread, Thread.id == Task.thread_id)
    .where(bindparam("now", type_=UtcDateTime) >= _DUE)
    .order_by(_DUE, OutboxRow.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=OutboxRow, skip_locked=True)
)
_MOMENTS = Prepared(
    select(
        _heads(select(func.min(_DUE))).scalar_subquery(),
        select(func.min(OutboxRow.lease_until)).where(*_UNDER_WAY).scalar_subquery(),
    )
)


@dataclass(frozen=True)
class Head:
    """The first row of its lane, with what it needs to be sent."""

    row: OutboxRow
    target: OutboxRow | None
    """The row that had to be sent first."""
    root_ts: str | None
    """The thread of the row's task."""


@dataclass(frozen=True)
class Moments:
    """When something is to be done next; None when nothing waits for time."""

    due: datetime | None
    lease_over: datetime | None


class OutboxQueueRepository(Repository):
    """Rows are locked without waiting: what somebody else has locked is theirs."""

    async def heads(self, now: datetime, *, limit: int) -> list[Head]:
        """Return lane heads that may go now, the longest due first, locked for this transaction.

        Left out are lanes with a row under way, and rows whose target is not through. The cost
        grows with the lanes, and no more than an index scan with the rows of one lane.
        """
        found = await self.session.execute(_HEADS, {"now": now, "most": limit})
        return [Head(*row) for row in found.all()]

    async def moments(self) -> Moments:
        """Return when the next row is due, and when the first lease is over; one statement."""
        ((due, lease_over),) = await _MOMENTS.rows(self.session)
        return Moments(due, lease_over)

    async def overdue(self, now: datetime) -> Sequence[OutboxRow]:
        """Return rows under way whose lease is over, locked."""
        query = (
            select(OutboxRow)
            .where(*_UNDER_WAY, OutboxRow.lease_until <= now)
            .order_by(OutboxRow.id)
            .with_for_update(skip_locked=True)
        )
        return (await self.session.scalars(query)).all()

    async def shorten_leases(self, worker: str, *, until: datetime) -> None:
        """Let the claims of a process that is gone end at `until` rather than later."""
        await self.session.execute(
            update(OutboxRow)
            .where(*_UNDER_WAY, OutboxRow.claimed_by == worker, OutboxRow.lease_until > until)
            .values(lease_until=until)
            .execution_options(synchronize_session=False)
        )

    async def held(self, ids: Collection[int]) -> dict[int, OutboxRow]:
        """Return these rows by id, locked; one that somebody else has locked is missing."""
        if not ids:
            return {}
        query = (
            select(OutboxRow)
            .where(OutboxRow.id.in_(ids))
            .order_by(OutboxRow.id)
            .with_for_update(skip_locked=True)
        )
        return {row.id: row for row in await self.session.scalars(query)}

    async def under_way(self, *, claimed_by: str | None = None) -> Sequence[OutboxRow]:
        """Return rows that are being sent, or were when their process died, locked."""
        query = select(OutboxRow).where(*_UNDER_WAY)
        if claimed_by is not None:
            query = query.where(OutboxRow.claimed_by == claimed_by)
        query = query.order_by(OutboxRow.id).with_for_update(skip_locked=True)
        return (await self.session.scalars(query)).all()
