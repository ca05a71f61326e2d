"""Reactions: one emoji stops a task, another proposes a message as a decision."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.settings import AccessSettings, BudgetSettings
from bot.workspace.seed import BACKEND, LI, MAYA, SLACKBOT, TOM
from tests.support.desk import scripted
from tests.support.stage import Stage, action_ids, on_stage, words

BILLING = "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps"


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[Stage]:
    """A bot whose plans wait for a yes; only Maya may approve."""
    access = AccessSettings(approve=MAYA)
    budget, model = BudgetSettings(approve_above=0), scripted()
    async with on_stage(tmp_path / "home", offline=model, access=access, budget=budget) as stage:
        yield stage


def react(stage: Stage, ts: str, name: str, *, user: str, channel: str = BACKEND) -> None:
    stage.workspace.people.react(user, channel, ts, name, add=True)


async def decisions(stage: Stage) -> str:
    return words(await stage.lead("decisions"))


async def test_a_message_is_proposed_once(stage: Stage) -> None:
    """Who reacts next changes nothing; other emoji mean nothing, nor does taking one back."""
    ts = str((await stage.workspace.say(TOM, "#backend", "lunch?"))["ts"])
    react(stage, ts, "tada", user=MAYA)
    react(stage, ts, "x", user=MAYA)
    react(stage, ts, "memo", user=SLACKBOT)  # else two bots that react to each other never end
    await stage.workspace.settled()
    assert stage.workspace.whispers(MAYA) == []
    assert "D-1" not in await decisions(stage)

    said = await stage.workspace.say(TOM, "#backend", "We use UUIDv7 for ids <!channel>")
    ts = str(said["ts"])
    react(stage, ts, "memo", user=MAYA)
    card = await stage.wait_text(ts, "Decision proposed")
    react(stage, ts, "memo", user=TOM)
    await stage.workspace.settled()

    assert "We use UUIDv7" in words(card)
    assert "<!channel>" not in str(card["text"]) + words(card["blocks"][0])
    assert f"p{ts.replace('.', '')}" in words(card)
    assert "decision.accept" in action_ids(card)
    assert "D-2" not in await decisions(stage)

    # A reply, which Slack shows only through its thread, is proposed there.
    root = str((await stage.workspace.say(TOM, "#backend", "Which ids?"))["ts"])
    reply = await stage.reply(root, f"UUIDv7, as <@{LI}> says", user=TOM)
    react(stage, reply, "memo", user=MAYA)
    card = await stage.wait_text(root, "Decision proposed")
    assert "UUIDv7, as @li says" in words(card["blocks"]), "by name, and she is not called again"
    assert "UUIDv7, as @li says" in words(await stage.lead("decisions"))


async def test_who_may_stops_a_task(strict: Stage) -> None:
    """By an emoji on the message that asked for it, or on the card; who may not is told once."""
    root = await strict.mention(BILLING, user=TOM)
    await strict.wait_text(root, "Go ahead")
    strict.workspace.faults.set(duplicate=1.0)
    react(strict, root, "x", user=LI)
    await strict.wait_whisper(LI, "can approve plans here")
    await strict.workspace.settled()
    assert len(strict.workspace.whispers(LI)) == 1, "however often Slack tells of the reaction"
    strict.workspace.faults.clear()
    assert "awaiting approval" in words(await strict.lead("tasks"))

    react(strict, root, "x", user=TOM)
    await strict.wait_text(root, f"Stopped by <@{TOM}>")

    root = await strict.mention(BILLING, user=TOM)
    card = await strict.wait_text(root, "Go ahead")
    await strict.delivered()
    react(strict, str(card["ts"]), "x", user=MAYA)  # also a task of somebody else
    await strict.wait_text(root, f"Stopped by <@{MAYA}>")
