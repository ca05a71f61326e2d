"""Direct messages in Slack's agent view: prompts when they are opened, a status while it works."""

from pathlib import Path

from bot.workspace.seed import BACKEND, MAYA, PAYMENTS, TOM
from tests.support.desk import scripted
from tests.support.stage import PATIENCE, Stage, on_stage, words

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


async def test_what_is_on_the_screen_is_read_along(tmp_path: Path) -> None:
    """As data, where the person may see it; what they may not is left out without a word."""
    model = scripted()
    async with on_stage(tmp_path / "home", offline=model) as stage:
        workspace = stage.workspace
        public = await workspace.say(TOM, "#backend", "We chose Kafka in March")
        workspace.people.invite(MAYA, PAYMENTS, workspace.identity.bot_user_id)
        secret = await workspace.say(MAYA, "#payments-private", "we will buy Initech")
        for channel, said in ((BACKEND, public), (PAYMENTS, secret)):
            value = {"channel_id": channel, "message_ts": said["ts"]}
            entity = {"type": "slack#/types/message_context", "value": value}
            direct = workspace.state.channel(DIRECT)
            message = workspace.posting.by_user(
                direct,
                workspace.state.user(MAYA),
                "design what comes next for this",
                app_context={"entities": [entity]},
            )
            await stage.wait_text(str(message["ts"]), "Decision proposed", channel=DIRECT)
            told = stage.thread(str(message["ts"]), DIRECT)
            assert not any("left out" in words(post) for post in told)
        found = [item for request in model.history for item in request.said]
        assert any(item.kind == "link" and "Kafka" in item.text for item in found)
        assert not any("Initech" in item.text for item in found)
