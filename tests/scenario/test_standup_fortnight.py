"""A fortnight of twelve people in four time zones, as they see it in Slack: each post's minute.

Europe's clocks change on Sunday 29 March 2026, Good Friday is 3 April in Germany only, and two
people are on vacation. `pytest -s` prints what was posted when.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clock import SystemClock
from bot.services import standup_sweep
from bot.services.schedule_firing import Firing
from bot.workspace.seed import MAYA
from bot.workspace.shapes import Json, User
from tests.support.later import LaterClock
from tests.support.schedules import NoStarter
from tests.support.stage import PATIENCE, Stage, on_stage, words

ZONES = {
    "Tokyo": "Asia/Tokyo",
    "Dubai": "Asia/Dubai",
    "Berlin": "Europe/Berlin",
    "New York": "America/New_York",
}
TEAM = {
    "Tokyo": ("aiko", "ren", "yuki"),
    "Dubai": ("amal", "omar", "sara"),
    "Berlin": ("anna", "jan", "maya"),
    "New York": ("amy", "joe", "sam"),
}
"""The first of each place answers; maya lives in London, whose clock is nearest to Berlin's."""
FIRST, DAYS = date(2026, 3, 23), 14
GOOD_FRIDAY = date(2026, 4, 3)
VACATIONS = {
    "jan": (date(2026, 3, 25), date(2026, 3, 27), "away 25 Mar to 27 Mar"),
    "yuki": (date(2026, 3, 30), date(2026, 4, 3), "away 30 Mar to 3 Apr"),
}
OPENS, REMINDS, CLOSES = time(9, 30), time(10, 18), time(10, 30)
COMMAND = (
    "schedule standup weekdays 09:30 Asia/Tokyo, Asia/Dubai, Europe/Berlin, America/New_York"
    " holidays JP, AE, DE, US-NY for 60 min"
)
MINUTE = timedelta(minutes=1)
Line = tuple[datetime, str, str]
"""The minute in UTC, what was posted, and for whom: a place, a person or everybody."""


def user_id(name: str) -> str:
    return MAYA if name == "maya" else f"U0{name.upper()}"


def moment(day: date, place: str, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZoneInfo(ZONES[place])).astimezone(UTC)


def away(name: str, day: date) -> bool:
    return name in VACATIONS and VACATIONS[name][0] <= day <= VACATIONS[name][1]


def expected() -> list[Line]:
    """Return every post of the fortnight, in order."""
    found: list[Line] = []
    for day in (FIRST + timedelta(days=n) for n in range(DAYS)):
        places = [p for p in ZONES if not (day == GOOD_FRIDAY and p == "Berlin")]
        if day.weekday() > 4:
            continue
        for place in places:
            found.append((moment(day, place, OPENS), "opens", place))
            found += [
                (moment(day, place, REMINDS), "reminds", name)
                for name in TEAM[place][1:]
                if not away(name, day)
            ]
        found.append((max(moment(day, p, CLOSES) for p in places), "reports", "everybody"))
    return sorted(found)


