"""Schedules: saved once, checked, changed as they were seen; who is away, as they or Slack say."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import ManualClock
from bot.domain.access import Person
from bot.domain.away import Status
from bot.domain.days import Span
from bot.errors import NotFound, PersonUnknown, UserFacingError
from bot.services import away, schedules
from bot.services.schedules import By, Home
from storage.models import OutboxRow
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.schedules import HOME, counted, draft, scheduled

MONDAY = datetime(2026, 3, 23, 0, 0, 30, tzinfo=UTC)
TODAY = MONDAY.date()


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Desk:
    """A context on a Monday at midnight."""
    return desk(database, tmp_path, clock=ManualClock(MONDAY))


@pytest.fixture(autouse=True)
def _kept() -> Iterator[None]:
    with counted():
        yield


async def told(room: Desk) -> list[str]:
    """Return what the channel reads, oldest first."""
    async with room.ctx.database.read() as uow:
        rows = await uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))
        return [str(row.payload["text"]) for row in rows]


async def test_the_channel_reads_what_was_done_and_by_whom(room: Desk) -> None:
    row = await scheduled(room.ctx)
    for act in (schedules.skip, schedules.pause, schedules.resume, schedules.remove):
        await act(room.ctx, row, By("U2", ""))
    said = await told(room)
    assert said[0].startswith("*Counted* (S-1) is scheduled by <@U1>: weekdays 09:30 Berlin. Next:")
    assert "is skipped by <@U2> on <!date^1774254600^" in said[1]
    assert said[2] == "*Counted* (S-1) is paused by <@U2>."
    assert said[3].startswith("<@U2> lets *Counted* (S-1) go on. Next: <!date^1774254600^")
    assert said[4:] == ["*Counted* (S-1) is removed by <@U2>."]


async def test_a_command_delivered_twice_saves_once(room: Desk) -> None:
    by = By("U1", "command:1")
    first = await schedules.save(room.ctx, draft(), HOME, by)
    assert first is not None
    assert await schedules.save(room.ctx, draft(), HOME, by) is None
    async with room.ctx.database.read() as uow:
        (row,) = await uow.schedules.of_channel("T1", "C1")
        (entry,) = await uow.audit.newest("T1", limit=9)
    assert (row.public_id, row.name, row.created_by) == ("S-1", "Counted", "U1")
    assert row.next_slot_at == datetime(2026, 3, 23, 8, 30, tzinfo=UTC)
    assert (entry.action, entry.actor_id, entry.noun_id) == ("schedule.add", "U1", row.id)


async def test_a_stored_schedule_is_shown_as_it_was_given(room: Desk) -> None:
    wanted = draft(
        "every 2 weeks on Friday 15:00",
        name="Fortnight",
        zones=("Europe/Berlin", "America/New_York"),
        regions=("DE-BY", "US-NY"),
        work_days=(6, 0, 1),
        days_off=(Span(date(2026, 12, 24), date(2027, 1, 2)),),
        window_minutes=90,
        missed_hours=4,
    )
    row = await schedules.save(room.ctx, wanted, HOME, By("U1", ""))
    assert row is not None
    shown = schedules.draft_of(row)
    assert shown.rule == wanted.rule
    changed = {"schedule_id": row.id, "revision": 1, "made_on": shown.made_on}
    assert shown == wanted.model_copy(update=changed)


async def test_a_change_of_what_was_changed_meanwhile_is_refused(room: Desk) -> None:
    row = await scheduled(room.ctx)
    seen = schedules.draft_of(row).model_copy(update={"words": "daily 11:00"})
    changed = await schedules.save(room.ctx, seen, HOME, By("U2", "view:1"))
    assert changed is not None
    assert changed.next_slot_at == datetime(2026, 3, 23, 10, 0, tzinfo=UTC)
    with pytest.raises(UserFacingError, match="S-1 was changed meanwhile"):
        await schedules.save(room.ctx, seen, HOME, By("U2", "view:2"))
    await schedules.remove(room.ctx, changed, By("U1", ""))
    again = schedules.draft_of(changed)
    with pytest.raises(NotFound):
        await schedules.save(room.ctx, again, HOME, By("U2", "view:3"))
    with pytest.raises(NotFound):
        await schedules.save(room.ctx, again, Home("T2", "C1"), By("U2", "view:4"))


async def test_a_change_of_a_paused_one_leaves_it_paused(room: Desk) -> None:
    row = await scheduled(room.ctx)
    row = await schedules.pause(room.ctx, row, By("U1", ""))
    with pytest.raises(UserFacingError, match="S-1 has no next time"):
        await schedules.skip(room.ctx, row, By("U1", ""))
    seen = schedules.draft_of(row).model_copy(update={"words": "daily 11:00"})
    changed = await schedules.save(room.ctx, seen, HOME, By("U1", ""))
    assert changed is not None
    assert changed.next_slot_at is None
    changed = await schedules.resume(room.ctx, changed, By("U1", ""))
    assert changed.next_slot_at == datetime(2026, 3, 23, 10, 0, tzinfo=UTC)


async def test_a_click_delivered_twice_skips_once(room: Desk) -> None:
    row = await scheduled(room.ctx)
    for receipt in ("click:1", "click:1", "click:2"):
        row = await schedules.skip(room.ctx, row, By("U1", receipt))
    assert row.next_slot_at == datetime(2026, 3, 25, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "more", "said"),
    [
        ("0 9 30 2 *", {}, "never comes"),
        ("weekdays 09:30", {"regions": ("ZZ",)}, "no holidays of `ZZ`"),
        ("weekdays 09:30", {"regions": ("DE", "US", "FR")}, "one region for all"),
        ("weekdays 09:30", {"window_minutes": 4}, "five minutes up to seven days"),
        ("weekdays 09:30", {"window_minutes": 10_081}, "five minutes up to seven days"),
        ("daily 9:00 and 9:30", {"window_minutes": 60}, "begin again after 30"),
        ("weekdays 09:30", {"missed_hours": 73}, "0 to 72 hours"),
        ("weekdays 09:30", {"name": "x" * 201}, "longer than 200"),
        ("weekdays 09:30", {"kind": "nap"}, "I cannot schedule “nap”"),
        ("weekdays 09:30", {"zones": tuple("ABCDEFGHI")}, "at most 8 time zones"),
        ("weekdays 09:30", {"days_off": (Span(TODAY, TODAY),) * 17}, "more than 16 days off"),
    ],
)
async def test_what_cannot_be_is_refused(
    room: Desk, words: str, more: dict[str, object], said: str
) -> None:
    with pytest.raises(UserFacingError, match=said):
        await schedules.save(room.ctx, draft(words, **more), HOME, By("U1", "command:1"))
    async with room.ctx.database.read() as uow:
        assert await uow.schedules.of_channel("T1", "C1") == []


async def test_windows_of_several_zones_may_overlap(room: Desk) -> None:
    sun = ("Europe/Berlin", "Europe/London")
    assert await scheduled(room.ctx, zones=sun, window_minutes=120)


async def test_a_channel_is_not_filled(room: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "MOST_IN_CHANNEL", 1)
    await scheduled(room.ctx)
    with pytest.raises(UserFacingError, match="at most 1 schedules"):
        await scheduled(room.ctx)
    assert await scheduled(room.ctx, home=Home("T1", "C2"))


class Book:
    """Slack's list of people, as a test wrote it."""

    def __init__(self, *people: Person) -> None:
        self._people = {person.user_id: person for person in people}

    async def person(self, user_id: str) -> Person:
        if user_id not in self._people:
            raise PersonUnknown(user_id)
        return self._people[user_id]

    async def members(self, group_id: str) -> frozenset[str]:
        return frozenset()


