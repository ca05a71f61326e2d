"""An architecture review through Slack: registers filled, points worked, talked about, decided."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.services import architecture_reviews
from bot.services.schedule_firing import Firing
from bot.workspace.seed import BACKEND, LI, MAYA, PAYMENTS, TOM
from bot.workspace.shapes import Json
from tests.support.later import LaterClock
from tests.support.stage import PATIENCE, Stage, action_ids, on_stage, words

THURSDAY = datetime(2026, 11, 26, 9, 59, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def root_of(stage: Stage, name: str, channel: str = BACKEND) -> Json:
    """Wait for a review's first message."""

    def found() -> Json | None:
        posts = [m for m in stage.workspace.history(channel) if m.get("bot_id")]
        return next((m for m in posts if f"Architecture review {name}" in words(m)), None)

    post: Json = await stage.workspace.wait_for(found, PATIENCE)
    return post


async def root_says(stage: Stage, name: str, text: str) -> Json:
    """Wait until a review's first message says this."""

    def found() -> Json | None:
        posts = [m for m in stage.workspace.history(BACKEND) if m.get("bot_id")]
        return next((m for m in posts if name in words(m) and text in words(m)), None)

    post: Json = await stage.workspace.wait_for(found, PATIENCE)
    return post


async def owe(stage: Stage, title: str, **values: str) -> None:
    """Write a debt down by its form."""
    await stage.lead(f"debt add {title}")
    view = await stage.workspace.wait_for(lambda: stage.workspace.open_view(MAYA), PATIENCE)
    answer = await stage.workspace.submit_view(MAYA, str(view["id"]), {"title": title, **values})
    assert not answer.get("errors"), answer


async def fill(stage: Stage) -> None:
    await stage.lead("service add orders")
    await stage.lead("service add payments")
    await stage.lead(f"service orders owner <@{TOM}>")
    await stage.lead("service orders depends on payments by data")
    await owe(stage, "Orders has no retries", service="orders")
    assert "moves to assess" in words(
        await stage.lead("radar move Kafka to assess because orders need events")
    )
    said = words(await stage.lead("targets set orders p95 <= 200 ms by 2031-01-31"))
    assert "at most 200 ms by 31 Jan 2031." in said
    assert "missed" in words(await stage.lead("targets measure orders p95 240 ms"))


async def press(stage: Stage, user: str, card: Json, text: str, action: str) -> None:
    """Press a button below the proposal that says `text`."""
    blocks = card["blocks"]
    at = next(n for n, block in enumerate(blocks) if text in words(block))
    block_id = blocks[at + 1]["block_id"]
    await stage.workspace.click(user, BACKEND, str(card["ts"]), action, block_id=block_id)


async def test_from_now_to_the_registers(stage: Stage) -> None:
    """A person begins it, another speaks, who may decide accepts, changes and dismisses."""
    assert "None is scheduled" in words(await stage.lead("review"))
    await fill(stage)
    assert "AR-1 begins" in words(await stage.lead("review now"))
    assert "is open here already" in words(await stage.lead("review now"))
    root = await root_says(stage, "AR-1", "open for talk until")
    said = words(root)
    assert "✅ Technical debt · 2 rows · Microservices Expert" in said
    assert "Left out, as there is nothing to speak of: decisions, open tasks, technology." in said
    ts = str(root["ts"])
    point = words(await stage.wait_text(ts, "*Technical debt*"))
    assert "TD-1 Orders has no retries" in point
    assert "a debt “orders reads the data of payments itself”; a plan for TD-1" in point
    assert "240 ms, wanted at most 200 ms" in words(await stage.wait_text(ts, "*Performance"))
    await stage.reply(ts, "the retries are nearly done", user=TOM)

    await stage.lead(f"settings decide <@{MAYA}> here")
    presses = [stage.workspace.click(u, BACKEND, ts, "review.close") for u in (TOM, LI)]
    await asyncio.gather(*presses)
    card = await stage.wait_text(ts, "*Summary* · AR-1")
    assert "1 debt, 1 debt plan and 1 performance initiative proposed" in words(card)
    assert "summed up by rule" in words(card)
    picture = await stage.workspace.wait_for(
        lambda: next((f for m in stage.thread(ts) for f in m.get("files", [])), None), PATIENCE
    )
    assert picture["alt_txt"] == "Technology radar. assess: Kafka (new)."

    await press(stage, TOM, card, "Plan for TD-1", "review.accept")
    await stage.wait_whisper(TOM, "Only")
    await press(stage, MAYA, card, "Plan for TD-1", "review.accept")
    card = await stage.wait_text(ts, f"accepted by <@{MAYA}>: TD-1, with its plan")
    await press(stage, MAYA, card, "orders reads the data", "review.dismiss")
    card = await stage.wait_text(ts, f"dismissed by <@{MAYA}>")
    await press(stage, MAYA, card, "orders p95", "review.edit")
    view = await stage.workspace.wait_for(lambda: stage.workspace.open_view(MAYA), PATIENCE)
    wrong = await stage.workspace.submit_view(MAYA, str(view["id"]), {"value": "quick"})
    assert "Give a limit" in str(wrong["errors"])
    changed = {"value": "<= 180 ms", "initiative": "Trace it, then add an index"}
    assert not (await stage.workspace.submit_view(MAYA, str(view["id"]), changed)).get("errors")
    card = await stage.wait_text(ts, f"accepted by <@{MAYA}>: P-1")
    assert not [a for a in action_ids(card) if a.startswith("review.")]

    assert "Plan:* Write down the smallest step" in words(await stage.lead("debt TD-1"))
    targets = words(await stage.lead("targets"))
    assert "at most 180 ms" in targets
    assert "initiative until" in targets
    assert "is done." in words(await stage.lead("debt done TD-1"))
    assert "is done already" in words(await stage.lead("debt done TD-1"))
    assert "No debt is registered" in words(await stage.lead("debt"))
    assert "*AR-1*" in words(await stage.lead("review history"))
    assert "dismissed by" in words(await stage.lead("review AR-1"))
    assert "I post AR-1" in words(await stage.lead("review export AR-1"))
    await stage.delivered()
    files = [f["name"] for m in stage.workspace.history(BACKEND) for f in m.get("files", [])]
    assert files == ["architecture-review-ar-1.md"]


