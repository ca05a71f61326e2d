"""Direct messages in Slack's agent view: prompts when they are opened, a status while it works."""

from pathlib import Path

from bot.settings import BudgetSettings
from bot.workspace.seed import BACKEND, MAYA, PAYMENTS, TOM
from tests.support.desk import scripted
from tests.support.held import HeldModel
from tests.support.stage import PATIENCE, Stage, on_stage, words

DIRECT = f"D{MAYA[1:]}"


async def test_a_session_shows_that_the_lead_is_at_work(stage: Stage) -> None:
    """Prompts when it is opened; the wish as its title and a Stop button until the answer is there;
    where Slack knows no agents, the courtesy fails and the answer comes.
    """
    workspace = stage.workspace
    workspace.people.open_home(MAYA, tab="messages")
    prompts = await workspace.wait_for(
        lambda: workspace.sessions.get(DIRECT, "").prompts or None, PATIENCE
    )
    assert prompts[0]["title"] == "Design a service"
    assert workspace.calls_of("views.publish") == [], "no Home tab"

    message = await workspace.say(MAYA, DIRECT, "what does HTTP 409 mean?")
    root = str(message["ts"])
    await stage.wait_text(root, "409 Conflict", channel=DIRECT)
    session = workspace.sessions.get(DIRECT, root)
    await workspace.wait_for(lambda: session.state == "active", PATIENCE)
    calls = [c.args for c in workspace.calls_of("agents.sessions.setStatus")]
    assert [call["status"] for call in calls] in (["processing", "active"], ["active"])
    assert session.title.lower().startswith("what does http 409 mean")
    assert workspace.calls_of("assistant.threads.setStatus") == []

    workspace.scopes = tuple(s for s in workspace.scopes if s != "assistant:write")
    workspace.people.open_home(MAYA, tab="messages")
    message = await workspace.say(MAYA, DIRECT, "what does HTTP 410 mean?")
    await stage.wait_text(str(message["ts"]), "410 Gone", channel=DIRECT)


async def test_stop_ends_the_task(tmp_path: Path) -> None:
    """Slack's own Stop of a session is the card's Stop: for those who may, and once."""
    async with on_stage(tmp_path / "home", offline=HeldModel()) as stage:
        message = await stage.workspace.say(MAYA, DIRECT, "design an API for invoices")
        root = str(message["ts"])
        session = stage.workspace.sessions.get(DIRECT, root)
        await stage.workspace.wait_for(lambda: session.state == "processing", PATIENCE)
        await stage.workspace.wait_for(lambda: session.title == "Invoices", PATIENCE)

        await stage.lead(f"settings ask <@{TOM}> workspace")
        stage.workspace.people.stop_session(MAYA, DIRECT, root)
        await stage.wait_whisper(MAYA, "Only")
        assert session.state == "processing"

        await stage.lead("settings ask reset workspace")
        stage.workspace.people.stop_session(MAYA, DIRECT, root)
        await stage.wait_text(root, f"Stopped by <@{MAYA}>", channel=DIRECT)
        await stage.workspace.wait_for(lambda: session.state == "active", PATIENCE)

        stage.workspace.people.stop_session(MAYA, DIRECT, root)
        await stage.wait_whisper(MAYA, "T-1 has already ended")


async def test_the_plan_of_a_session_is_streamed(tmp_path: Path) -> None:
    """One message from the plan to the end: Slack's plan block, then what it used below."""
    model = HeldModel()
    async with on_stage(tmp_path / "home", offline=model) as stage:
        message = await stage.workspace.say(MAYA, DIRECT, "design an API for invoices")
        root = str(message["ts"])
        await stage.workspace.wait_for(model.reached.is_set, PATIENCE)
        card = await stage.wait_text(root, "Title of a1", channel=DIRECT)
        assert (card["blocks"][0]["type"], card["streaming"]) == ("plan", True)

        model.go.set()
        await stage.wait_text(root, "4 of 4 done", channel=DIRECT)
        await stage.delivered()
        (ended,) = [m for m in stage.thread(root, DIRECT) if m["ts"] == card["ts"]]
        tasks = ended["blocks"][0]["tasks"]
        assert {task["status"] for task in tasks} == {"complete"}
        assert "streaming" not in ended or not ended["streaming"]
        assert "Invoices · T-1" in ended["blocks"][0]["title"]
        assert len(stage.workspace.calls_of("chat.startStream")) == 1
        updated = [c.args["ts"] for c in stage.workspace.calls_of("chat.update")]
        assert card["ts"] not in updated


async def test_streams_can_be_switched_off(tmp_path: Path) -> None:
    """Then the card of a direct message is edited in place, as in a channel."""
    async with on_stage(tmp_path / "home", offline=scripted(), stream="off") as stage:
        message = await stage.workspace.say(MAYA, DIRECT, "design an API for invoices")
        await stage.wait_text(str(message["ts"]), "4 of 4 done", channel=DIRECT)
        assert stage.workspace.calls_of("chat.startStream") == []


async def test_a_session_is_suspended_while_it_waits_for_a_yes(tmp_path: Path) -> None:
    """Slack shows no spinner for what a person has to do; their yes brings it back."""
    model, budget = HeldModel(), BudgetSettings(approve_above=0)
    async with on_stage(tmp_path / "home", offline=model, budget=budget) as stage:
        message = await stage.workspace.say(MAYA, DIRECT, "design an API for invoices")
        root = str(message["ts"])
        session = stage.workspace.sessions.get(DIRECT, root)
        await stage.workspace.wait_for(lambda: session.state == "suspended", PATIENCE)

        card = await stage.wait_text(root, "Shall I go ahead?", channel=DIRECT)
        await stage.workspace.click(MAYA, DIRECT, card["ts"], "plan.approve")
        await stage.workspace.wait_for(lambda: session.state == "processing", PATIENCE)
        model.go.set()
        await stage.workspace.wait_for(lambda: session.state == "active", PATIENCE)


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
