"""Schedules through Slack: previewed, saved, fired at their time, changed by the form, skipped."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.services.schedule_firing import Firing
from bot.workspace.seed import BACKEND, LI, MAYA
from bot.workspace.shapes import Json
from tests.support.later import LaterClock
from tests.support.schedules import NoStarter
from tests.support.stage import PATIENCE, Stage, action_ids, on_stage, words

WEDNESDAY = datetime(2026, 12, 23, 8, 0, 30, tzinfo=UTC)
TEXT = 'schedule reminder "Update your tickets" weekdays 09:30 Europe/Berlin holidays DE-BY'
NEXT = (
    "• Wed 23 Dec 09:30\n• Thu 24 Dec 09:30\n• Fri 25 Dec: Christmas Day, skipped\n"
    "• Mon 28 Dec 09:30\n• Tue 29 Dec 09:30\n• Wed 30 Dec 09:30"
)


@dataclass
class Room:
    """The stage on a day before Christmas."""

    stage: Stage
    clock: LaterClock

    async def until(self, moment: datetime) -> int:
        """Let the time pass; returns how many slots fired."""
        self.clock.pass_by(moment - self.clock.now())
        ctx = self.stage.bot.runtime.context
        return await Firing(ctx, NoStarter(), ctx.caller.worker_id).fire_due()

    async def posts(self, text: str) -> list[Json]:
        """Wait for messages of the bot in #backend that say this, and return them all."""

        def found() -> list[Json]:
            posts = [m for m in self.stage.workspace.history(BACKEND) if m.get("bot_id")]
            return [m for m in posts if text in words(m)]

        await self.stage.workspace.wait_for(found, PATIENCE)
        await self.stage.delivered()
        return found()

    async def whisper(self, text: str, user: str = MAYA) -> Json:
        return await self.stage.wait_whisper(user, text)

    async def click(self, post: Json, action: str, user: str = MAYA) -> None:
        await self.stage.workspace.click(user, BACKEND, str(post["ts"]), action)

    async def form(self) -> Json:
        """Wait for the modal on Maya's screen."""
        found: Json = await self.stage.workspace.wait_for(
            lambda: self.stage.workspace.open_view(MAYA), PATIENCE
        )
        return found

    async def submit(self, **values: str) -> Json:
        view = await self.form()
        answer: Json = await self.stage.workspace.submit_view(MAYA, str(view["id"]), values)
        return answer


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    clock = LaterClock()
    clock.pass_by(WEDNESDAY - SystemClock().now())
    async with on_stage(tmp_path / "home", clock=clock) as stage:
        yield Room(stage, clock)


async def test_from_a_command_to_the_channel(room: Room) -> None:
    assert "Only" in words(await room.stage.lead(TEXT, user=LI))
    preview = words(await room.stage.lead(TEXT))
    assert NEXT in preview
    assert "Nothing is scheduled" in words(await room.stage.lead("schedule"))
    shown = await room.whisper("not saved yet")
    await room.click(shown, "schedule.save")
    (told,) = await room.posts("is scheduled by")
    await room.click(shown, "schedule.save")
    await room.whisper("That is saved already.")
    assert "Update your tickets" in words(told)
    listed = words(await room.stage.lead("schedule", user=LI))
    assert "*S-1* *Update your tickets* · weekdays 09:30 Berlin · next Wed 23 Dec 09:30" in listed
    assert "Fri 25 Dec: Christmas Day, skipped" in listed

    assert await room.until(datetime(2026, 12, 23, 8, 30, 2, tzinfo=UTC)) <= 1
    assert len(await room.posts(":alarm_clock: Update your tickets")) == 1
    await room.until(datetime(2026, 12, 25, 12, tzinfo=UTC))
    assert await room.until(datetime(2026, 12, 25, 14, tzinfo=UTC)) == 0


