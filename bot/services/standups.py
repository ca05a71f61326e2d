"""Standups: opened at their time for everybody of the channel, planned ahead, asked about."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.domain.standup import (
    DEFAULT_QUESTIONS,
    Kind,
    Question,
    Window,
    key_of,
    opened_at,
    slot_key,
    windows_of,
)
from bot.errors import UserFacingError
from bot.services import standup_news, standup_people
from bot.services.ceremony import Ceremony, DueSlot
from bot.services.context import Context, Starter
from bot.services.holiday_calendar import holiday_name
from bot.services.standup_people import as_before, asked_of, member_values
from bot.services.timetables import timetable_of
from bot.slack.cards import text_post
from bot.slack.post import Post
from bot.slack.text import escape, mention
from storage.models import Schedule, Standup, new_id
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

KIND = "standup"
PLANNED, OPEN, CLOSED = "planned", "open", "closed"
FIRST_LOOK_BACK = timedelta(days=1)
"""What moved before a channel's first standup is told of so far back."""
IN_TIME = timedelta(minutes=10)
"""Ours: what is opened so late is not late yet; a restart takes less."""


async def open_standup(ctx: Context, _starter: Starter, slot: DueSlot) -> None:
    """Open the run of a slot: its thread, its questions, who is asked when.

    Zones whose turn comes later belong to the same run; the thread says when it has come. Done
    again it changes nothing.
    """
    schedule, now = slot.schedule, ctx.clock.now()
    within = max(IN_TIME, timedelta(hours=schedule.missed_hours))
    if now - slot.at > within:  # begun by a process that died, taken over much later
        log.warning("standup.too_late", schedule=schedule.id, slot=slot.at.isoformat())
        return
    key, windows = _windows(slot)
    windows = opened_at(windows, now, within=within)
    people = await standup_people.people_of(ctx, schedule)
    async with ctx.database.begin() as uow:
        row = await _ensure(ctx, uow, schedule, key, opens_at=slot.at, state=OPEN)
        if row.state == CLOSED:
            return
        if row.state == OPEN and row.due_at is not None:
            await standup_news.open_zones(ctx, uow, row, slot.zones)
            return
        members = [await asked_of(uow, schedule, p, slot, windows) for p in people]
        if not people:
            members = await as_before(uow, row, slot, windows)
        for asked in members:
            await uow.standup_rows.ensure_member(member_values(row.id, asked))
        held = [window for window in windows.values() if not window.missed]
        row.state, row.opens_at = OPEN, min(window.opens_at for window in held)
        row.closes_at = max(window.closes_at for window in held)
        before = await uow.standups.before(schedule.id, row.opens_at)
        row.since = before.opens_at if before is not None else row.opens_at - FIRST_LOOK_BACK
        row.due_at = await next_due(uow, row)
        await uow.session.flush()
        await standup_news.begin(ctx, uow, row)
    log.info("standup.opened", standup_id=row.id, members=len(members), late=str(now - slot.at))


def _windows(slot: DueSlot) -> tuple[str, dict[str, Window]]:
    """Return the run's key and each zone's window; run by hand, all zones are open now."""
    schedule, minutes = slot.schedule, slot.schedule.window_minutes
    if slot.by:
        zones = {zone: Window(zone, slot.at, slot.closes_at) for zone in schedule.zones}
        local = slot.at.astimezone(ZoneInfo(schedule.zones[0]))
        return f"{local:%Y-%m-%d %H:%M:%S.%f}", zones
    table = timetable_of(schedule)
    key = key_of(table, slot.at, slot.zones[0], holiday=holiday_name)
    found = windows_of(table, key, slot.at, minutes=minutes, holiday=holiday_name)
    # Its times may have been changed since it was due.
    return key, found or {zone: Window(zone, slot.at, slot.closes_at) for zone in slot.zones}


