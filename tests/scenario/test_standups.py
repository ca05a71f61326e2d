"""Standups through Slack: opened, answered by form and reply, reminded, closed, carried over."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.services import standup_sweep
from bot.services.schedule_firing import Firing
from bot.workspace.seed import BACKEND, GENERAL, LI, MAYA, PRIYA, TOM
from bot.workspace.shapes import Json
from tests.support.later import LaterClock
from tests.support.schedules import NoStarter
from tests.support.stage import PATIENCE, Stage, on_stage, words

TUESDAY = datetime(2026, 11, 24, 8, 29, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GONE = "U0NOBODY01"


@dataclass
class Room:
    """The stage, a minute before a standup."""

    stage: Stage
    clock: LaterClock

    async def until(self, moment: datetime) -> None:
        """Let the time pass, and everything that is due by then happen."""
        self.clock.pass_by(moment - self.clock.now())
        ctx = self.stage.bot.runtime.context
        await Firing(ctx, NoStarter(), ctx.caller.worker_id).fire_due()
        await standup_sweep.sweep(ctx)
        await self.stage.delivered()

    async def root(self, day: str) -> Json:
        """Wait for a day's first message."""

        def found() -> Json | None:
            posts = [m for m in self.stage.workspace.history(BACKEND) if m.get("bot_id")]
            return next((m for m in posts if f"*Standup* · {day}" in words(m)), None)

        post: Json = await self.stage.workspace.wait_for(found, PATIENCE)
        return post

    async def shows(self, day: str, text: str) -> str:
        """Wait until a day's first message says this."""

        async def looked() -> str:
            return words(await self.root(day))

        def found() -> str | None:
            posts = [m for m in self.stage.workspace.history(BACKEND) if m.get("bot_id")]
            said = [words(m) for m in posts if f"*Standup* · {day}" in words(m)]
            return next((one for one in said if text in one), None)

        shown: str = await self.stage.workspace.wait_for(found, PATIENCE)
        assert shown == await looked()
        return shown

    async def form(self, user: str, channel: str, ts: str, action: str = "standup.answer") -> Json:
        await self.stage.workspace.click(user, channel, ts, action)
        view: Json = await self.stage.workspace.wait_for(
            lambda: self.stage.workspace.open_view(user), PATIENCE
        )
        return view

    async def answer(self, user: str, day: str, **values: str) -> None:
        """Answer by the button of a day's first message."""
        view = await self.form(user, BACKEND, str((await self.root(day))["ts"]))
        answer = await self.stage.workspace.submit_view(user, str(view["id"]), values)
        assert not answer.get("errors"), answer

    async def schedule(self) -> None:
        """Set a standup at 08:30 UTC on weekdays, open for 50 minutes."""
        await self.stage.lead("schedule standup weekdays 08:30 UTC for 50 min")
        shown = await self.stage.wait_whisper(MAYA, "not saved yet")
        await self.stage.workspace.click(MAYA, BACKEND, str(shown["ts"]), "schedule.save")

        def told() -> bool:
            said = [words(m) for m in self.stage.workspace.history(BACKEND)]
            return any("is scheduled by" in text for text in said)

        await self.stage.workspace.wait_for(told, PATIENCE)

    async def decide(self, title: str) -> None:
        """Accept the decision of that title by its card's button, and wait until it says so."""

        def card(text: str) -> Json | None:
            posts = self.stage.workspace.history(BACKEND)
            return next((p for p in posts if title in words(p) and text in words(p)), None)

        shown = await self.stage.workspace.wait_for(lambda: card("Accept"), PATIENCE)
        assert "Somebody takes it now" in words(shown)
        await self.stage.workspace.click(TOM, BACKEND, str(shown["ts"]), "decision.accept")
        await self.stage.workspace.wait_for(lambda: card(f"<@{TOM}>"), PATIENCE)

    def direct(self, user: str) -> list[str]:
        """Return what the bot wrote to a person alone."""
        posts = self.stage.workspace.history(f"D{user[1:]}")
        return [words(m) for m in posts if m.get("bot_id")]


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    clock = LaterClock()
    clock.pass_by(TUESDAY - SystemClock().now())
    async with on_stage(tmp_path / "home", clock=clock) as stage:
        made = Room(stage, clock)
        await made.schedule()
        yield made


