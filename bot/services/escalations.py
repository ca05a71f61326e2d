"""Escalations as people steer them: opened, acknowledged, snoozed, handed over, resolved."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation import (
    Case,
    EscalationState,
    Kind,
    Policy,
    Responder,
    WorkHours,
    acts,
)
from bot.domain.events import PostsQueued
from bot.domain.redaction import redact
from bot.domain.turns import ESCALATION
from bot.errors import UserFacingError
from bot.services import escalation_news, incident_facts, sharing
from bot.services.away import who_is_away
from bot.services.context import Context
from bot.services.directory import Directory, person_or_blank
from bot.services.escalation_policy import freeze, responder
from bot.services.escalation_rows import case_of, keep
from bot.services.holiday_calendar import calendar_of
from storage.models import Escalation, EscalationEvent, Task, new_id
from storage.uow import UnitOfWork

Moved = Callable[[Case, datetime], tuple[Case, Kind]]
"""What somebody does to a case."""


@dataclass(frozen=True)
class Report:
    """What is escalated, where, by whom.

    `key` names the act, so that its second delivery opens nothing; `source_key` the incident at
    whoever reported it. `root_ts` is the thread to answer in; empty: the card starts one.
    """

    workspace_id: str
    channel_id: str
    title: str
    level: int
    key: str
    user_id: str = ""
    owner_id: str = ""
    impact: str = ""
    tried: str = ""
    root_ts: str = ""
    task_id: str | None = None
    source: str = "command"
    source_key: str | None = None
    source_url: str = ""
    service: str = ""
    """Of an incident: what it is about, in its source's words."""
    started_at: datetime | None = None
    """Of an incident: when the trouble began, if its source says so."""
    is_private: bool = False


def check_place(channel_id: str) -> None:
    """Raise UserFacingError where nobody else could answer."""
    if channel_id.startswith("D"):
        raise UserFacingError(
            "Only you and I read here.", hint="Escalate in a channel, so that others can answer."
        )


async def open_escalation(
    ctx: Context, directory: Directory | None, report: Report
) -> Escalation | None:
    """Open a case and show it; None when it was opened before.

    Whether the person may is asked before. `directory` says in which time zones people live.
    Raises UserFacingError for a title of no words.
    """
    check_place(report.channel_id)
    if not report.title.strip():
        raise UserFacingError("Say what is blocked.")
    workspace, channel = report.workspace_id, report.channel_id
    policy = await freeze(ctx, directory, workspace_id=workspace, channel_id=channel)
    await sharing.meet(ctx, workspace, policy.page_channel)
    hours = policy.others
    if report.owner_id:
        await _check_person(directory, report.owner_id)
        who = await responder(
            ctx, directory, report.owner_id, workspace_id=workspace, channel_id=channel
        )
        hours = who.hours
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(workspace, channel, now=now, is_private=report.is_private)
        if not await uow.receipts.claim(report.workspace_id, report.key, now=now):
            return None
        return await store(ctx, uow, report, policy, hours)


async def store(
    ctx: Context, uow: UnitOfWork, report: Report, policy: Policy, hours: WorkHours
) -> Escalation:
    """Store a new case in the transaction of `uow`, link its task and queue its card."""
    now = ctx.clock.now()
    row = Escalation(
        id=new_id(),
        workspace_id=report.workspace_id,
        channel_id=report.channel_id,
        root_ts=report.root_ts,
        task_id=report.task_id,
        number=await uow.escalations.next_number(report.workspace_id),
        title=redact(report.title.strip())[:200],
        impact=redact(report.impact.strip()),
        tried=redact(report.tried.strip()),
        source=report.source,
        source_key=report.source_key,
        source_url=report.source_url[:500],
        opened_by=report.user_id,
        policy=policy.model_dump(mode="json"),
        hours={},
        pages=0,
        seq=0,
        created_at=now,
    )
    case = Case(
        public_id=row.public_id,
        state=EscalationState.OPEN,
        level=report.level,
        since=now,
        asked_at=now,
        owner_id=report.owner_id,
        hours=hours,
        policy=policy,
    )
    event = keep(row, case, Kind.OPENED, now=now, by=report.user_id)
    await uow.escalations.add(row, event)
    await incident_facts.note(
        uow, row, Kind.OPENED, at=now, service=report.service, started_at=report.started_at
    )
    await _prefer(uow, report.task_id)
    await _tell(ctx, uow, row, event)
    return row


