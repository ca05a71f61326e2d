"""Direct messages in Slack's agent view: prompts when they are opened, a status while it works."""

from pathlib import Path

from bot.workspace.seed import MAYA
from tests.support.stage import PATIENCE, Stage, on_stage

DIRECT = f"D{MAYA[1:]}"


async def test_opening_the_messages_shows_prompts(stage: Stage) -> None:
    """And publishes no Home tab."""
    stage.workspace.people.open_home(MAYA, tab="messages")

    prompts = await stage.workspace.wait_for(
        lambda: stage.workspace.sessions.get(DIRECT, "").prompts or None, PATIENCE
    )
    assert prompts[0]["title"] == "Design a service"
    assert stage.workspace.calls_of("views.publish") == []


async def test_a_status_shows_until_the_answer(stage: Stage) -> None:
    """Slack takes it away with the bot's message."""
    message = await stage.workspace.say(MAYA, DIRECT, "what does HTTP 409 mean?")
    root = str(message["ts"])

    await stage.wait_text(root, "409", channel=DIRECT)
    (call,) = stage.workspace.calls_of("assistant.threads.setStatus")
    assert (call.args["thread_ts"], call.args["status"]) == (root, "is reading this …")


async def test_a_server_that_knows_no_agents_is_answered_all_the_same(tmp_path: Path) -> None:
    """The courtesy fails, the answer comes."""
    async with on_stage(tmp_path / "home") as stage:
        stage.workspace.scopes = tuple(s for s in stage.workspace.scopes if s != "assistant:write")
        stage.workspace.people.open_home(MAYA, tab="messages")
        message = await stage.workspace.say(MAYA, DIRECT, "what does HTTP 409 mean?")
        await stage.wait_text(str(message["ts"]), "409", channel=DIRECT)
