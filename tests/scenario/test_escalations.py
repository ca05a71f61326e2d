"""Escalations by the front door: opened, answered, raised by timers, resolved; what leaks."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.bot_process import BotProcess
from bot.errors import ModelAnswerInvalid
from bot.model.port import PlanRequest
from bot.services import escalation_offers, escalation_sweep
from bot.settings import EscalationSettings
from bot.workspace.seed import BACKEND, GENERAL, LI, MAYA, PAYMENTS, PRIYA, TOM
from bot.workspace.shapes import Json
from tests.scenario.test_home import home
from tests.support.desk import scripted
from tests.support.later import LaterClock
from tests.support.stage import PATIENCE, Stage, action_ids, on_stage, settings_for, words

ALWAYS = EscalationSettings(
    work_hours="always", level2_people=PRIYA, channel=GENERAL, group="S0BACKLEAD"
)
BLOCKED = {
    "title": "Stripe webhooks are dropped <!channel>",
    "impact": "No invoice is marked as paid.",
    "tried": "Restarted the worker.",
    "level": "1",
    "owner": TOM,
}


@dataclass
class Room:
    """A stage whose hours can pass at once."""

    stage: Stage
    clock: LaterClock
    channel: str = "#backend"

    async def form(self, user: str) -> Json:
        return await self.stage.workspace.wait_for(
            lambda: self.stage.workspace.open_view(user), PATIENCE
        )

    async def submit(self, user: str, values: Json) -> Json:
        """Fill in the form on a person's screen."""
        view = await self.form(user)
        answer: Json = await self.stage.workspace.submit_view(user, str(view["id"]), values)
        await self.stage.delivered()
        return answer

    async def escalate(self, user: str = TOM, **values: str) -> str:
        """Escalate by command; return the card's ts."""
        await self.stage.lead("escalate it", user=user, channel=self.channel)
        await self.submit(user, BLOCKED | values)
        return await self.card()

    async def card(self) -> str:
        """Return the ts of the newest card in the channel."""

        def found() -> str | None:
            cards = [m for m in self.stage.workspace.history(self.channel) if "X-" in words(m)]
            return str(cards[-1]["ts"]) if cards else None

        return await self.stage.workspace.wait_for(found, PATIENCE)

    def shown(self, ts: str) -> Json:
        return self.stage.workspace.thread(self.channel, ts)[0]

    async def click(self, user: str, ts: str, action: str) -> None:
        workspace = self.stage.workspace
        await workspace.click(user, self.channel, ts, f"escalation.{action}")
        await workspace.settled()
        await self.stage.delivered()

    async def later(self, hours: float) -> int:
        """Let hours pass and one tick come; return how many timers went off."""
        self.clock.pass_by(timedelta(hours=hours))
        fired = await escalation_sweep.sweep(self.stage.bot.runtime.context)
        await self.stage.delivered()
        return fired

    def steps(self, ts: str) -> list[str]:
        return [words(post) for post in self.stage.thread(ts, self.channel)]


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    clock = LaterClock()
    async with on_stage(tmp_path / "home", clock=clock, escalation=ALWAYS) as stage:
        yield Room(stage, clock)


