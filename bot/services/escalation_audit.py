"""The auditor: proves that timers went off, by comparing what was planned with what happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot import metrics
from bot.services.context import Context
from bot.services.escalation_views import LATE
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(hours=24)


@dataclass(frozen=True)
class TimerReport:
    """What is wrong with timers; all zero when all is well."""

    overdue: int = 0
    """Timers that should have gone off and have not."""
    overdue_seconds: int = 0
    late: int = 0
    """Timers of the last day that went off late."""
    late_seconds: int = 0
    lost: int = 0
    """Open cases to which nothing would ever happen."""
    skipped: int = 0
    """Timers of the last day that were passed over; of all workspaces together."""

    @property
    def is_well(self) -> bool:
        """Whether every timer went off when it should."""
        return not (self.overdue or self.late or self.lost or self.skipped)

    def sentence(self) -> str:
        """Return what is wrong, for people; empty when all is well."""
        parts = [
            f"{self.overdue} overdue, by up to {_minutes(self.overdue_seconds)}"
            if self.overdue
            else "",
            f"{self.late} late in 24 h, by up to {_minutes(self.late_seconds)}"
            if self.late
            else "",
            f"{self.lost} without a timer" if self.lost else "",
            f"{self.skipped} passed over in 24 h" if self.skipped else "",
        ]
        return "; ".join(filter(None, parts))


def _minutes(seconds: int) -> str:
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


async def timers_of(uow: UnitOfWork, *, now: datetime, workspace_id: str = "") -> TimerReport:
    """Return how the timers of a workspace, or of all, have done."""
    audit, since = uow.escalation_audit, now - LOOK_BACK
    overdue = await audit.overdue(now - LATE, workspace_id=workspace_id)
    late = await audit.late(since, seconds=round(LATE.total_seconds()), workspace_id=workspace_id)
    passed = [] if workspace_id else await audit.skipped(since)
    return TimerReport(
        overdue=overdue.count,
        overdue_seconds=round((now - overdue.oldest).total_seconds()) if overdue.oldest else 0,
        late=late.count,
        late_seconds=late.worst_seconds,
        lost=await audit.without_timer(workspace_id=workspace_id),
        skipped=sum(item.next_event_at - item.planned_at > LATE for item in passed),
    )


async def audit(ctx: Context) -> TimerReport:
    """Look at all workspaces; what is wrong becomes metrics and a line in the log."""
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        found = await timers_of(uow, now=now)
    metrics.escalations_audited(
        at=now, overdue=found.overdue, late=found.late, lost=found.lost + found.skipped
    )
    if not found.is_well:
        log.warning(
            "escalation.timers_off",
            overdue=found.overdue,
            overdue_seconds=found.overdue_seconds,
            late=found.late,
            late_seconds=found.late_seconds,
            lost=found.lost,
            skipped=found.skipped,
        )
    return found
