"""Escalations by number, by what is due, and what the auditor asks about their timers."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Text, bindparam, cast, func, select, update
from sqlalchemy.sql.dml import UpdateBase

from bot.domain.decision import DecisionState
from bot.domain.escalation import EscalationState, Kind
from storage.models import Decision, Escalation, EscalationEvent, Workspace
from storage.models.base import UtcDateTime
from storage.repositories.base import Repository, app_is_there, table_of, visible
from storage.repositories.bulk import insert_each, run_each, update_each

_OPEN = Escalation.state != EscalationState.RESOLVED
_CASES, _LINES = table_of(Escalation), table_of(EscalationEvent)
# Core, and texts of JSON as they are: a sweep may take thousands of rows, nearly all alike.
_DUE = (
    select(
        *(
            cast(_CASES.c[name], Text) if name in ("policy", "hours") else _CASES.c[name]
            for name in (
                *("id", "workspace_id", "channel_id", "root_ts", "number", "state", "level"),
                *("since", "asked_at", "owner_id", "pages", "snoozed_until", "due_at", "seq"),
                *("policy", "hours"),
            )
        )
    )
    .where(_CASES.c.due_at <= bindparam("now", type_=UtcDateTime))
    .where(app_is_there(_CASES.c.workspace_id))
    .order_by(_CASES.c.due_at)  # and by nothing else: the index has this order
    .limit(bindparam("most", type_=Integer))
    .with_for_update(key_share=True, skip_locked=True)
)
_MOVED = (
    *("state", "level", "owner_id", "since", "asked_at", "pages", "snoozed_until", "hours"),
    *("due_at", "due_kind", "seq"),
)
_LINE = (
    *("escalation_id", "workspace_id", "seq", "kind", "state", "level", "owner_id"),
    *("planned_at", "late_seconds", "next_at"),
)


class DueRow(NamedTuple):
    """What a sweep needs of a case; `policy` and `hours` are JSON."""

    id: str
    workspace_id: str
    channel_id: str
    root_ts: str
    number: int
    state: EscalationState
    level: int
    since: datetime
    asked_at: datetime
    owner_id: str
    pages: int
    snoozed_until: datetime | None
    due_at: datetime | None
    seq: int
    policy: str
    hours: str


class EscalationRepository(Repository):
    """Every question about escalations; what the auditor asks is in `escalation_audit`."""

    async def next_number(self, workspace_id: str) -> int:
        """Take the next X-number."""
        query = (
            update(Workspace)
            .where(Workspace.id == workspace_id)
            .values(last_escalation_number=Workspace.last_escalation_number + 1)
            .returning(Workspace.last_escalation_number)
        )
        return (await self.session.scalars(query)).one()

    async def add(self, escalation: Escalation, event: EscalationEvent) -> None:
        """Store a new case with the first line of its timeline."""
        self.session.add(escalation)
        await self.session.flush()
        self.session.add(event)
        await self.session.flush()

    async def find(
        self, workspace_id: str, escalation_id: str, *, lock: bool = False
    ) -> Escalation:
        """Return a workspace's case; `lock` keeps other writers out of it. Raises NotFound."""
        query = select(Escalation).where(
            Escalation.workspace_id == workspace_id, Escalation.id == escalation_id
        )
        return await self.the(
            query, "escalation", escalation_id, hint="`/lead escalations` lists them.", lock=lock
        )

    async def by_number(self, workspace_id: str, number: int, *, seen_from: str) -> Escalation:
        """Return the case that people call X-<number>, if it may be seen there; raises NotFound."""
        query = select(Escalation).where(
            Escalation.workspace_id == workspace_id,
            Escalation.number == number,
            visible(Escalation.workspace_id, Escalation.channel_id, seen_from),
        )
        return await self.the(
            query, "escalation", f"X-{number}", hint="`/lead escalations` lists them."
        )

    async def by_source(self, workspace_id: str, source_key: str) -> Escalation | None:
        """Return the case that an incident became, locked."""
        query = select(Escalation).where(
            Escalation.workspace_id == workspace_id, Escalation.source_key == source_key
        )
        return await self.perhaps(query, lock=True)

    async def count_sources(self, workspace_id: str, prefix: str) -> int:
        """Return how many cases' incident ids begin so."""
        query = select(func.count()).where(
            Escalation.workspace_id == workspace_id,
            Escalation.source_key.startswith(prefix, autoescape=True),
        )
        return (await self.session.scalars(query)).one()

    async def listed(
        self,
        workspace_id: str,
        *,
        seen_from: str | None,
        limit: int,
        owner_id: str = "",
        with_resolved: bool = False,
    ) -> Sequence[Escalation]:
        """Return cases that may be seen there: the highest level first, then the oldest.

        `seen_from` None is for what only their owner reads.
        """
        query = select(Escalation).where(Escalation.workspace_id == workspace_id)
        if owner_id:
            query = query.where(Escalation.owner_id == owner_id)
        if seen_from is not None:
            here = visible(Escalation.workspace_id, Escalation.channel_id, seen_from)
            query = query.where(here)
        if not with_resolved:
            query = query.where(_OPEN)
        order = (_OPEN.desc(), Escalation.level.desc(), Escalation.number)
        return (await self.session.scalars(query.order_by(*order).limit(limit))).all()

    async def of_task(self, task_id: str) -> Sequence[Escalation]:
        """Return the open cases that a task works on."""
        query = select(Escalation).where(Escalation.task_id == task_id, _OPEN)
        return (await self.session.scalars(query.order_by(Escalation.number))).all()

    async def timeline(self, escalation_id: str) -> Sequence[EscalationEvent]:
        """Return what happened to a case, in order."""
        query = (
            select(EscalationEvent)
            .where(EscalationEvent.escalation_id == escalation_id)
            .order_by(EscalationEvent.seq)
        )
        return (await self.session.scalars(query)).all()

    async def event(self, escalation_id: str, seq: int) -> EscalationEvent:
        """Return one line of a timeline that is known to be there."""
        return await self.session.get_one(EscalationEvent, (escalation_id, seq))

    async def last_word(self, escalation_id: str) -> EscalationEvent | None:
        """Return what somebody said last on how it stands."""
        query = (
            select(EscalationEvent)
            .where(
                EscalationEvent.escalation_id == escalation_id,
                EscalationEvent.kind == Kind.UPDATED,
            )
            .order_by(EscalationEvent.seq.desc())
            .limit(1)
        )
        return (await self.session.scalars(query)).first()

    async def any_due(self, now: datetime) -> bool:
        """Return whether some timer has to go off."""
        query = (
            select(Escalation.id)
            .where(Escalation.due_at <= now, app_is_there(Escalation.workspace_id))
            .limit(1)
        )
        return (await self.session.scalars(query)).first() is not None

    async def unanswered(self, *, since: datetime, before: datetime) -> Sequence[Decision]:
        """Return decisions of channels that wait for an answer, by when they were last changed."""
        query = select(Decision).where(
            Decision.state == DecisionState.PROPOSED,
            Decision.updated_at >= since,
            Decision.updated_at < before,
            Decision.channel_id.is_not(None),
            Decision.thread_id.is_not(None),
            app_is_there(Decision.workspace_id),
        )
        return (await self.session.scalars(query.order_by(Decision.number))).all()

    async def due(self, now: datetime, *, limit: int) -> Sequence[DueRow]:
        """Return cases whose timer has to go off, the longest due first, locked.

        What another process has locked is being fired by it and is left out.
        """
        found = await self.session.execute(_DUE, {"now": now, "most": limit})
        return [DueRow._make(row) for row in found.all()]

    async def move(self, changes: Sequence[dict[str, Any]], *, now: datetime) -> None:
        """Write what timers did to cases, each with its `id`, in one statement; `hours` is JSON."""
        await run_each(self.session, _move(self.dialect), changes, {"updated_at": now})

    async def tell(self, lines: Sequence[dict[str, Any]], *, now: datetime) -> None:
        """Store lines of timelines about what timers did now, in one statement."""
        same = {"at": now, "by_id": "", "text": ""}
        await run_each(self.session, _tell(self.dialect), lines, same)

    async def retime(self, escalation_id: str, due_at: datetime | None, kind: Kind | None) -> None:
        """Set another moment for a case's timer."""
        await self.session.execute(
            update(_CASES).where(_CASES.c.id == escalation_id).values(due_at=due_at, due_kind=kind)
        )

    async def open_by_level(self, workspace_id: str) -> dict[int, int]:
        """Return how many open cases are at each level."""
        query = (
            select(Escalation.level, func.count())
            .where(Escalation.workspace_id == workspace_id, _OPEN)
            .group_by(Escalation.level)
        )
        return {row[0]: row[1] for row in await self.session.execute(query)}

    async def count_by_state(self) -> dict[str, int]:
        """Return how many cases of all workspaces are in each state."""
        query = select(Escalation.state, func.count()).group_by(Escalation.state)
        return {state.value: count for state, count in await self.session.execute(query)}


@cache
def _move(dialect: str) -> UpdateBase:
    return update_each(_CASES, dialect, each=_MOVED, same=("updated_at",))


@cache
def _tell(dialect: str) -> UpdateBase:
    return insert_each(_LINES, dialect, each=_LINE, same=("at", "by_id", "text"))