async def test_from_opening_to_report(room: Room) -> None:
    """Answered by form and reply, edited; one is away, one reminded; late answers are added."""
    await room.stage.lead("away until 26 Nov", user=LI)
    await room.until(TUESDAY + MINUTE)
    shown = await room.shows("Tue 24 Nov", "0 of 3 in")
    assert "li (off through Thu 26 Nov)" in shown
    assert f"<@{LI}>" not in shown
    assert f"<@{TOM}>" not in shown

    await room.answer(
        MAYA, "Tue 24 Nov", q0="Invoices", q1="Refunds", q2="Refund webhook has no owner"
    )
    root = str((await room.root("Tue 24 Nov"))["ts"])
    await room.stage.reply(root, "tests for the ledger\nblocked: nothing", user=TOM)
    shown = await room.shows("Tue 24 Nov", "2 of 3 in")
    assert "*Blocked* (1)\n• B-1 Refund webhook has no owner" in shown
    assert "_What is next:_ tests for the ledger" in shown
    await room.stage.reply(root, "yesterday: reviews", user=TOM)
    await room.answer(MAYA, "Tue 24 Nov", q0="Invoices", q1="Refunds, then tests", q2="")
    shown = await room.shows("Tue 24 Nov", "Refunds, then tests")
    assert "*Blocked*" not in shown
    assert "_What did you finish since last time:_ reviews" in shown

    await room.until(TUESDAY + 41 * MINUTE)
    assert [text for text in room.direct(PRIYA) if "closes" in text]
    for user in (MAYA, TOM, LI):
        assert not [text for text in room.direct(user) if "standup" in text]
    await room.until(TUESDAY + 51 * MINUTE)
    report = await room.stage.wait_text(root, "report")
    assert "2 of 3 in" in words(report)
    assert "*Blocked* nobody" in words(report)
    assert "Not in: li (off through Thu 26 Nov), priya" in words(report)
    await room.shows("Tue 24 Nov", "closed")

    await room.answer(PRIYA, "Tue 24 Nov", q0="Alerts", q1="More alerts")
    await room.shows("Tue 24 Nov", "3 of 3 in")
    await room.stage.wait_text(root, "3 of 3 in, 1 of them late")
    listed = words(await room.stage.lead(f"standup report today <@{PRIYA}>", user=TOM))
    assert "More alerts" in listed
    assert "Refunds" not in listed
    for page in ("", " page 1", " page 7"):  # one past the end is the last
        since = words(await room.stage.lead(f"standup since Monday{page}", user=TOM))
        assert "Refunds, then tests" in since
    assert "3 of 3 in" in words(await room.stage.lead("standup report"))


async def test_a_long_reply_is_kept_to_its_last_question_and_its_writer_hears_what_is_not(
    room: Room,
) -> None:
    """Each answer may have what a field takes, and who says more in one is told so."""
    await room.until(TUESDAY + MINUTE)
    root = str((await room.root("Tue 24 Nov"))["ts"])
    done, following = "refunds " * 300, "tests " * 300
    await room.stage.reply(
        root, f"Yesterday: {done}\nToday: {following}\nBlocked: the key of legal", user=TOM
    )
    await room.shows("Tue 24 Nov", "the key of legal")
    assert room.stage.workspace.whispers(TOM) == []
    await room.stage.reply(root, "ledger " * 500, user=LI)
    await room.stage.wait_whisper(LI, "I keep 3,000 characters of an answer")


