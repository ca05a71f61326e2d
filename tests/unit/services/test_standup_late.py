"""Standups that open late, last several days, or cross an absence: who can answer until when."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from bot.clock import ManualClock
from bot.domain.days import Span
from bot.services import away, standup_sweep
from bot.services.context import Context
from bot.services.sources import Sources
from bot.services.standup_answers import answer_by_reply
from bot.services.standups import plan_ahead
from storage.models import OutboxRow, Standup, StandupMember
from storage.uow import Database
from tests.support.desk import MORNING, desk
from tests.support.schedules import firing, scheduled
from tests.unit.services.test_standup_fortnight import Team

HOUR = timedelta(hours=1)
MONDAY = MORNING.date()
# No statement of theirs needs proving on the other database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(MORNING)  # Monday 09:00 UTC


@pytest.fixture
def ctx(database: Database, tmp_path: Path, clock: ManualClock) -> Context:
    return replace(desk(database, tmp_path, clock=clock).ctx, sources=cast(Sources, Team()))


async def opened(ctx: Context) -> tuple[Standup, dict[str, StandupMember]]:
    """Return the one run, and who is asked in it."""
    async with ctx.database.read() as uow:
        (row,) = await uow.standups.newest("T1", "C1", states=("open",))
        members = await uow.standup_rows.members(row.id)
    return row, {member.user_id: member for member in members}


async def thread(ctx: Context) -> list[OutboxRow]:
    """Return what later zones were told, in order."""
    async with ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
    return [row for row in rows if ":zone:" in row.key]


async def test_what_is_made_up_for_is_open_as_long_as_ever(
    ctx: Context, clock: ManualClock
) -> None:
    """Ninety minutes late, half an hour after it should have closed."""
    await scheduled(ctx, "weekdays 09:30", kind="standup", zones=("UTC",))
    clock.advance(2 * HOUR)
    assert await firing(ctx).fire_due() == 1
    row, members = await opened(ctx)
    assert (row.opens_at, row.closes_at) == (clock.now(), clock.now() + HOUR)
    assert {(m.closes_at, m.off) for m in members.values()} == {(clock.now() + HOUR, "")}
    assert await standup_sweep.sweep(ctx) == 0
    clock.advance(HOUR)
    assert await standup_sweep.sweep(ctx) == 1


async def test_a_zone_whose_time_nobody_was_up_for_is_said_to_be_missed(
    ctx: Context, clock: ManualClock
) -> None:
    """Tokyo's 09:30 was at 00:30 UTC, the bot is up again at Dubai's and Berlin's."""
    zones = ("Asia/Tokyo", "Europe/Berlin")
    await scheduled(ctx, "weekdays 09:30", kind="standup", zones=zones)
    clock.advance(23.5 * HOUR)  # Tuesday 08:30 UTC
    assert await firing(ctx).fire_due() == 1
    row, members = await opened(ctx)
    assert {members[f"U0{n}"].off for n in range(3)} == {"I was down then"}
    assert members["U20"].closes_at == row.closes_at == clock.now() + HOUR


async def test_what_a_dead_process_began_days_ago_is_not_opened(
    ctx: Context, clock: ManualClock
) -> None:
    row = await scheduled(ctx, "weekdays 09:30", kind="standup", zones=("UTC",))
    clock.advance(HOUR / 2)
    async with ctx.database.begin() as uow:
        await uow.schedule_runs.claim(
            row.id, clock.now(), worker="bot-9", now=clock.now(), workspace_id="T1"
        )
        (await uow.schedules.get("T1", row.id)).next_slot_at = None
    clock.advance(48 * HOUR)
    assert await firing(ctx).take_over() == 1
    async with ctx.database.read() as uow:
        assert not await uow.standups.newest("T1", "C1", states=("open", "closed"))


async def test_each_later_zone_reads_in_the_thread_that_it_is_open(
    ctx: Context, clock: ManualClock
) -> None:
    zones = ("Europe/Berlin", "America/New_York")
    await scheduled(ctx, "weekdays 09:30", kind="standup", zones=zones)
    clock.advance(23.5 * HOUR)
    await firing(ctx).fire_due()
    assert await thread(ctx) == []
    clock.advance(6 * HOUR)
    for worker in ("bot-0", "bot-1"):
        await firing(ctx, worker).fire_due()
    (post,) = await thread(ctx)
    assert "Open for New York now, until" in post.payload["text"]
    assert (post.created_at, post.target_key) == (clock.now(), post.key.partition(":zone:")[0])


@pytest.mark.parametrize(
    ("span", "asked"),
    [
        (Span(MONDAY, MONDAY), True),
        (Span(MONDAY, MONDAY + timedelta(days=1)), True),
        (Span(MONDAY, MONDAY + timedelta(days=2)), False),
        (Span(MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)), True),
    ],
)
async def test_who_is_back_before_it_closes_is_asked(
    ctx: Context, clock: ManualClock, span: Span, asked: bool
) -> None:
    """Open from Monday 09:30 until Wednesday 09:30."""
    await scheduled(
        ctx, "every Monday 09:30", kind="standup", zones=("UTC",), window_minutes=48 * 60
    )
    await away.say_away(ctx, workspace_id="T1", user_id="U20", span=span, receipt="away")
    clock.advance(HOUR / 2)
    await firing(ctx).fire_due()
    _, members = await opened(ctx)
    assert (members["U20"].off == "") is asked


