"""Schedules of channels: checked, saved, paused, skipped, removed; `schedule_firing` fires them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from bot.domain.schedule import Rule, Slot, Timetable
from bot.domain.schedule.draft import (
    LONGEST_WINDOW,
    MOST_DAYS_OFF,
    MOST_MISSED_HOURS,
    MOST_NAME,
    SHORTEST_WINDOW,
    Draft,
    shortest_gap,
)
from bot.domain.schedule.words import MOST_ZONES
from bot.errors import UserFacingError
from bot.services.ceremonies import ceremony_of
from bot.services.context import Context
from bot.services.holiday_calendar import check_region, holiday_name
from bot.services.receipts import is_first
from bot.services.schedule_news import Act, tell
from bot.services.timetables import timetable_of as timetable_of
from storage.models import Schedule
from storage.uow import UnitOfWork

MOST_IN_CHANNEL = 50
"""Ours: far above what a channel can bear."""
PREVIEWED = 5
_LOOKED_AT = 20
"""Slots that are looked at to see whether windows overlap."""


@dataclass(frozen=True)
class By:
    """Who does something, and the receipt that keeps its second delivery from doing it again."""

    user_id: str
    receipt: str


@dataclass(frozen=True)
class Home:
    """The channel of a schedule."""

    workspace_id: str
    channel_id: str
    is_private: bool = False


def draft_of(row: Schedule) -> Draft:
    """Return a stored schedule as a form shows it."""
    return Draft(
        kind=row.kind,
        words=row.words,
        made_on=Rule.model_validate(row.rule).starts_on or row.updated_at.date(),
        name=row.name,
        zones=tuple(row.zones),
        regions=tuple(row.regions),
        work_days=tuple(row.work_days),
        days_off=timetable_of(row).days_off,
        window_minutes=row.window_minutes,
        missed_hours=row.missed_hours,
        schedule_id=row.id,
        revision=row.revision,
    )


def upcoming(table: Timetable, *, now: datetime, count: int = PREVIEWED) -> list[Slot]:
    """Return the slots until `count` of them fire, with those between that are skipped."""
    found: list[Slot] = []
    for slot in table.slots(now, holiday=holiday_name):
        found.append(slot)
        count -= not slot.skipped
        if not count:
            break
    return found


def check(draft: Draft, *, now: datetime) -> Timetable:
    """Return the draft's timetable; raises UserFacingError for what cannot be."""
    _check_window(draft)
    if len(draft.name) > MOST_NAME:
        raise UserFacingError(f"The name is longer than {MOST_NAME} characters.")
    if len(draft.zones) > MOST_ZONES:
        raise UserFacingError(f"Give at most {MOST_ZONES} time zones.")
    if len(draft.days_off) > MOST_DAYS_OFF:
        raise UserFacingError(
            f"Those are more than {MOST_DAYS_OFF} days off.", hint="Give spans, e.g. 24 to 31 Dec."
        )
    if not 0 <= draft.missed_hours <= MOST_MISSED_HOURS:
        raise UserFacingError(f"Give 0 to {MOST_MISSED_HOURS} hours for making up a missed time.")
    for region in draft.regions:
        check_region(region)
    if len(draft.regions) > 1 and len(draft.regions) != len(draft.zones):
        raise UserFacingError(
            "Give one region for all time zones, or one for each.", hint="E.g. `DE-BY, US-NY`."
        )
    table = draft.timetable()
    _check_slots(draft, table, now)
    return table


def _check_window(draft: Draft) -> None:
    ceremony = ceremony_of(draft.kind)
    if not ceremony.window_minutes:
        if draft.window_minutes:
            raise UserFacingError(f"A {ceremony.title.lower()} is not open for a time.")
    elif not SHORTEST_WINDOW <= draft.window_minutes <= LONGEST_WINDOW:
        raise UserFacingError("It can be open for five minutes up to seven days.")


def _check_slots(draft: Draft, table: Timetable, now: datetime) -> None:
    moments = [slot.at for slot in islice(table.slots(now, holiday=holiday_name), _LOOKED_AT)]
    if table.next_slot(now, holiday=holiday_name) is None:
        raise UserFacingError("That time never comes.", hint="Look at the day and the month.")
    gap = shortest_gap(moments)
    if len(draft.zones) == 1 and gap is not None and gap < draft.window_minutes:
        raise UserFacingError(
            f"It would be open for {draft.window_minutes} minutes, but begin again after {gap}.",
            hint="Make the window shorter.",
        )


