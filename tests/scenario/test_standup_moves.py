"""A standup's proposal through Slack: a piece that waits goes to a specialist who is free."""

from datetime import UTC, datetime
from pathlib import Path

from bot.clock import SystemClock
from bot.model.port import PlanRequest, SynthesisRequest, WorkRequest
from bot.services import standup_sweep
from bot.services.schedule_firing import Firing
from bot.settings import BudgetSettings
from bot.workspace.seed import BACKEND, LI, MAYA, TOM
from bot.workspace.shapes import Json
from tests.support.desk import item, output, plan, scripted, synthesis
from tests.support.later import LaterClock
from tests.support.schedules import NoStarter
from tests.support.stage import PATIENCE, Stage, action_ids, on_stage, words

BEFORE = datetime(2026, 11, 24, 8, 29, 30, tzinfo=UTC)
OPENS = datetime(2026, 11, 24, 8, 30, 1, tzinfo=UTC)
CLOSES = datetime(2026, 11, 24, 9, 20, 1, tzinfo=UTC)


async def _until(stage: Stage, clock: LaterClock, moment: datetime) -> None:
    clock.pass_by(moment - clock.now())
    ctx = stage.bot.runtime.context
    await Firing(ctx, NoStarter(), ctx.caller.worker_id).fire_due()
    await standup_sweep.sweep(ctx)
    await stage.delivered()


async def test_a_waiting_piece_is_moved_and_done_by_the_other_one(tmp_path: Path) -> None:
    """The plan waits for a yes, so nobody has begun; who may not approve may not move either."""
    model, clock = scripted(), LaterClock()
    names = [f"OpenAPI contract {n}" for n in range(3)]
    items = [item(f"a{n}").model_copy(update={"title": name}) for n, name in enumerate(names)]
    model.always(PlanRequest, plan(*items))
    model.always(WorkRequest, output)
    model.always(SynthesisRequest, synthesis())
    clock.pass_by(BEFORE - SystemClock().now())
    budget = BudgetSettings(approve_above=0)
    async with on_stage(tmp_path / "home", offline=model, clock=clock, budget=budget) as stage:
        await stage.lead(f"settings approve <@{TOM}> here")
        root = await stage.mention("we need OpenAPI contracts for invoices, refunds and payouts")
        card = await stage.wait_text(root, "OpenAPI contract 2 — database-architect")
        await stage.lead("schedule standup weekdays 08:30 UTC for 50 min")
        shown = await stage.wait_whisper(MAYA, "not saved yet")
        await stage.workspace.click(MAYA, BACKEND, str(shown["ts"]), "schedule.save")
        await _until(stage, clock, OPENS)
        await _until(stage, clock, CLOSES)

        def report() -> Json | None:
            posts = stage.workspace.state.messages[BACKEND].values()
            return next((p for p in posts if "standup.move" in action_ids(p)), None)

        found = await stage.workspace.wait_for(report, PATIENCE)
        assert "“OpenAPI contract 2” goes from database-architect" in words(found)
        click, ts = stage.workspace.click, str(found["ts"])
        await click(LI, BACKEND, ts, "standup.move")
        await stage.wait_whisper(LI, f"Only <@{TOM}> can approve plans here")
        await click(TOM, BACKEND, ts, "standup.move")
        await stage.wait_text(root, "OpenAPI contract 2 — api-architect")
        await stage.workspace.wait_for(lambda: not report(), PATIENCE)
        await click(TOM, BACKEND, str(card["ts"]), "plan.approve")
        await stage.wait_text(root, "a2()")
        worked = [r.assignment for r in model.asked(WorkRequest) if isinstance(r, WorkRequest)]
        assert {one.id: one.specialist for one in worked}["a2"] == "api-architect"