@dataclass
class Office:
    """The stage with the twelve in a channel of their own."""

    stage: Stage
    clock: LaterClock
    channel: str
    seen: set[tuple[str, str]] = field(default_factory=set)
    log: list[Line] = field(default_factory=list)
    reports: dict[date, str] = field(default_factory=dict)

    async def until(self, at: datetime) -> None:
        """Let the time pass, and everything that is due by then happen."""
        self.clock.pass_by(at - self.clock.now())
        ctx = self.stage.bot.runtime.context
        await Firing(ctx, NoStarter(), ctx.caller.worker_id).fire_due()
        await standup_sweep.sweep(ctx)
        await self.stage.delivered()
        self.look()

    def look(self) -> None:
        """Note every new post of the bot, by the minute of its ts."""
        for name in (name for names in TEAM.values() for name in names):
            for post in self._new(f"D{user_id(name)[1:]}"):
                self._note(post, "reminds" if "closes" in post["text"] else post["text"], name)
        for post in self._new(self.channel):
            self._note_public(post)

    def _note_public(self, post: Json) -> None:
        text = str(post["text"])
        if text.startswith("Open for "):
            self._note(post, "opens", text.removeprefix("Open for ").partition(" now")[0])
        elif text.startswith("Report: Standup, "):
            self._note(post, "reports", "everybody")
            day = datetime.fromtimestamp(float(post["ts"]), ZoneInfo(ZONES["New York"])).date()
            self.reports[day] = words(post)
        else:
            self._note(post, "opens" if text.startswith("Standup, ") else text, "Tokyo")

    def _new(self, channel: str) -> list[Json]:
        found = []
        for post in self.stage.workspace.state.messages.get(channel, {}).values():
            key = (channel, str(post["ts"]))
            if key not in self.seen and post.get("bot_id"):
                self.seen.add(key)
                found.append(post)
        return found

    def _note(self, post: Json, what: str, whom: str) -> None:
        at = datetime.fromtimestamp(float(post["ts"]), UTC).replace(second=0, microsecond=0)
        self.log.append((at, what, whom))

    def root(self) -> str:
        """Return the ts of the newest thread."""
        posts = self.stage.workspace.history(self.channel)
        return str(next(p for p in reversed(posts) if "*Standup* ·" in words(p))["ts"])

    async def answer(self, name: str, *, by_form: bool) -> None:
        """Answer the newest standup, and wait until that shows."""
        root, workspace = self.root(), self.stage.workspace
        if not by_form:
            await self.stage.reply(root, "next: tests", user=user_id(name), channel=self.channel)
        else:
            await workspace.click(user_id(name), self.channel, root, "standup.answer")
            view = await workspace.wait_for(lambda: workspace.open_view(user_id(name)), PATIENCE)
            await workspace.submit_view(
                user_id(name), str(view["id"]), {"q0": "invoices", "q1": "tests", "q2": ""}
            )

        def heard() -> bool:
            said = words(workspace.state.message(self.channel, root))
            return name not in said.partition("Not in:")[2]

        await workspace.wait_for(heard, PATIENCE)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    clock = LaterClock()
    clock.pass_by(datetime(2026, 3, 22, 12, tzinfo=UTC) - SystemClock().now())
    async with on_stage(tmp_path / "home", clock=clock, slack_clock=clock) as stage:
        workspace = stage.workspace
        room = workspace.people.create_channel(MAYA, "world", is_private=False)
        for place, names in TEAM.items():
            for name in names:
                workspace.state.users.setdefault(
                    user_id(name), User(user_id(name), name, name.title(), ZONES[place], "9f69e7")
                )
                workspace.people.invite(MAYA, room.id, user_id(name))
        workspace.people.invite(MAYA, room.id, workspace.identity.bot_user_id)
        await stage.lead(COMMAND, channel=room.id)
        shown = await stage.wait_whisper(MAYA, "not saved yet")
        await workspace.click(MAYA, room.id, str(shown["ts"]), "schedule.save")
        await workspace.wait_for(
            lambda: "is scheduled by" in words(workspace.history(room.id)), PATIENCE
        )
        for name, (_, _, said) in VACATIONS.items():
            assert "You are away" in words(
                await stage.lead(said, user=user_id(name), channel=room.id)
            )
        await stage.delivered()
        made = Office(stage, clock, room.id)
        made.look()
        made.log.clear()
        yield made


@pytest.mark.again
async def test_every_post_is_at_its_local_minute(office: Office) -> None:
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    clocks = (OPENS, REMINDS, CLOSES)
    moments = sorted({moment(day, p, clock) for day in days for p in ZONES for clock in clocks})
    wanted = expected()
    due = {when for when, _, _ in wanted}
    last = {max(at for at in moments if at.date() == day) for day in days}
    for at in moments:
        if at in due:
            await office.until(at - MINUTE)
        elif at not in last:
            continue  # what nobody expects shows at the day's end just as well
        await office.until(at)
        opened = [place for when, what, place in wanted if (when, what) == (at, "opens")]
        for place in opened:
            await office.answer(TEAM[place][0], by_form=at.day % 5 == 0)
    print_table(office.log)
    assert sorted(office.log) == wanted
    check_reports(office.reports)


def check_reports(reports: dict[date, str]) -> None:
    """Who answered, who did not, and why nobody waited for some."""
    assert len(reports) == 10
    for day, text in reports.items():
        berlin_off = day == GOOD_FRIDAY
        off = sum(away(name, day) for name in VACATIONS) + 3 * berlin_off
        assert f"{3 if berlin_off else 4} of {12 - off} in" in text, (day, text)
        assert ("jan (off through Fri 27 Mar)" in text) == away("jan", day)
        assert ("yuki (off through Fri 3 Apr)" in text) == away("yuki", day)
        assert (text.count("(Good Friday)") == 3) == berlin_off
        assert "amy" not in text.partition("Not in:")[2]


def print_table(log: list[Line]) -> None:
    """Print a line for each place and day, by its own clock."""
    homes = {name: place for place, names in TEAM.items() for name in names}
    table: dict[tuple[date, str], list[str]] = {}
    for at, what, whom in sorted(log):
        place = {"reminds": homes.get(whom, ""), "reports": "New York"}.get(what, whom)
        local = at.astimezone(ZoneInfo(ZONES.get(place, "UTC")))
        said = f"{local:%H:%M} ({at:%H:%M} UTC) {what}"
        table.setdefault((local.date(), place), []).append(
            f"{said} {whom}" if what == "reminds" else said
        )
    print()
    for (day, place), lines in table.items():
        print(f"{day:%a %d %b}  {place:9} {', '.join(lines)}")
