"""Replies in a thread belong to its task; other threads are nobody's business."""

from bot.workspace.seed import BACKEND, MAYA
from tests.support.stage import PATIENCE, Stage, words

POOL = "which HikariCP pool size do we need for 300 rps at 20 ms a query?"


async def test_a_reply_joins_the_same_task(stage: Stage) -> None:
    """No mention needed, no second task; a thank-you gets a nod and is not worked again."""
    root = await stage.mention(POOL)
    await stage.wait_text(root, "maximumPoolSize")
    before = len(stage.thread(root))

    await stage.reply(root, "and what changes if we use virtual threads?")
    await stage.workspace.wait_for(lambda: len(stage.thread(root)) > before + 1, PATIENCE)
    await stage.delivered()

    before = len(stage.thread(root))
    ts = await stage.reply(root, "thanks, that helps!")
    await stage.workspace.wait_for(
        lambda: next(
            (
                call
                for call in stage.workspace.calls_of("reactions.add")
                if call.args["timestamp"] == ts and call.args["name"] == "+1"
            ),
            None,
        ),
        PATIENCE,
    )
    # A reply in a thread without a task starts nothing.
    message = await stage.workspace.say("U0TOM00001", "#backend", "lunch?")
    await stage.reply(str(message["ts"]), "yes please, the API can wait")
    await stage.workspace.settled()
    assert len(stage.thread(root)) == before
    listed = words(await stage.lead("tasks"))
    assert "T-1" in listed
    assert "T-2" not in listed


async def test_a_mention_that_is_edited_in_is_a_wish(stage: Stage) -> None:
    """It comes as a mention and as an edit, of the same message: one task, and nothing is told."""
    workspace = stage.workspace
    said = await workspace.say(MAYA, BACKEND, POOL)
    with_mention = {"text": f"<@{workspace.identity.bot_user_id}> {POOL}"}
    workspace.posting.change(workspace.state.channel(BACKEND), said, with_mention)
    await stage.wait_text(str(said["ts"]), "maximumPoolSize")
    await workspace.settled()
    assert workspace.whispers(MAYA) == []
    assert "T-2" not in words(await stage.lead("tasks"))
