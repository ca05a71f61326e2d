"""A conflict from what the plans at work show to one person's choice, on record as a decision."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.services import conflict_notes
from bot.workspace.seed import BACKEND, LI, MAYA, TOM
from bot.workspace.shapes import Json
from tests.support.held import HeldModel
from tests.support.later import LaterClock
from tests.support.stage import PATIENCE, Stage, on_stage, words


async def form(stage: Stage, user: str) -> Json:
    """Wait for the modal that somebody has open."""
    found: Json = await stage.workspace.wait_for(lambda: stage.workspace.open_view(user), PATIENCE)
    return found


async def card(stage: Stage, text: str) -> Json:
    """Wait for a card in #backend that says this."""

    def found() -> Json | None:
        posts = [m for m in stage.workspace.history(BACKEND) if m.get("bot_id")]
        return next((m for m in posts if text in words(m)), None)

    shown: Json = await stage.workspace.wait_for(found, PATIENCE)
    return shown


async def click(
    stage: Stage, post: Json, user: str, action: str, number: int = 0, **more: str
) -> None:
    """Press the n-th button of an action on a card; `value` of an older card may stand for it."""
    blocks = [b for b in post["blocks"] if (b.get("accessory") or {}).get("action_id") == action]
    block = str(blocks[number]["block_id"])
    await stage.workspace.click(user, BACKEND, str(post["ts"]), action, block_id=block, **more)


async def open_one(stage: Stage, **values: str) -> Json:
    """Open a conflict by the form and return its card."""
    await stage.lead("conflict Tom")
    view = await form(stage, MAYA)
    kinds = next(b for b in view["blocks"] if b.get("block_id") == "kind")
    assert kinds["element"]["initial_option"]["value"] == "person", "Tom is no specialist of mine"
    given = {
        "wanting": "Ledger migration\nInvoice export",
        "kind": "person",
        "hours": "25",
        "start": "2026-03-02",
    }
    answer = await stage.workspace.submit_view(MAYA, str(view["id"]), given | values)
    assert not answer.get("errors"), answer
    return await card(stage, "Conflict C-1")


async def assess(stage: Stage, post: Json, number: int, **values: str) -> Json:
    """Fill in the form of one claim."""
    await click(stage, post, TOM, "conflict.assess", number)
    view = await form(stage, TOM)
    answer: Json = await stage.workspace.submit_view(TOM, str(view["id"]), values)
    return answer


async def test_from_the_form_to_a_decision(stage: Stage) -> None:
    shown = await open_one(stage)
    assert "not assessed yet" in words(shown)
    wrong = await assess(stage, shown, 0, hours="many", slack="-1")
    assert set(wrong["errors"]) == {"hours", "slack"}

    await assess(stage, shown, 0, hours="25", impact="2", complexity="3", due="2026-03-06")
    await assess(stage, shown, 1, hours="25", impact="5", complexity="3", due="2026-03-06")
    shown = await card(stage, "Least harm")
    text = words(shown)
    assert "Tom works on Invoice export, then Ledger migration." in text
    assert "Ledger migration: ends Fri 13 Mar, 7 days late" in text
    assert "For all to be in time it takes 50 h a week." in text

    await stage.lead(f"settings decide <@{MAYA}> here")
    await click(stage, shown, LI, "conflict.choose")
    await stage.wait_whisper(LI, "Only")

    old = next(b["accessory"] for b in shown["blocks"] if "conflict.choose" in str(b))
    await assess(stage, shown, 1, hours="30", impact="5", complexity="3", due="2026-03-06")
    shown = await card(stage, "Ledger migration: ends Mon 16 Mar, 10 days late")
    await click(stage, shown, MAYA, "conflict.choose", value=old["value"])
    await stage.wait_whisper(MAYA, "C-1 changed since you saw it. Look at its card again.")
    assert "D-1" not in words(await stage.lead("decisions"))
    twice = [click(stage, shown, MAYA, "conflict.choose") for _ in range(2)]
    await asyncio.gather(*twice)
    await stage.wait_whisper(MAYA, f"C-1 is resolved by <@{MAYA}>")
    done = await card(stage, "chosen by")
    assert "What those who wait were told" in words(done)
    assert "Ledger migration: ends Mon 16 Mar, 10 days late" in words(done)
    assert "D-1" in words(done)
    await stage.workspace.settled()
    assert "Tom works on Invoice export" in words(await stage.lead("decision D-1"))
    assert "resolved" in words(await stage.lead("conflicts"))
    assert "D-2" not in words(await stage.lead("decisions"))


async def test_the_form_says_at_its_field_what_is_wrong(stage: Stage) -> None:
    await stage.lead("conflict Tom")
    view = await form(stage, MAYA)
    answer = await stage.workspace.submit_view(
        MAYA, str(view["id"]), {"wanting": "only one", "hours": "0"}
    )
    assert set(answer["errors"]) == {"wanting", "hours"}
    answer = await stage.workspace.submit_view(
        MAYA, str(view["id"]), {"wanting": "T-99\nB", "hours": "30"}
    )
    assert "T-99" in answer["errors"]["wanting"]
    assert "No conflict" in words(await stage.lead("conflicts"))


async def test_two_threads_are_told_unasked_and_one_opens_the_ways(tmp_path: Path) -> None:
    held, clock = HeldModel(), LaterClock()
    async with on_stage(tmp_path / "home", offline=held, clock=clock) as stage:
        ctx = stage.bot.runtime.context
        roots = [
            await stage.mention(f"we need a multi-tenant {what} API with webhooks on Django")
            for what in ("billing", "refunds")
        ]
        for root in roots:
            await stage.wait_text(root, "Title of a1")
        clock.pass_by(timedelta(minutes=2))
        assert await conflict_notes.tell(ctx) == 2
        for root in roots:
            note = await stage.wait_text(root, "*database-architect* is wanted by T-1 and T-2")
        shown = words(await stage.lead("status"))
        assert "*Conflicts*\n• *database-architect* is wanted by T-1 and T-2" in shown

        await click(stage, note, TOM, "conflict.ways")
        view = await form(stage, TOM)
        fields = {b["block_id"]: b["element"] for b in view["blocks"] if "element" in b}
        assert fields["wanting"]["initial_value"] == "T-1\nT-2"
        answer = await stage.workspace.submit_view(TOM, str(view["id"]), {})
        assert not answer.get("errors"), answer
        await card(stage, "Conflict C-1")
        assert "• *C-1* database-architect" in words(await stage.lead("status"))
        await click(stage, note, LI, "conflict.ways")
        await stage.wait_whisper(LI, "C-1 is open for database-architect already")

        held.go.set()
        for root in roots:
            await stage.wait_text(root, "Do it")
        await stage.workspace.settled()
        assert await conflict_notes.tell(ctx) == 2
        await stage.wait_text(roots[0], "No conflict any more: database-architect")