async def test_the_form_previews_what_it_saves_and_refuses_what_is_stale(room: Room) -> None:
    answer = await room.stage.lead("schedule reminder")
    assert "Fill in the form" in words(answer)
    wrong = await room.submit(when="sometimes", zones="Europe/Berln", window="long", work="never")
    assert set(wrong["errors"]) == {"when", "zones", "window", "work"}
    assert "Did you mean Europe/Berlin?" in wrong["errors"]["zones"]
    never = await room.submit(when="0 9 30 2 *", zones="UTC", work="Mon-Fri")
    assert "never comes" in never["errors"]["when"]
    open_for = await room.submit(when="daily 10:00", zones="UTC", window="1 h", work="Mon-Fri")
    assert "A reminder is not open for a time." in open_for["errors"]["when"]
    given = {"when": "every Monday 10:00", "zones": "UTC", "work": "Mon-Fri"}
    shown = await room.submit(**given, name="Plan the week", off="28 Dec")
    assert "Mon 28 Dec: day off, skipped" in words(shown["view"])
    assert not (await room.submit()).get("errors")
    await room.posts("is scheduled by")

    details = await room.stage.lead("schedule S-1")
    assert "every Monday 10:00 UTC · up to 2 h late" in words(details)
    card = await room.whisper("S-1")
    await room.click(card, "schedule.change")
    await room.stage.lead("schedule pause S-1")
    await room.submit(**given | {"when": "every Tuesday 11:00"})
    stale = await room.submit()
    assert "S-1 was changed meanwhile" in words(stale["view"])
    assert "every Monday" in words(await room.stage.lead("schedule S-1"))


async def test_what_one_can_do_with_a_schedule(room: Room) -> None:
    await room.stage.lead(TEXT)
    await room.click(await room.whisper("not saved yet"), "schedule.save")
    await room.posts("is scheduled by")
    refused = words(await room.stage.lead("schedule skip S-1", user=LI))
    assert "Only" in refused
    assert "next Thu 24 Dec 09:30" in words(await room.stage.lead("schedule skip S-1"))
    assert "next Mon 28 Dec 09:30" in words(await room.stage.lead("schedule skip S-1"))
    coming = words(await room.stage.lead("schedule S-1"))
    assert "Wed 23 Dec to Thu 24 Dec: skipped by hand" in coming
    assert "paused" in words(await room.stage.lead("schedule pause S-1"))
    seen = words(await room.stage.lead("schedule preview S-1", user=LI))
    assert ":alarm_clock: Update your tickets" in seen
    card = await room.stage.lead("schedule S-1")
    assert "schedule.resume" in action_ids(card)
    await room.click(await room.whisper("*Paused*"), "schedule.resume")
    await room.posts("go on")
    assert "next Wed 23 Dec 09:30" in words(await room.stage.lead("schedule"))
    assert "S-1 runs now." in words(await room.stage.lead("schedule run S-1"))
    await room.posts(":alarm_clock:")
    assert "begun" in words(await room.stage.lead("schedule S-1"))
    assert "removed" in words(await room.stage.lead("schedule remove S-1"))
    assert "Nothing is scheduled" in words(await room.stage.lead("schedule"))
    assert "S-1" in words(await room.stage.lead("schedule S-1"))
    for wrong, told in (
        ("schedule weekdays 09:30", "Say first what happens then."),
        ("schedule nap 09:30", "I cannot schedule “nap”"),
        ("schedule reminder weekdays", "Say at what time."),
        ("schedule skip", "I need the schedule's number."),
    ):
        assert told in words(await room.stage.lead(wrong))


async def test_who_is_away(room: Room) -> None:
    assert "Nobody is away" in words(await room.stage.lead("away"))
    told = words(await room.stage.lead("away until 5 Jan"))
    assert "You are away from Wed 23 Dec 2026 to Tue 5 Jan 2027." in told
    assert "on Fri 1 Jan 2027" in words(await room.stage.lead("away 1 Jan", user=LI))
    listed = words(await room.stage.lead("away"))
    assert listed.index(MAYA) < listed.index(LI)
    assert "You are here." in words(await room.stage.lead("away clear"))
    assert MAYA not in words(await room.stage.lead("away"))
    assert "“sometime” is no day" in words(await room.stage.lead("away sometime"))
