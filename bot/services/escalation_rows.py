"""Between rows of escalations and the case that the rules know."""

from datetime import datetime

from bot.domain.escalation import Case, Kind, Policy, WorkHours, next_due
from bot.services.holiday_calendar import calendar_of
from storage.models import Escalation, EscalationEvent


def case_of(row: Escalation) -> Case:
    """Return the case that a row holds."""
    return Case(
        public_id=row.public_id,
        state=row.state,
        level=row.level,
        since=row.since,
        asked_at=row.asked_at,
        owner_id=row.owner_id,
        hours=WorkHours.model_validate(row.hours),
        pages=row.pages,
        snoozed_until=row.snoozed_until,
        policy=Policy.model_validate(row.policy),
    )


def keep(
    row: Escalation,
    case: Case,
    kind: Kind,
    *,
    now: datetime,
    by: str = "",
    text: str = "",
    planned: datetime | None = None,
) -> EscalationEvent:
    """Write a case back with its next timer, and return the line of its timeline to be stored.

    `planned` is for what a timer did: when it was to go off.
    """
    due = next_due(case, calendar_of)
    values = {
        "state": case.state,
        "level": case.level,
        "owner_id": case.owner_id,
        "since": case.since,
        "asked_at": case.asked_at,
        "pages": case.pages,
        "snoozed_until": case.snoozed_until,
        "hours": case.hours.model_dump(),
        "due_at": due.at if due else None,
        "due_kind": due.kind if due else None,
    }
    for name, value in values.items():
        if getattr(row, name) != value:  # a sweep over thousands feels each needless change
            setattr(row, name, value)
    row.seq += 1
    row.updated_at = now
    return EscalationEvent(
        escalation_id=row.id,
        workspace_id=row.workspace_id,
        seq=row.seq,
        kind=kind,
        by_id=by,
        at=now,
        state=case.state,
        level=case.level,
        owner_id=case.owner_id,
        text=text,
        planned_at=planned,
        late_seconds=_late(planned, now),
        next_at=row.due_at,
    )


def _late(planned: datetime | None, now: datetime) -> int:
    return 0 if planned is None else max(0, round((now - planned).total_seconds()))