async def test_from_the_form_to_the_summary(room: Room) -> None:
    """Reminded, raised to the team lead, acknowledged, asked, updated, handed over, resolved."""
    ts = await room.escalate()
    card = words(room.shown(ts))
    assert "*X-1* · level 1, the person on it" in card
    assert f"<@{TOM}> is asked and has not acknowledged yet" in card
    assert "<!channel>" not in words(room.shown(ts)["blocks"][0])
    assert action_ids(room.shown(ts)) == [
        f"escalation.{name}"
        for name in ("ack", "update", "resolve", "hour", "tomorrow", "hand", "up", "team")
    ]

    assert (await room.later(2), await room.later(2), await room.later(0.1)) == (1, 1, 0)
    reminded, raised = room.steps(ts)
    assert f"This still waits. <@{TOM}>" in reminded
    assert f"raised to *level 2, the team lead*. <@{PRIYA}>, please acknowledge" in raised

    assert "Nobody is named" not in raised

    await room.click(PRIYA, ts, "ack")
    await room.later(8)
    assert f"<@{PRIYA}>, are you still on it?" in room.steps(ts)[-1]
    await room.click(PRIYA, ts, "update")
    await room.submit(PRIYA, {"text": "The signing secret was rotated."})
    assert "Last word" in words(room.shown(ts))
    await room.click(PRIYA, ts, "hand")
    await room.submit(PRIYA, {"owner": LI, "text": "You know the gateway."})
    assert f"<@{LI}>, please acknowledge.\nYou know the gateway." in room.steps(ts)[-1]
    await room.click(LI, ts, "ack")
    await room.click(LI, ts, "resolve")
    await room.submit(LI, {"text": "Put the new secret in."})

    summary = room.steps(ts)[-1]
    for line in (
        f"*X-1 is resolved* by <@{LI}> after 12 h",
        "*What solved it:* Put the new secret in.",
        "*Acknowledged:* after 4 h",
        "*Levels:* level 1 4 h",
        f"*Owners:* <@{TOM}> → <@{PRIYA}> → <@{LI}>",
        "*Timers:* 1 reminder, 1 question",
    ):
        assert line in summary
    assert action_ids(room.shown(ts)) == []
    details = words(await room.stage.lead("escalation x-1"))
    assert "handed over" in details
    assert f"*X-1 is resolved* by <@{LI}>" in details
    assert await room.later(1000) == 0


async def test_level_4_calls_until_somebody_answers_and_tells_no_secret(room: Room) -> None:
    ts = await room.escalate(level="4")
    calls = room.stage.workspace.history("#general")
    assert f"<!subteam^S0BACKLEAD> *X-1 · level 4* in <#{BACKEND}>" in words(calls[-1])
    assert "outside can help, call them now" in words(calls[-1])
    assert "escalation.hour" not in action_ids(room.shown(ts))

    await room.later(0.25)
    call = room.stage.workspace.history("#general")[-1]
    assert "Call 2" in words(call)
    await room.stage.workspace.click(PRIYA, "#general", str(call["ts"]), "escalation.ack")
    await room.stage.workspace.settled()
    await room.stage.delivered()
    assert f"*X-1*: <@{PRIYA}> is on it." in words(room.stage.workspace.history("#general")[-1])
    assert await room.later(0.25) == 0

    # A private case shows nowhere else: not in the call, not in a list, not by its number.
    secret = Room(room.stage, room.clock, channel="#payments-private")
    room.stage.workspace.people.invite(MAYA, PAYMENTS, room.stage.workspace.identity.bot_user_id)
    await secret.escalate(user=MAYA, level="4", owner=MAYA, title="Ledger is off")
    told = words(room.stage.workspace.history("#general")[-1])
    assert "A case of another channel needs somebody now" in told
    for leak in ("Ledger", PAYMENTS, "invoice"):
        assert leak not in str(room.stage.workspace.history("#general"))
    assert "Ledger" in words(await room.stage.lead("escalations", channel=secret.channel))
    assert "Ledger" not in words(await room.stage.lead("escalations"))
    assert "I know no escalation" in words(await room.stage.lead("escalation X-2"))


