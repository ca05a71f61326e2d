"""The audit log for people: the newest acts with names, and all of it as JSON Lines."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from bot.services.context import Context
from bot.services.text_files import TextFile, post_file
from bot.slack.cards import AuditLine
from storage.models import (
    ArchitectureReview,
    AuditEntry,
    Conflict,
    Debt,
    Decision,
    Escalation,
    HandOff,
    LearningItem,
    Matrix,
    PerformanceTarget,
    RetroAction,
    Retrospective,
    Schedule,
    Service,
    Sprint,
    StandupBlocker,
    Survey,
    Task,
    Technology,
)
from storage.models.base import Base
from storage.uow import Database, UnitOfWork

_NAMED: dict[str, type[Service] | type[Technology]] = {
    "service": Service,
    "technology": Technology,
}
_CHANGE = frozenset({"before", "after", "scope", "scope_id"})
_PERSON = re.compile(r"[UW][A-Z0-9]{8,}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{8,}")
SHOWN = 20
MOST_IN_SLACK = 5_000
"""Ours: some megabytes; more is exported by the operator."""
_PAGE = 500
_NUMBERED: dict[str, type[Base]] = {
    "task": Task,
    "decision": Decision,
    "escalation": Escalation,
    "matrix": Matrix,
    "conflict": Conflict,
    "hand-off": HandOff,
    "review": ArchitectureReview,
    "debt": Debt,
    "learning": LearningItem,
    "target": PerformanceTarget,
    "action": RetroAction,
    "retrospective": Retrospective,
    "schedule": Schedule,
    "sprint": Sprint,
    "blocker": StandupBlocker,
    "survey": Survey,
}


async def newest(ctx: Context, workspace_id: str) -> list[AuditLine]:
    """Return the workspace's newest acts; things by their numbers, never by their contents."""
    async with ctx.database.read() as uow:
        entries = await uow.audit.newest(workspace_id, limit=SHOWN)
        return [
            AuditLine(
                at=entry.at,
                actor_id=entry.actor_id,
                action=entry.action,
                what=await _name(uow, entry),
                details=_details(entry.details),
            )
            for entry in entries
        ]


async def _name(uow: UnitOfWork, entry: AuditEntry) -> str:
    table = _NUMBERED.get(entry.noun)
    found = await uow.session.get(table, entry.noun_id) if table is not None else None
    number = getattr(found, "public_id", None)
    return str(number) if number else await _called(uow, entry)


async def _called(uow: UnitOfWork, entry: AuditEntry) -> str:
    """Return what has a name instead of a number; one of a private channel has none here."""
    table = _NAMED.get(entry.noun)
    if table is None:
        return f"{entry.noun} {_shown(entry.noun_id[:32])}"
    row: Service | Technology | None = await uow.session.get(table, entry.noun_id)
    return f"{entry.noun} {row.name}" if row is not None and not row.scope else entry.noun


def _details(details: dict[str, Any]) -> str:
    """Return a change as "channel C1: not set → 1.5", anything else as it is."""
    if not {"before", "after"} <= details.keys():
        given = ((key, value) for key, value in details.items() if value not in ("", None))
        return ", ".join(f"{key}: {value}" for key, value in given)
    of = " ".join(_shown(str(value)) for key, value in details.items() if key not in _CHANGE)
    where = str(details.get("scope", ""))
    if where and where != "workspace":
        where = f"{where} {_shown(str(details.get('scope_id', '')))}"
    place = " ".join(filter(None, (of, where)))
    change = f"{_value(details['before'])} → {_value(details['after'])}"
    return f"{place}: {change}" if place else change


def _value(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(_shown(str(item)) for item in value)
    return _shown(str(value).removesuffix(".0"))  # SQLite gives 1.0 back as 1


def _shown(value: str) -> str:
    """Return a person's or channel's id as Slack shows whom it means, anything else as it is."""
    if _PERSON.fullmatch(value):
        return f"<@{value}>"
    return f"<#{value}>" if _CHANNEL.fullmatch(value) else value


def as_json(entry: AuditEntry) -> str:
    """Return an entry as one line of JSON."""
    row: dict[str, Any] = {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "workspace_id": entry.workspace_id,
        "actor_id": entry.actor_id,
        "action": entry.action,
        "noun": entry.noun,
        "noun_id": entry.noun_id,
        "details": entry.details,
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=False)


async def lines(database: Database, *, workspace_id: str | None = None) -> AsyncIterator[str]:
    """Yield every entry as a line, oldest first; of one workspace, or of all."""
    after = 0
    while True:
        async with database.read() as uow:
            page = await uow.audit.page(after_id=after, limit=_PAGE, workspace_id=workspace_id)
        for entry in page:
            yield as_json(entry)
        if len(page) < _PAGE:
            return
        after = page[-1].id


@dataclass(frozen=True)
class Export:
    """What was sent: how many entries, and whether older ones were left out."""

    entries: int
    cut: bool


async def send_export(
    ctx: Context, *, workspace_id: str, user_id: str, direct_id: str, receipt: str
) -> Export:
    """Send the newest entries as a file to a person's direct message, by the outbox.

    The export is an act of its own and stands in the log, and so in the file.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure_workspace(workspace_id, now=now)
        fresh = await uow.receipts.is_new(workspace_id, receipt, now=now)
        if fresh:
            await uow.audit.add(
                workspace_id,
                user_id,
                action="audit.export",
                noun="workspace",
                noun_id=workspace_id,
                at=now,
            )
        entries = await uow.audit.newest(workspace_id, limit=MOST_IN_SLACK + 1)
        kept = list(reversed(entries[:MOST_IN_SLACK]))
        if fresh:
            file = TextFile(
                name=f"audit-{now:%Y-%m-%d}.jsonl",
                title="Audit log",
                comment="The audit log, one entry a line, oldest first.",
                content="\n".join(map(as_json, kept)) + "\n",
            )
            place = (workspace_id, direct_id)
            await post_file(uow, file, place=place, key=f"audit:{receipt}", now=now)
    return Export(len(kept), cut=len(entries) > MOST_IN_SLACK)
