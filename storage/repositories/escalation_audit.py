"""What proves that timers went off: planned moments compared with what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from bot.domain.escalation import EscalationState
from storage.models import Escalation, EscalationEvent
from storage.repositories.base import Repository

_OPEN = Escalation.state != EscalationState.RESOLVED
_Next = aliased(EscalationEvent, name="later")


@dataclass(frozen=True)
class Overdue:
    """Timers that have not gone off: how many, and when the first should have."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class Late:
    """Timers that went off late: how many, and by how many seconds the worst."""

    count: int
    worst_seconds: int


@dataclass(frozen=True)
class Skipped:
    """A timer that was set and did not go off, although nobody did anything before it."""

    escalation_id: str
    planned_at: datetime
    next_event_at: datetime


class EscalationAuditRepository(Repository):
    """Reads only; a workspace's own, or all of them."""

    async def overdue(self, before: datetime, *, workspace_id: str = "") -> Overdue:
        """Return the timers that should have gone off before `before` and have not."""
        query = select(func.count(), func.min(Escalation.due_at)).where(
            _OPEN, Escalation.due_at < before, _of(workspace_id)
        )
        count, oldest = (await self.session.execute(query)).one()
        return Overdue(count, oldest)

    async def without_timer(self, *, workspace_id: str = "") -> int:
        """Return how many open cases nothing will ever happen to; it must be none."""
        query = select(func.count()).where(_OPEN, Escalation.due_at.is_(None), _of(workspace_id))
        return (await self.session.scalars(query)).one()

    async def late(self, since: datetime, *, seconds: int, workspace_id: str = "") -> Late:
        """Return the timers that went off since then, more than `seconds` late."""
        query = select(func.count(), func.max(EscalationEvent.late_seconds)).where(
            EscalationEvent.at >= since, EscalationEvent.late_seconds > seconds
        )
        if workspace_id:
            query = query.where(EscalationEvent.workspace_id == workspace_id)
        count, worst = (await self.session.execute(query)).one()
        return Late(count, worst or 0)

    async def skipped(self, since: datetime) -> Sequence[Skipped]:
        """Return timers set since then that were passed over by what happened next."""
        query = (
            select(EscalationEvent.escalation_id, EscalationEvent.next_at, _Next.at)
            .join(
                _Next,
                and_(
                    _Next.escalation_id == EscalationEvent.escalation_id,
                    _Next.seq == EscalationEvent.seq + 1,
                ),
            )
            .where(
                _Next.at >= since,
                _Next.at > EscalationEvent.next_at,
                or_(_Next.planned_at.is_(None), _Next.planned_at != EscalationEvent.next_at),
            )
        )
        rows = await self.session.execute(query)
        return [Skipped(row[0], planned, row[2]) for row in rows if (planned := row[1])]


def _of(workspace_id: str) -> ColumnElement[bool]:
    return Escalation.workspace_id == workspace_id if workspace_id else _OPEN
