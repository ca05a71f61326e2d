"""The SQL of retention: what is past its time, counted or removed in small batches."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.domain.decision import DecisionState
from bot.domain.task import OPEN
from storage.models import (
    Attachment,
    AuditEntry,
    Away,
    Base,
    ConflictNote,
    Decision,
    Forgetting,
    Message,
    OutboxRow,
    Receipt,
    ScheduleRun,
    Task,
    ToolCall,
    Worktree,
)
from storage.repositories.audit import AuditRepository
from storage.repositories.base import Repository

REMOVED = "[removed: past its retention]"
"""Stands where a text stood, for people and for a model that reads the thread again."""

Key = tuple[Any, ...]
"""The primary key of a row."""

_UNDECIDED = (DecisionState.PROPOSED, DecisionState.CHANGES_REQUESTED)


@dataclass(frozen=True)
class Stale:
    """Rows of one table past their time; `values` replaces columns, None deletes the rows."""

    table: type[Base]
    where: ColumnElement[bool]
    values: Mapping[str, Any] | None = None
    audit_before: datetime | None = None


def sent_posts(before: datetime) -> Stale:
    """Contents of delivered posts. The rows stay: their keys keep a post from being made twice,
    their `sent_ts` lets an old card be edited.
    """
    where = (
        (OutboxRow.state == "sent")
        & (OutboxRow.sent_at < before)
        & (cast(OutboxRow.payload, Text) != "{}")
        & ~_needed(OutboxRow.task_id)
    )
    return Stale(OutboxRow, where, {"payload": {}})


def receipts(before: datetime) -> Stale:
    """Proofs of deliveries that Slack will not repeat any more."""
    return Stale(Receipt, (Receipt.received_at < before) & ~_needed(Receipt.task_id))


def message_texts(before: datetime) -> Stale:
    """What people wrote in threads all of whose tasks ended before."""
    free = _is_free(Message.thread_id, before)
    where = (Message.created_at < before) & (Message.text != REMOVED) & free
    return Stale(Message, where, {"text": REMOVED})


def attachment_texts(before: datetime) -> Stale:
    """What was read of files and links in such threads; where it was stays."""
    free = _is_free(Attachment.thread_id, before)
    where = (Attachment.created_at < before) & (Attachment.text != "") & free
    return Stale(Attachment, where, {"text": ""})


def tool_results(before: datetime) -> Stale:
    """What tools returned to specialists of tasks that ended before; that they were used stays."""
    needed = exists().where(Task.id == ToolCall.task_id, _open_or_recent(Task, before))
    where = (ToolCall.created_at < before) & (ToolCall.result != "") & ~needed
    return Stale(ToolCall, where, {"result": ""})


def worktree_patches(before: datetime) -> Stale:
    """What was changed in throw-away worktrees of tasks that ended before."""
    needed = exists().where(Task.id == Worktree.task_id, _open_or_recent(Task, before))
    where = (Worktree.opened_at < before) & Worktree.patch.is_not(None) & ~needed
    return Stale(Worktree, where, {"patch": None, "branch_at": None})


def task_texts(before: datetime) -> Stale:
    """The wishes of tasks that ended before and have no decision open."""
    undecided = exists().where(Decision.task_id == Task.id, Decision.state.in_(_UNDECIDED))
    where = (Task.text != REMOVED) & ~_open_or_recent(Task, before) & ~undecided
    return Stale(Task, where, {"text": REMOVED})


def audit(before: datetime) -> Stale:
    """Entries of the audit log, which the database lets go only when told until when."""
    return Stale(AuditEntry, AuditEntry.at < before, audit_before=before)


def conflict_notes(before: datetime) -> Stale:
    """What threads were told of conflicts that are over since then."""
    where = (ConflictNote.state == "over") & (ConflictNote.updated_at < before)
    return Stale(ConflictNote, where)


def absences(before: datetime) -> Stale:
    """Who was away then."""
    return Stale(Away, Away.last_day < before.date())


def forgettings(before: datetime) -> Stale:
    """What was forgotten and told; what waits to be told has its moment."""
    return Stale(Forgetting, Forgetting.due_at.is_(None) & (Forgetting.ended_at < before))


def schedule_runs(before: datetime) -> Stale:
    """Ended runs, but never the latest of a schedule that the code defines: the next start
    counts from it.
    """
    newer = aliased(ScheduleRun)
    later = exists().where(newer.schedule == ScheduleRun.schedule, newer.slot > ScheduleRun.slot)
    free = or_(later, ScheduleRun.workspace_id.is_not(None))
    where = (ScheduleRun.state != "running") & (ScheduleRun.slot < before) & free
    return Stale(ScheduleRun, where)


def _is_free(thread_id: InstrumentedAttribute[str], before: datetime) -> ColumnElement[bool]:
    """Return whether all tasks of a thread ended before and none of its decisions is open."""
    busy = exists().where(Task.thread_id == thread_id, _open_or_recent(Task, before))
    undecided = select(Decision.thread_id).where(
        Decision.state.in_(_UNDECIDED),
        Decision.thread_id.is_not(None),  # imported: one NULL would make every NOT IN unknown
    )
    return ~busy & thread_id.not_in(undecided)


def _needed(task_id: InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    """Return whether a task is open, or a decision of it is."""
    task = exists().where(Task.id == task_id, Task.state.in_(OPEN))
    decision = exists().where(Decision.task_id == task_id, Decision.state.in_(_UNDECIDED))
    return or_(task, decision)


def _open_or_recent(task: type[Task], before: datetime) -> ColumnElement[bool]:
    ended = func.coalesce(task.ended_at, task.updated_at)
    return or_(task.state.in_(OPEN), ended >= before)


class RetentionRepository(Repository):
    """Looks in one transaction and removes in others, so that no lock is held while it looks."""

    async def count(self, stale: Stale) -> int:
        """Return how many rows are past their time."""
        query = select(func.count()).select_from(stale.table).where(stale.where)
        return (await self.session.scalars(query)).one()

    async def keys(self, stale: Stale, *, limit: int) -> list[Key]:
        """Return up to `limit` keys of rows past their time; fewer were the last."""
        query = select(*stale.table.__mapper__.primary_key).where(stale.where).limit(limit)
        return [tuple(row) for row in await self.session.execute(query)]

    async def remove(self, stale: Stale, keys: Sequence[Key]) -> int:
        """Remove the rows of these keys that are still past their time; returns how many."""
        chosen = tuple_(*stale.table.__mapper__.primary_key).in_(keys) & stale.where
        statement = (
            delete(stale.table).where(chosen)
            if stale.values is None
            else update(stale.table).where(chosen).values(**stale.values)
        )
        audit = AuditRepository(self.session)
        async with audit.removal(stale.audit_before) if stale.audit_before else nullcontext():
            result = await self.session.execute(
                statement.execution_options(synchronize_session=False)
            )
        return int(getattr(result, "rowcount", 0))

    async def needed_runs(self, task_ids: set[str], decision_ids: set[str]) -> set[str]:
        """Return which tasks are open and which decisions are sent back, of those given.

        A run of theirs that the engine forgot would be begun once more.
        """
        tasks = select(Task.id).where(Task.id.in_(task_ids), Task.state.in_(OPEN))
        decisions = select(Decision.id).where(
            Decision.id.in_(decision_ids), Decision.state == DecisionState.CHANGES_REQUESTED
        )
        found = set((await self.session.scalars(tasks)).all())
        return found | set((await self.session.scalars(decisions)).all())
