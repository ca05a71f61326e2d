"""Whom a standup asks: the channel's members, or those whom the channel chose, in which window."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.domain.access import Person
from bot.domain.days import day_words
from bot.domain.setting import ADMINS, ANYONE
from bot.domain.standup import Window, zone_for
from bot.services import away
from bot.services.ceremony import DueSlot
from bot.services.context import Context
from bot.services.directory import Directory, person_or_blank
from bot.services.holiday_calendar import holiday_name
from bot.services.sources import Unreadable
from bot.services.workspace_settings import effective
from storage.models import Schedule, Standup
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

SETTING = "standup_people"
"""Who is chosen; `anyone` for all members."""
MISSED = "I was down then"


@dataclass(frozen=True)
class Asked:
    """Who is asked in which window; `off` says why somebody is not."""

    user_id: str
    name: str
    zone: str
    window: Window | None
    off: str = ""


async def people_of(ctx: Context, schedule: Schedule) -> list[Person]:
    """Return whom a schedule's standup asks; nobody when Slack does not answer."""
    if ctx.sources is None:
        return []
    async with ctx.database.read() as uow:
        place = {"channel_id": schedule.channel_id}
        chosen = (await effective(ctx, uow, schedule.workspace_id, **place)).people(SETTING)
    try:
        directory = await ctx.sources.directory(schedule.workspace_id)
        people = await chosen_people(directory, schedule.channel_id, chosen)
        await away.refresh(ctx, directory, schedule.workspace_id, [p.user_id for p in people])
    except (Unreadable, TimeoutError):
        log.warning("standup.members_unknown", schedule=schedule.id)
        return []
    return people


async def chosen_people(
    directory: Directory, channel_id: str, chosen: Collection[str]
) -> list[Person]:
    """Return the channel's members who are chosen, without bots.

    Guests and people of other companies only where they are named themselves. Who is no member
    cannot read the thread and is left out.
    """
    members, named = await directory.members(channel_id), await _named(directory, chosen)
    all_of_them = ANYONE in chosen or ADMINS in chosen
    wanted = members if all_of_them else members & named
    # Who cannot be looked up now is asked all the same, in the first zone.
    found = await asyncio.gather(
        *(person_or_blank(directory, user_id) for user_id in sorted(wanted))
    )
    return [person for person in found if _counts(person, chosen, named)]


async def _named(directory: Directory, chosen: Collection[str]) -> set[str]:
    """Return the people who are named, and the members of the groups and channels that are."""
    found = {item for item in chosen if item[0] in "UW"}
    for item in chosen:
        if item[0] in "SCG":
            found |= await directory.members(item)
    return found


def _counts(person: Person, chosen: Collection[str], named: Collection[str]) -> bool:
    if person.is_bot:
        return False
    if person.user_id in chosen:
        return True
    if person.is_guest or person.is_external:
        return False
    return ANYONE in chosen or person.user_id in named or person.is_admin


async def asked_of(
    uow: UnitOfWork, schedule: Schedule, person: Person, slot: DueSlot, windows: dict[str, Window]
) -> Asked:
    """Return in which window a person is asked, or why not."""
    zone = zone_for(person.timezone, tuple(schedule.zones), at=slot.at)
    window = windows.get(zone)
    day = slot.at.astimezone(ZoneInfo(zone)).date()
    if window is not None and window.missed:
        return Asked(person.user_id, person.name, zone, None, MISSED)
    if window is None:
        key_day = slot.at.astimezone(ZoneInfo(slot.zones[0])).date() if slot.zones else day
        return Asked(person.user_id, person.name, zone, None, _holiday(schedule, zone, key_day))
    gone = await away_through(uow, schedule.workspace_id, person.user_id, window)
    if gone is not None:
        off = f"off through {day_words(gone, weekday=True)}"
        return Asked(person.user_id, person.name, zone, None, off)
    return Asked(person.user_id, person.name, zone, window)


async def away_through(
    uow: UnitOfWork, workspace_id: str, user_id: str, window: Window
) -> date | None:
    """Return the last day of an absence that covers a whole window; None where they can answer."""
    zone = ZoneInfo(window.zone)
    day = window.opens_at.astimezone(zone).date()
    # One that ends at midnight does not count for the day that begins then.
    last = (window.closes_at - timedelta(microseconds=1)).astimezone(zone).date()
    while (gone := (await away.who_is_away(uow, workspace_id, day)).get(user_id)) is not None:
        if gone >= last:
            return gone
        day = gone + timedelta(days=1)
    return None


def _holiday(schedule: Schedule, zone: str, day: date) -> str:
    regions = schedule.regions
    region = "" if not regions else regions[0]
    if len(regions) > 1:
        region = regions[schedule.zones.index(zone)]
    return (holiday_name(region, day) if region else "") or "day off"


async def as_before(
    uow: UnitOfWork, row: Standup, slot: DueSlot, windows: dict[str, Window]
) -> list[Asked]:
    """Ask whom the last run asked: Slack does not say who is in the channel."""
    before = await uow.standups.before(row.schedule_id, slot.at)
    members = await uow.standup_rows.members(before.id) if before is not None else ()
    people = [Person(m.user_id, name=m.name, timezone=m.zone) for m in members]
    asked = [await asked_of(uow, slot.schedule, person, slot, windows) for person in people]
    return [item for item in asked if item.zone in windows]


def member_values(standup_id: str, asked: Asked) -> dict[str, Any]:
    """Return the row of somebody who is asked."""
    window = asked.window
    return {
        "standup_id": standup_id,
        "user_id": asked.user_id,
        "name": asked.name[:80],
        "zone": asked.zone,
        "opens_at": window.opens_at if window else None,
        "closes_at": window.closes_at if window else None,
        "remind_at": window.remind_at if window else None,
        "off": asked.off[:100],
    }
