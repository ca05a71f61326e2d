"""Between rows of escalations and the case that the rules know."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from bot.domain.escalation import Case, Kind, Policy, WorkHours, next_due
from bot.services.holiday_calendar import calendar_of
from storage.models import Escalation, EscalationEvent
from storage.repositories.escalations import DueRow


@dataclass(frozen=True)
class Change:
    """What happened to a case: `values` for its row, `line` for its timeline.

    The owner's `hours` are left to whoever stores it, as text or not.
    """

    values: dict[str, Any]
    line: dict[str, Any]


def case_of(row: Escalation) -> Case:
    """Return the case that a row holds."""
    hours = WorkHours.model_validate(row.hours)
    return _case(row, hours, Policy.model_validate(row.policy))


def case_of_due(row: DueRow) -> Case:
    """Return the case that a sweep took; cases of one place share their policy."""
    return _case(row, _hours(row.hours), _policy(row.policy))


def _case(row: Escalation | DueRow, hours: WorkHours, policy: Policy) -> Case:
    return Case(
        public_id=f"X-{row.number}",
        state=row.state,
        level=row.level,
        since=row.since,
        asked_at=row.asked_at,
        owner_id=row.owner_id,
        hours=hours,
        pages=row.pages,
        snoozed_until=row.snoozed_until,
        policy=policy,
    )


def change(
    row: Escalation | DueRow,
    case: Case,
    kind: Kind,
    *,
    now: datetime,
    by: str = "",
    text: str = "",
    planned: datetime | None = None,
) -> Change:
    """Return what to write of a case that was moved, with its next timer.

    `planned` is for what a timer did: when it was to go off.
    """
    due = next_due(case, calendar_of)
    stands = {"state": case.state, "level": case.level, "owner_id": case.owner_id}
    values = {
        **stands,
        "since": case.since,
        "asked_at": case.asked_at,
        "pages": case.pages,
        "snoozed_until": case.snoozed_until,
        "due_at": due.at if due else None,
        "due_kind": due.kind if due else None,
        "seq": row.seq + 1,
        "updated_at": now,
    }
    line = {
        **stands,
        "escalation_id": row.id,
        "workspace_id": row.workspace_id,
        "seq": row.seq + 1,
        "kind": kind,
        "by_id": by,
        "at": now,
        "text": text,
        "planned_at": planned,
        "late_seconds": _late(planned, now),
        "next_at": due.at if due else None,
    }
    return Change(values, line)


def keep(
    row: Escalation, case: Case, kind: Kind, *, now: datetime, by: str = "", text: str = ""
) -> EscalationEvent:
    """Write a case back that a person moved; returns the line of its timeline to be stored."""
    found = change(row, case, kind, now=now, by=by, text=text)
    for name, value in found.values.items():
        setattr(row, name, value)
    row.hours = case.hours.model_dump()
    return EscalationEvent(**found.line)


@lru_cache(maxsize=2_000)
def _policy(text: str) -> Policy:
    return Policy.model_validate_json(text)


@lru_cache(maxsize=2_000)
def _hours(text: str) -> WorkHours:
    return WorkHours.model_validate_json(text)


@lru_cache(maxsize=2_000)
def text_of(hours: WorkHours) -> str:
    """Return hours as JSON; a sweep raises thousands of cases to few people."""
    return hours.model_dump_json()


def _late(planned: datetime | None, now: datetime) -> int:
    return 0 if planned is None else max(0, round((now - planned).total_seconds()))