class Later:
    """A starter that leaves the work to the bot, which looks for it every few seconds."""

    async def start_task(self, task_id: str, workflow_id: str) -> None:
        """Leave it."""

    async def start_revision(self, decision_id: str, revision: int) -> None:
        """Leave it."""


@pytest.fixture
async def later(tmp_path: Path) -> AsyncIterator[tuple[Stage, LaterClock]]:
    clock = LaterClock()
    clock.pass_by(THURSDAY - SystemClock().now())
    async with on_stage(tmp_path / "home", clock=clock) as stage:
        yield stage, clock


async def test_scheduled_reviews_open_and_close_at_their_time(
    later: tuple[Stage, LaterClock],
) -> None:
    """Each slot once; a private channel's rows are spoken of only there."""
    stage, clock = later
    stage.workspace.people.invite(MAYA, PAYMENTS, stage.workspace.identity.bot_user_id)
    await stage.lead("radar move Zig to hold because secret", channel="#payments-private")
    await stage.lead("targets set vault p95 <= 9 ms", channel="#payments-private")
    await fill(stage)
    await stage.lead("schedule review Thursdays 10:00 UTC for 30 min")
    shown = await stage.wait_whisper(MAYA, "not saved yet")
    await stage.workspace.click(MAYA, BACKEND, str(shown["ts"]), "schedule.save")
    await stage.workspace.wait_for(
        lambda: [m for m in stage.workspace.history(BACKEND) if "is scheduled by" in words(m)],
        PATIENCE,
    )
    ctx = stage.bot.runtime.context
    clock.pass_by(MINUTE)
    firing = Firing(ctx, Later(), ctx.caller.worker_id)
    await asyncio.gather(firing.fire_due(), firing.fire_due())
    await stage.mention("thanks!")  # wakes the bot, which looks for what waits every few seconds
    root = await root_says(stage, "AR-1", "open for talk until")
    await stage.wait_text(str(root["ts"]), "*Technical debt*")
    clock.pass_by(31 * MINUTE)
    await asyncio.gather(*(architecture_reviews.sweep(ctx, Later()) for _ in range(2)))
    await stage.mention("thanks!")
    card = words(await stage.wait_text(str(root["ts"]), "*Summary* · AR-1"))
    assert "The next one opens" in words(await stage.lead("review"))
    await stage.delivered()
    posts = stage.thread(str(root["ts"]))
    assert sum("*Summary*" in words(post) for post in posts) == 1
    everything = " ".join(words(m) for m in [*posts, *stage.workspace.history(BACKEND)]).lower()
    assert "vault" not in everything + card
    assert "zig" not in everything
    assert "Zig" not in words(await stage.lead("radar"))
    assert "Zig" in words(await stage.lead("radar", channel="#payments-private"))
    private = words(await stage.lead("targets", channel="#payments-private"))
    assert "vault p95" in private
    assert "orders p95" in private