async def save(ctx: Context, draft: Draft, home: Home, by: By) -> Schedule | None:
    """Store a new schedule or a change; None when this act did it before.

    Raises UserFacingError for a draft that cannot be, or of a schedule that changed meanwhile.
    """
    now = ctx.clock.now()
    table = check(draft, now=now)
    async with ctx.database.begin() as uow:
        if not await is_first(uow, home, by.receipt, now=now):
            return None
        if draft.schedule_id:
            row = await _changed(uow, draft, home)
        else:
            row = await _new(uow, home, by, now)
        _fill(row, draft, table, now)
        if not draft.schedule_id:
            await uow.schedules.add(row)
        act: Act = "change" if draft.schedule_id else "add"
        await note(uow, row, by.user_id, act, now=now)
        await tell(uow, row, act, by.user_id, now=now)
    return row


async def _new(uow: UnitOfWork, home: Home, by: By, now: datetime) -> Schedule:
    if await uow.schedules.count_of_channel(home.workspace_id, home.channel_id) >= MOST_IN_CHANNEL:
        raise UserFacingError(
            f"A channel has at most {MOST_IN_CHANNEL} schedules.",
            hint="`/lead schedule remove S-1` makes room.",
        )
    return Schedule(
        workspace_id=home.workspace_id,
        channel_id=home.channel_id,
        number=await uow.numbers.next(Schedule, home.workspace_id),
        created_by=by.user_id,
        created_at=now,
        revision=1,
    )


async def _changed(uow: UnitOfWork, draft: Draft, home: Home) -> Schedule:
    row = await uow.schedules.get(home.workspace_id, draft.schedule_id, lock=True)
    if row.revision != draft.revision:
        raise UserFacingError(
            f"{row.public_id} was changed meanwhile.", hint=f"`/lead schedule {row.public_id}`."
        )
    row.revision += 1
    return row


def _fill(row: Schedule, draft: Draft, table: Timetable, now: datetime) -> None:
    row.kind = draft.kind
    row.name = draft.name or ceremony_of(draft.kind).title
    row.words = draft.words
    row.rule = table.rule.model_dump(mode="json")
    row.zones, row.regions = list(draft.zones), list(draft.regions)
    row.work_days = list(draft.work_days)
    row.days_off = [[span.first.isoformat(), span.last.isoformat()] for span in draft.days_off]
    row.window_minutes, row.missed_hours = draft.window_minutes, draft.missed_hours
    row.updated_at = now
    set_next(row, now=now)


def set_next(row: Schedule, *, now: datetime) -> None:
    """Set the row's next slot, the first later than `now`; none while it is paused."""
    if row.paused_at is not None or row.removed_at is not None:
        row.next_slot_at = None
        return
    row.next_slot_at = timetable_of(row).next_slot(now, holiday=holiday_name)


async def pause(ctx: Context, row: Schedule, by: By) -> Schedule:
    """Let nothing fire until somebody resumes it."""

    def change(it: Schedule, now: datetime) -> None:
        it.paused_at = now

    return await _act(ctx, row, by, "pause", change)


async def resume(ctx: Context, row: Schedule, by: By) -> Schedule:
    """Let it fire again, also what was to be skipped; what passed meanwhile is not made up for."""

    def change(it: Schedule, _now: datetime) -> None:
        it.paused_at = it.skip_until = None

    return await _act(ctx, row, by, "resume", change)


async def skip(ctx: Context, row: Schedule, by: By) -> Schedule:
    """Leave out the next time, in all its zones; said again, the one after it too.

    Raises UserFacingError when there is none.
    """

    def change(it: Schedule, now: datetime) -> None:
        following = timetable_of(it).end_of_next(now, holiday=holiday_name)
        if it.paused_at is not None or following is None:
            raise UserFacingError(
                f"{it.public_id} has no next time.",
                hint=f"`/lead schedule resume {it.public_id}` lets it go on.",
            )
        it.skip_until = following

    return await _act(ctx, row, by, "skip", change)


async def remove(ctx: Context, row: Schedule, by: By) -> Schedule:
    """Take it off the list for good; what it did stays on record."""

    def change(it: Schedule, now: datetime) -> None:
        it.removed_at = now

    return await _act(ctx, row, by, "remove", change)


async def _act(
    ctx: Context,
    row: Schedule,
    by: By,
    act: Act,
    change: Callable[[Schedule, datetime], None],
) -> Schedule:
    """Change a schedule once for this act, and set its next slot; returns it."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.schedules.get(row.workspace_id, row.id, lock=True)
        if not await uow.receipts.is_new(row.workspace_id, by.receipt, now=now):
            return row
        change(row, now)
        row.revision += 1
        row.updated_at = now
        set_next(row, now=now)
        await note(uow, row, by.user_id, act, now=now)
        await tell(uow, row, act, by.user_id, now=now)
    return row


async def note(uow: UnitOfWork, row: Schedule, user_id: str, act: str, *, now: datetime) -> None:
    """Write an act into the audit log."""
    await uow.audit.add(
        row.workspace_id,
        user_id,
        action=f"schedule.{act}",
        noun="schedule",
        noun_id=row.id,
        at=now,
        details={"number": row.public_id, "kind": row.kind, "channel": row.channel_id},
    )