async def test_clicks_that_come_twice_or_too_late(room: Room) -> None:
    """One of two wins; the other is told what happened meanwhile."""
    ts = await room.escalate()
    room.stage.workspace.faults.set(duplicate=1.0)
    await room.click(PRIYA, ts, "ack")
    room.stage.workspace.faults.clear()
    assert room.steps(ts) == [room.steps(ts)[0]]

    await room.click(LI, ts, "ack")
    await room.stage.wait_whisper(LI, f"X-1 is acknowledged by <@{PRIYA}> already.")
    value = next(e for e in room.shown(ts)["blocks"][-1]["elements"] if "up" in e["action_id"])
    assert '"level":1' in value["value"]
    await room.click(LI, ts, "resolve")
    form = await room.form(LI)
    await room.click(PRIYA, ts, "resolve")
    await room.submit(PRIYA, {"text": "Done."})
    late = await room.stage.workspace.submit_view(LI, str(form["id"]), {"text": "Done, too."})
    assert "X-1 is resolved already" in str(late)
    assert sum("is resolved*" in step for step in room.steps(ts)) == 1


async def test_only_who_may_and_the_owner(room: Room) -> None:
    stage = room.stage
    await stage.lead(f"settings escalate <@{MAYA}>")
    refused = words(await stage.lead("escalate it", user=LI))
    assert "can escalate or answer escalations here" in refused
    ts = await room.escalate(user=MAYA, owner=TOM)

    await room.click(LI, ts, "ack")
    await stage.wait_whisper(LI, "can escalate or answer escalations here")
    assert room.steps(ts) == []
    await room.click(TOM, ts, "ack")
    assert f"<@{TOM}> is on it." in room.steps(ts)[-1]


async def test_a_message_is_escalated_in_its_thread_where_the_team_looks_first(room: Room) -> None:
    said = await room.stage.workspace.say(TOM, "#backend", "Deploys fail\nsince the new runner")
    ts = str(said["ts"])
    people = room.stage.workspace.people
    await people.shortcut(MAYA, "escalation.from", channel_id=BACKEND, message_ts=ts)
    form = await room.form(MAYA)
    assert "Deploys fail" in str(form["blocks"][0])
    await room.submit(MAYA, {"title": "Deploys fail", "level": "2", "owner": MAYA})

    card = await room.stage.wait_text(ts, "*X-1*")
    assert card["thread_ts"] == ts
    assert "|the message>" in words(card)
    await room.later(8)
    await room.stage.wait_text(ts, "This still waits")
    await room.later(8)
    await room.later(8)
    unnamed = "Nobody is named for this level: `/lead settings escalation_level3_people @…`."
    await room.stage.wait_text(ts, unnamed)
    assert "X-1" in words(await room.stage.lead("escalations mine"))
    assert "X-1" not in words(await room.stage.lead("escalations mine", user=LI))
    assert "1 at level 3 · timers in time" in words(await room.stage.lead("status"))

    clicks = (room.click(who, str(card["ts"]), "team") for who in (MAYA, TOM, MAYA))
    await asyncio.gather(*clicks)  # several see the case and press at once
    await room.stage.wait_text(ts, "*Recommendation* · T-1")
    async with room.stage.bot.runtime.context.database.read() as uow:
        task = await uow.tasks.by_number("T0ACME0001", 1, seen_from=BACKEND)
        kept = await uow.threads.messages(task.thread_id)
    assert task.priority > 0
    assert (task.round, len([m for m in kept if "Impact: " in m.text])) == (1, 1)


async def test_a_restart_loses_no_timer(tmp_path: Path) -> None:
    """What came due while no bot ran goes off once, when one runs again; the auditor says so."""
    clock, home = LaterClock(), tmp_path / "home"
    async with on_stage(home, clock=clock, escalation=ALWAYS) as stage:
        room = Room(stage, clock)
        ts = await room.escalate()
        await stage.bot.close()
        clock.pass_by(timedelta(hours=3))
        async with BotProcess(
            settings_for(stage.server, home, escalation=ALWAYS), clock=clock
        ) as bot:
            again = Stage(stage.workspace, stage.server, bot)
            room = Room(again, clock)
            await again.wait_text(ts, "This still waits")  # by the bot's own first tick
            assert await room.later(0) == 0
            assert len(room.steps(ts)) == 1
            assert "1 late in 24 h, by up to 1 h" in words(await again.lead("status"))
            details = words(await again.lead("escalation X-1"))
            assert "reminded · timer (late by 1 h" in details