async def _ensure(
    ctx: Context, uow: UnitOfWork, schedule: Schedule, key: str, *, opens_at: datetime, state: str
) -> Standup:
    """Return the run of a slot, locked, made with its questions if it is new."""
    now = ctx.clock.now()
    made = await uow.standups.ensure(
        {
            "id": new_id(),
            "workspace_id": schedule.workspace_id,
            "channel_id": schedule.channel_id,
            "schedule_id": schedule.id,
            "slot_key": key,
            "name": schedule.name,
            "state": state,
            "since": now,
            "opens_at": opens_at,
            "closes_at": opens_at + timedelta(minutes=schedule.window_minutes),
            "created_at": now,
        }
    )
    row = await uow.standups.of_slot(schedule.id, key)
    if made:
        questions = await questions_of(uow, row.workspace_id, row.channel_id)
        asked = [(item.position, item.kind.value, item.text) for item in questions]
        await uow.standup_rows.ask(row.workspace_id, row.channel_id, asked, standup_id=row.id)
    return row


async def plan_ahead(ctx: Context, workspace_id: str, schedule_id: str) -> Standup:
    """Return the next run of a schedule, for who answers before it opens.

    Raises UserFacingError when none comes, or only later than in a week.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        schedule = await uow.schedules.get(workspace_id, schedule_id)
        table = timetable_of(schedule)
        slots = (slot for slot in table.slots(now, holiday=holiday_name) if not slot.skipped)
        slot = None if schedule.paused_at else next(slots, None)
        if slot is None or slot.at > now + timedelta(days=7):
            raise UserFacingError(
                "No standup comes within a week.", hint="`/lead schedule` says what comes when."
            )
        key = slot_key(slot.local[0])
        return await _ensure(ctx, uow, schedule, key, opens_at=slot.at, state=PLANNED)


async def questions_of(uow: UnitOfWork, workspace_id: str, channel_id: str) -> tuple[Question, ...]:
    """Return what the next standups of a channel ask."""
    rows = await uow.standup_rows.questions_of_channel(workspace_id, channel_id)
    found = tuple(Question(row.position, Kind(row.kind), row.text) for row in rows)
    return found or DEFAULT_QUESTIONS


async def asked_in(uow: UnitOfWork, standup_id: str) -> tuple[Question, ...]:
    """Return what a run asks, as it was when the run was made."""
    rows = await uow.standup_rows.questions(standup_id)
    return tuple(Question(row.position, Kind(row.kind), row.text) for row in rows)


async def change_questions(
    ctx: Context,
    workspace_id: str,
    channel_id: str,
    questions: Sequence[Question],
    *,
    by: str,
    receipt: str,
    is_private: bool,
) -> None:
    """Let the next standups of a channel ask this; those that began keep theirs."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(workspace_id, channel_id, now=now, is_private=is_private)
        if not await uow.receipts.is_new(workspace_id, receipt, now=now):
            return
        asked = [(item.position, item.kind.value, item.text) for item in questions]
        await uow.standup_rows.ask(workspace_id, channel_id, asked, standup_id=None)
        await uow.audit.add(
            workspace_id,
            by,
            action="standup.questions",
            noun="channel",
            noun_id=channel_id,
            at=now,
            details={"questions": len(asked)},
        )


async def next_due(uow: UnitOfWork, row: Standup) -> datetime:
    """Return when a run has to be looked at next: a reminder, or its close."""
    members = await uow.standup_rows.members(row.id)
    return min([row.closes_at, *(m.remind_at for m in members if m.remind_at is not None)])


async def preview(ctx: Context, schedule: Schedule) -> Post:
    """Return what would be asked now, and of whom."""
    people = await standup_people.people_of(ctx, schedule)
    async with ctx.database.read() as uow:
        questions = await questions_of(uow, schedule.workspace_id, schedule.channel_id)
    asked = "\n".join(f"• {escape(question.text)}" for question in questions)
    names = ", ".join(escape(person.name) or mention(person.user_id) for person in people)
    return text_post(f"*Standup* would ask {names or 'whom the last one asked'}:\n{asked}")


STANDUP = Ceremony(
    kind=KIND,
    title="Standup",
    about="asks everybody here how it goes, in a thread, and sums it up",
    window_minutes=60,
    run=open_standup,
    preview=preview,
)