async def test_when_slack_is_silent_the_last_ones_are_asked_but_not_who_is_away(
    ctx: Context, clock: ManualClock
) -> None:
    await scheduled(ctx, "weekdays 09:30", kind="standup", zones=("UTC",))
    clock.advance(HOUR / 2)
    await firing(ctx).fire_due()
    clock.advance(HOUR)
    await standup_sweep.sweep(ctx)
    gone = Span(date(2026, 3, 3), date(2026, 3, 4))
    await away.say_away(ctx, workspace_id="T1", user_id="U20", span=gone, receipt="away")
    clock.advance(23 * HOUR)
    await firing(replace(ctx, sources=None)).fire_due()
    row, members = await opened(ctx)
    assert row.opens_at == datetime(2026, 3, 3, 9, 30, tzinfo=MORNING.tzinfo)
    assert members["U20"].off.startswith("off through")
    assert [m.off for m in members.values()].count("") == 11


async def test_talk_in_the_thread_overwrites_nobodys_answer(
    ctx: Context, clock: ManualClock
) -> None:
    await scheduled(ctx, "weekdays 09:30", kind="standup", zones=("UTC",))
    clock.advance(0.5 * HOUR)
    await firing(ctx).fire_due()
    row, _ = await opened(ctx)
    for ts, user, text in (
        ("1.0", "U20", "tests for the ledger"),
        ("2.0", "U20", "<@U21> I have the key"),
        ("3.0", "U21", "thanks!"),
        ("4.0", "U20", "and it works"),
        ("5.0", "U22", ""),
        ("6.0", "U22", "blocked:"),
    ):
        await answer_by_reply(ctx, row, user_id=user, text=text, ts=ts, receipt=ts)
    async with ctx.database.read() as uow:
        said = await uow.standup_rows.answers(row.id)
        taken = [
            one.key
            for one in await uow.session.scalars(select(OutboxRow))
            if one.key.startswith("reaction:")
        ]
    assert [(one.user_id, one.text) for one in said] == [("U20", "tests for the ledger")]
    assert taken == ["reaction:C1:1.0:white_check_mark"], "so much was taken as an answer"


async def test_an_answer_in_several_messages_is_one_until_somebody_talks(
    ctx: Context, clock: ManualClock
) -> None:
    await scheduled(ctx, "weekdays 09:30", kind="standup", zones=("UTC",))
    clock.advance(0.5 * HOUR)
    await firing(ctx).fire_due()
    row, _ = await opened(ctx)
    for number, (user, text) in enumerate(
        (
            ("U20", "Yesterday I finished the ledger"),
            ("U20", "Today I write its tests"),
            ("U21", "reviews"),
            ("U20", "and the docs"),
            ("U20", "blocked by the key"),
            ("U20", "stuck on legal"),
            ("U21", "which key?"),
            ("U20", "the one for staging"),
        )
    ):
        clock.advance(HOUR / 60)
        ts = f"{number}.0"
        await answer_by_reply(ctx, row, user_id=user, text=text, ts=ts, receipt=ts)
    clock.advance(HOUR / 2)
    await answer_by_reply(ctx, row, user_id="U21", text="late", ts="9.0", receipt="9.0")
    async with ctx.database.read() as uow:
        said = await uow.standup_rows.answers_by(row.id, "U20")
        other = await uow.standup_rows.answers_by(row.id, "U21")
        blockers = await uow.standup_rows.blockers_of(row.id)
    assert {place: one.text for place, one in said.items()} == {
        0: "Yesterday I finished the ledger",
        1: "Today I write its tests\nand the docs",
        2: "blocked by the key\nstuck on legal",
    }
    assert [blocker.text for blocker in blockers] == ["the key", "legal"]
    assert {place: one.text for place, one in other.items()} == {1: "reviews"}


async def test_a_time_that_one_zone_s_clocks_skip_is_one_standup(
    ctx: Context, clock: ManualClock
) -> None:
    """02:30 of the 29th of March is 03:30 in Berlin, and the answer given ahead is to it, too."""
    zones = ("Asia/Tokyo", "Europe/Berlin")
    made = await scheduled(ctx, "every Sunday 02:30", kind="standup", zones=zones)
    clock.advance(datetime(2026, 3, 28, 17, 0, tzinfo=MORNING.tzinfo) - clock.now())
    ahead = await plan_ahead(ctx, "T1", made.id)
    for hours in (0.5, 8):
        clock.advance(hours * HOUR)
        assert await firing(ctx).fire_due() == 1
        row, members = await opened(ctx)
        assert row.id == ahead.id
    assert members["U00"].opens_at == datetime(2026, 3, 28, 17, 30, tzinfo=MORNING.tzinfo)
    assert members["U20"].opens_at == datetime(2026, 3, 29, 1, 30, tzinfo=MORNING.tzinfo)
    assert members["U20"].off == ""
    assert len(await thread(ctx)) == 1, "Berlin reads in the thread that it is open"