async def test_a_task_that_is_named_is_linked_and_a_home_shows_ones_own(room: Room) -> None:
    root = await room.stage.mention("which HikariCP pool size do we need for 300 rps at 20 ms?")
    await room.stage.wait_text(root, "maximumPoolSize")
    await room.stage.lead("escalate T-1 does not help us", user=TOM)
    await room.submit(TOM, {"title": "T-1 does not help us", "owner": TOM})
    assert "T-1" in words(room.shown(await room.card())["blocks"][-3:])

    view = await home(room.stage, TOM, "Your escalations")
    assert "T-1 does not help us" in words(view["blocks"])
    action = {"action_id": "escalation.open"}
    await room.stage.workspace.actions.in_view(TOM, str(view["id"]), action)
    assert "*Timeline*" in words((await room.form(TOM))["blocks"])


async def test_a_decision_that_nobody_answers_is_offered_once(room: Room) -> None:
    """After three days; the button opens the form, and none when it was answered meanwhile."""
    stage, ctx = room.stage, room.stage.bot.runtime.context
    said = await stage.workspace.say(TOM, "#backend", "We use UUIDv7 for ids")
    ts = str(said["ts"])
    stage.workspace.people.react(MAYA, BACKEND, ts, "memo", add=True)
    card = await stage.wait_text(ts, "Decision proposed")
    assert await escalation_offers.offer(ctx, at=room.clock.now()) == 0
    room.clock.pass_by(timedelta(days=3, hours=2))
    assert await escalation_offers.offer(ctx, at=room.clock.now()) == 1
    assert await escalation_offers.offer(ctx, at=room.clock.now()) == 0

    offered = await stage.wait_text(ts, "has waited for an answer for 3 days")
    await room.click(TOM, str(offered["ts"]), "decision")
    await room.submit(TOM, {"owner": MAYA, "level": "2"})
    shown = await stage.wait_text(ts, "*X-1*")
    assert "D-1 We use UUIDv7 for ids: nobody decides" in words(shown)
    await stage.workspace.click(MAYA, "#backend", str(card["ts"]), "decision.accept")
    await stage.wait_text(ts, f"Accepted by <@{MAYA}>")
    await room.click(TOM, str(offered["ts"]), "decision")
    await stage.wait_whisper(TOM, "D-1 was answered meanwhile.")


async def test_a_failed_task_is_escalated(tmp_path: Path) -> None:
    """By itself where the settings say so; in its thread, to who asked."""
    model, rules = scripted(), ALWAYS.model_copy(update={"failed": True})
    model.always(PlanRequest, ModelAnswerInvalid("plan", ("it is empty",)))
    async with on_stage(tmp_path / "home", offline=model, escalation=rules) as stage:
        root = await stage.mention("an API for invoices, 50 rps")
        card = await stage.wait_text(root, "X-1")
        assert "T-1 failed" in words(card)
        assert f"<@{MAYA}> is asked" in words(card)


async def test_what_is_typed_wrong_gets_one_sentence(room: Room) -> None:
    for typed, said in (
        ("escalations theirs", "Say `mine`, `open` or `all`"),
        ("escalation", "I need the escalation's number"),
        ("escalation X-9", "I know no escalation"),
        ("x-9", "Did you mean `/lead escalation X-9`?"),
        ("escalations", "Nothing is escalated here"),
        ("settings escalation_level1 9-2", "two numbers of hours"),
        ("settings holidays XX", "no holidays of `XX`"),
    ):
        assert said in words(await room.stage.lead(typed))
    direct = await room.stage.lead("escalate it", channel=f"D{MAYA[1:]}")
    assert "Only you and I read here" in words(direct)
    await room.stage.lead("escalate it", user=TOM)
    answer = await room.submit(TOM, BLOCKED | {"title": " "})
    assert "Say what is blocked" in str(answer)