async def act(
    ctx: Context,
    workspace_id: str,
    escalation_id: str,
    move: Moved,
    *,
    by: str,
    text: str = "",
    receipt: str = "",
) -> Escalation:
    """Do something to a case; the second delivery of a click or form changes nothing.

    Raises NotFound, and UserFacingError for what the case does not allow any more.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.escalations.find(workspace_id, escalation_id, lock=True)
        if not await uow.receipts.is_new(workspace_id, receipt, now=now):
            return row
        case, kind = move(case_of(row), now)
        event = keep(row, case, kind, now=now, by=by, text=redact(text.strip()))
        if kind is Kind.RESOLVED:
            row.resolution, row.resolved_by, row.resolved_at = event.text, by or None, now
        uow.session.add(event)
        await uow.session.flush()
        await incident_facts.note(uow, row, kind, at=now)
        if kind is Kind.RESOLVED and row.task_id:
            await _calm_down(uow, row.task_id)
        await _tell(ctx, uow, row, event)
    return row


async def acknowledge(
    ctx: Context, directory: Directory, row: Escalation, *, by: str, receipt: str = ""
) -> Escalation:
    """Say that somebody is on it, or still is."""
    who = await _person(ctx, directory, row, by)

    def move(case: Case, now: datetime) -> tuple[Case, Kind]:
        return acts.acknowledge(case, who, now)

    return await act(ctx, row.workspace_id, row.id, move, by=by, receipt=receipt)


async def hand_over(
    ctx: Context,
    directory: Directory,
    row: Escalation,
    *,
    by: str,
    to: str,
    note: str = "",
    receipt: str = "",
) -> Escalation:
    """Ask somebody else. Raises UserFacingError for a bot."""
    await _check_person(directory, to)
    who = await _person(ctx, directory, row, to)

    def move(case: Case, now: datetime) -> tuple[Case, Kind]:
        return acts.hand_over(case, who, now), Kind.HANDED_OVER

    return await act(ctx, row.workspace_id, row.id, move, by=by, text=note, receipt=receipt)


async def _check_person(directory: Directory | None, user_id: str) -> None:
    """Raise UserFacingError for a bot: it would be reminded and never answer."""
    if directory is not None and (await person_or_blank(directory, user_id)).is_bot:
        raise UserFacingError("A bot cannot take this on.", hint="Choose a person.")


async def _person(ctx: Context, directory: Directory, row: Escalation, user_id: str) -> Responder:
    place = {"workspace_id": row.workspace_id, "channel_id": row.channel_id}
    found = await responder(ctx, directory, user_id, uow=None, **place)
    if row.owner_id == user_id and found.hours.timezone == ctx.settings.escalation.timezone:
        # Perhaps Slack did not answer this time; it did when they became the owner.
        zone = str(row.hours.get("timezone") or found.hours.timezone)
        hours = found.hours.model_copy(update={"timezone": zone})
        return found.model_copy(update={"hours": hours})
    return found


def snoozed(choice: acts.Snooze) -> Moved:
    """Return the move that leaves a case for a while."""

    def move(case: Case, now: datetime) -> tuple[Case, Kind]:
        return acts.snooze(case, choice, now, calendar_of(case.hours)), Kind.SNOOZED

    return move


async def level_up(
    ctx: Context, row: Escalation, *, seen: int, by: str, receipt: str = ""
) -> Escalation:
    """Take a case to the next level, by somebody who saw level `seen`; who is on leave is left."""
    async with ctx.database.read() as uow:
        away = await who_is_away(uow, row.workspace_id, ctx.clock.now().date())

    def move(case: Case, now: datetime) -> tuple[Case, Kind]:
        return acts.level_up(case, now, calendar_of, seen=seen, away=away), Kind.RAISED

    return await act(ctx, row.workspace_id, row.id, move, by=by, receipt=receipt)


def updated(by: str, text: str) -> Moved:
    """Return the move of who says how it stands."""
    if not text.strip():
        raise UserFacingError("Say how it stands.")

    def move(case: Case, now: datetime) -> tuple[Case, Kind]:
        return acts.update(case, by, now), Kind.UPDATED

    return move


def resolved(text: str) -> Moved:
    """Return the move of who says what solved it."""
    if not text.strip():
        raise UserFacingError("Say what solved it.")

    def move(case: Case, _now: datetime) -> tuple[Case, Kind]:
        return acts.resolve(case), Kind.RESOLVED

    return move


async def link(ctx: Context, row: Escalation, task_id: str, *, by: str) -> None:
    """Note that a task works on a case: it goes before others from now on."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        found = await uow.escalations.find(row.workspace_id, row.id, lock=True)
        if found.task_id == task_id or found.state is EscalationState.RESOLVED:
            return
        found.task_id = task_id
        event = keep(found, case_of(found), Kind.LINKED, now=now, by=by)
        uow.session.add(event)
        await _prefer(uow, task_id)
        await uow.session.flush()
        await _tell(ctx, uow, found, event)


async def _prefer(uow: UnitOfWork, task_id: str | None) -> None:
    if task_id is not None:
        task = await uow.session.get_one(Task, task_id)
        task.priority = max(task.priority, ESCALATION)


async def _calm_down(uow: UnitOfWork, task_id: str) -> None:
    """A task that works on no open case any more waits for its turn like others."""
    if not await uow.escalations.of_task(task_id):
        task = await uow.session.get_one(Task, task_id)
        task.priority = 0


async def _tell(ctx: Context, uow: UnitOfWork, row: Escalation, event: EscalationEvent) -> None:
    if event.by_id:
        await uow.audit.add(
            row.workspace_id,
            event.by_id,
            action=f"escalation.{event.kind.value}",
            noun="escalation",
            noun_id=row.id,
            at=event.at,
            details={"level": event.level, "owner": event.owner_id},
        )
    told = escalation_news.Told(
        row.id,
        row.workspace_id,
        row.channel_id,
        row.root_ts,
        str(row.policy.get("page_channel") or ""),
        event.kind,
        event.level,
        event.seq,
    )
    await escalation_news.queue(uow, [told], now=event.at)
    await ctx.announcer.announce(uow, PostsQueued(row.task_id or ""))