async def absent(room: Desk, day: date, workspace: str = "T1") -> dict[str, date]:
    async with room.ctx.database.read() as uow:
        return await away.who_is_away(uow, workspace, day)


async def test_who_said_that_they_are_away(room: Desk) -> None:
    week = Span(TODAY, TODAY + timedelta(days=4))
    more = Span(TODAY + timedelta(days=2), TODAY + timedelta(days=9))
    for span, receipt in ((week, "1"), (week, "1"), (more, "2")):
        await away.say_away(
            room.ctx, workspace_id="T1", user_id="U1", span=span, receipt=f"command:{receipt}"
        )
    assert await absent(room, TODAY) == {"U1": week.last}
    assert await absent(room, more.first) == {"U1": more.last}
    assert await absent(room, more.last + timedelta(days=1)) == {}
    assert await absent(room, TODAY, "T2") == {}
    assert await away.back(room.ctx, workspace_id="T1", user_id="U1") == 2
    assert await absent(room, TODAY) == {}


async def test_what_slack_s_status_says_is_kept_until_it_says_something_else(room: Desk) -> None:
    """And who cannot be looked up stays as they were known."""
    async with room.ctx.database.begin() as uow:
        await uow.channels.ensure_workspace("T1", now=MONDAY)
    until = datetime(2026, 3, 27, 23, 0, tzinfo=UTC)
    vacation = Status(":palm_tree:", "Vacationing", until)
    book = Book(Person("U1", status=vacation, timezone="Europe/Berlin"), Person("U2"))
    everybody = ("U1", "U2", "U3")
    await away.refresh(room.ctx, book, "T1", everybody)
    assert await absent(room, TODAY) == {"U1": date(2026, 3, 27)}
    await away.refresh(room.ctx, Book(), "T1", everybody)
    assert await absent(room, TODAY) == {"U1": date(2026, 3, 27)}
    await away.refresh(room.ctx, Book(Person("U1")), "T1", everybody)
    assert await absent(room, TODAY) == {}