async def test_an_answer_that_is_edited_says_how_to_change_it(room: Room) -> None:
    """What only was talk is nobody's business."""
    await room.until(TUESDAY + MINUTE)
    root = str((await room.root("Tue 24 Nov"))["ts"])
    stage = room.stage
    talk = await stage.reply(root, "thanks!", user=LI)
    answer = await stage.reply(root, "tests for the legder", user=TOM)
    await room.shows("Tue 24 Nov", "tests for the legder")
    state = stage.workspace.state
    for ts in (talk, answer):
        changed = {"text": "tests for the ledger"}
        stage.workspace.posting.change(state.channel(BACKEND), state.message(BACKEND, ts), changed)
    await stage.wait_whisper(TOM, "Your answer to the standup stays as I read it.")
    await stage.workspace.settled()
    assert stage.workspace.whispers(LI) == []


async def test_a_repeated_blocker_forces_a_decision_then_an_escalation(room: Room) -> None:
    """The second time the channel reads a decision to take; taken in vain, the third escalates."""
    for day, ahead in ((24, 0), (25, 1), (26, 2)):
        await room.until(TUESDAY + timedelta(days=ahead) + MINUTE)
        name = f"{TUESDAY + timedelta(days=ahead):%a} {day} Nov"
        view = await room.form(MAYA, BACKEND, str((await room.root(name))["ts"]))
        text = "Refund webhook has no owner" + " yet" * (ahead == 2)
        if ahead:  # it stands in the form, to be left, changed or removed
            assert "Refund webhook has no owner" in str(view)
        values = {"q0": "x", "q1": "y", "q2": text}
        await room.stage.workspace.submit_view(MAYA, str(view["id"]), values)
        await room.shows(name, "1 of 4 in")
        await room.until(TUESDAY + timedelta(days=ahead) + 51 * MINUTE)
        root = str((await room.root(name))["ts"])
        report = words(await room.stage.wait_text(root, "report"))
        if day == 24:
            assert "needs a decision" not in report
        if day == 25:
            assert "*second standup*, unchanged · needs a decision: D-1" in report
            assert "decide D-1; named once more it is escalated" in report
            await room.decide("How B-1 is unblocked")
    assert "*third standup*, in other words" in report
    assert "escalated: X-1" in report
    assert "How B-1 is unblocked" in words(await room.stage.lead("decision D-1"))
    case = words(await room.stage.lead("escalation X-1"))
    assert "Refund webhook" in case
    assert "D-1: it was accepted" in case


async def test_answered_before_it_opens_with_questions_of_their_own(room: Room) -> None:
    """Tomorrow's answer today; what was asked then is what the run asks; the Home tab; a file."""
    refused = words(await room.stage.lead("standup questions", user=LI))
    assert "Only" in refused
    await room.stage.lead("standup questions")
    view = await room.stage.workspace.wait_for(
        lambda: room.stage.workspace.open_view(MAYA), PATIENCE
    )
    wrong = await room.stage.workspace.submit_view(
        MAYA, str(view["id"]), {"questions": "mood: How are you?"}
    )
    assert "besides the mood" in str(wrong["errors"])
    asked = "What did you learn?\nmood: How are you?"
    await room.stage.workspace.submit_view(MAYA, str(view["id"]), {"questions": asked})
    assert "Only" in words(await room.stage.lead(f"standup people <@{LI}>", user=LI))
    assert "every member of the channel: li, maya" in words(await room.stage.lead("standup people"))
    chosen = await room.stage.lead(f"standup people <@{TOM}> <@{LI}> <@{GONE}>")
    assert "if they are in the channel: li, tom." in words(chosen)
    assert f"Not in the channel, so not asked: <@{GONE}>" in words(chosen)

    assert "next" in words(await room.stage.lead("standup", user=TOM))
    shown = await room.stage.wait_whisper(TOM, "Answer ahead")
    view = await room.form(TOM, BACKEND, str(shown["ts"]), "standup.ahead")
    assert "it is posted when the standup opens" in words(view)
    await room.stage.workspace.submit_view(TOM, str(view["id"]), {"q0": "How DST works"})
    await room.until(TUESDAY + MINUTE)
    said = await room.shows("Tue 24 Nov", "1 of 2 in")
    assert "Not in: li" in said
    assert "_What did you learn:_ How DST works" in said
    assert "tom" not in said.partition("Not in:")[2]

    people, modals = room.stage.workspace.people, room.stage.workspace.modals
    people.open_home(LI)
    await room.stage.workspace.wait_for(
        lambda: "Standups that wait for you" in words((modals.home(LI) or {}).get("blocks")),
        PATIENCE,
    )
    people.open_home(TOM)
    home = await room.stage.workspace.wait_for(lambda: modals.home(TOM), PATIENCE)
    assert "Standups that wait" not in words(home["blocks"])

    assert "I post 1 standup" in words(await room.stage.lead("standup export today"))
    await room.stage.delivered()
    files = [m for m in room.stage.workspace.history(BACKEND) if m.get("files")]
    assert [f["name"] for m in files for f in m["files"]] == ["standups-2026-11-24-2026-11-24.md"]
    assert "No standup was held" in words(await room.stage.lead("standup export yesterday"))
    for wrong_words, told in (("dance", "I know no"), ("since", "Since when?")):
        assert told in words(await room.stage.lead(f"standup {wrong_words}"))


async def test_a_proposal_is_accepted(room: Room) -> None:
    """The owner of a named service takes it, a named team is asked: both for good."""
    await room.stage.lead(f"service refunds owner <@{TOM}>")
    await room.stage.lead("settings team_devops #general workspace")
    room.stage.workspace.people.invite(MAYA, GENERAL, room.stage.workspace.identity.bot_user_id)
    await room.until(TUESDAY + MINUTE)
    await room.answer(
        MAYA, "Tue 24 Nov", q0="x", q1="y", q2="No access to refunds\nDevOps has no staging"
    )
    await room.until(TUESDAY + 51 * MINUTE)
    root = str((await room.root("Tue 24 Nov"))["ts"])
    report = await room.stage.wait_text(root, "I propose: tom takes it, who owns refunds")
    assert "I propose: the devops team is asked" in words(report)
    click, ts = room.stage.workspace.click, str(report["ts"])
    await click(PRIYA, BACKEND, ts, "standup.assign")
    await room.stage.wait_text(root, f"<@{TOM}>, <@{PRIYA}> accepted that you take B-1")
    await room.stage.wait_text(root, f"<@{TOM}> takes it")
    await asyncio.gather(*(click(PRIYA, BACKEND, ts, "standup.hand") for _ in range(2)))
    await room.stage.wait_whisper(PRIYA, "is asked for B-2 already")
    assert "devops · B-2" in words(await room.stage.lead("handoffs"))


async def test_clicks_that_come_twice_or_late(room: Room) -> None:
    await room.until(TUESDAY + MINUTE)
    await room.answer(MAYA, "Tue 24 Nov", q0="x", q1="y", q2="No staging database")
    await room.until(TUESDAY + 51 * MINUTE)
    root = str((await room.root("Tue 24 Nov"))["ts"])
    report = await room.stage.wait_text(root, "I take it")
    click, ts = room.stage.workspace.click, str(report["ts"])
    users = (TOM, PRIYA)
    await asyncio.gather(*(click(user, BACKEND, ts, "standup.take") for user in users))
    taken = words(await room.stage.wait_text(root, "takes it"))
    late = PRIYA if f"<@{TOM}> takes it" in taken else TOM
    await room.stage.wait_whisper(late, "took B-1 already")
    await asyncio.gather(*(click(user, BACKEND, ts, "standup.solve") for user in users))
    await room.stage.wait_text(root, "solved")

    def refused() -> bool:
        heard = [w for user in users for w in room.stage.workspace.whispers(user)]
        return any("B-1 is solved already" in words(whisper) for whisper in heard)

    await room.stage.workspace.wait_for(refused, PATIENCE)
    assert "next" in words(await room.stage.lead("standup"))
