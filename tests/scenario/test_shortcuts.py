"""Shortcuts: a task or a decision out of any message, a new task from anywhere."""

from bot.workspace.seed import MAYA, TOM
from bot.workspace.shapes import Json
from tests.support.stage import PATIENCE, Stage, action_ids, words

POOL = "which HikariCP pool size do we need for 300 rps at 20 ms a query?"
CHOICE = "We keep PostgreSQL for invoices\nMySQL would cost us the partial indexes."


async def modal(stage: Stage, user: str) -> Json:
    return await stage.workspace.wait_for(lambda: stage.workspace.open_view(user), PATIENCE)


async def say(stage: Stage, text: str, *, user: str = TOM, channel: str = "#backend") -> str:
    return str((await stage.workspace.say(user, channel, text))["ts"])


async def choose(
    stage: Stage, callback: str, ts: str, *, user: str = MAYA, channel: str = "C0BACKEND1"
) -> None:
    people = stage.workspace.people
    await people.shortcut(user, callback, channel_id=channel, message_ts=ts)


async def test_a_task_is_made_of_somebody_elses_message(stage: Stage) -> None:
    """It is worked in that message's thread, once: who asks again is told which one it is."""
    stage.workspace.faults.set(duplicate=1.0)
    ts = await say(stage, POOL)
    await choose(stage, "task.from", ts)
    post = await stage.wait_text(ts, "maximumPoolSize")
    assert post["thread_ts"] == ts
    stage.workspace.faults.clear()

    await choose(stage, "task.from", ts, user=TOM)
    await stage.wait_whisper(TOM, "That message is in T-1 already.")
    shown = words(await stage.lead("tasks"))
    assert "T-1" in shown
    assert "T-2" not in shown

    # A mention is no second task: its own is named.
    ts = await stage.mention(POOL)
    await stage.wait_text(ts, "maximumPoolSize")
    await choose(stage, "task.from", ts, user=TOM)
    await stage.wait_whisper(TOM, "in T-2 already")

    # Where the bot is not it cannot whisper: the person hears it in a direct message.
    ts = await say(stage, POOL, channel="#general")
    await choose(stage, "task.from", ts, channel="C0GENERAL1")

    def told() -> Json | None:
        history = stage.workspace.history(f"D{MAYA[1:]}")
        return next((m for m in history if "Invite me" in words(m)), None)

    await stage.workspace.wait_for(told, PATIENCE)
    assert "T-3" not in words(await stage.lead("tasks"))


async def test_a_decision_is_recorded_from_a_message(stage: Stage) -> None:
    """The modal is prefilled; the card stands in the thread and links to the message."""
    ts = await say(stage, CHOICE)
    await choose(stage, "decision.from", ts)
    view = await modal(stage, MAYA)
    assert "We keep PostgreSQL for invoices" in words(view["blocks"])

    await stage.workspace.submit_view(MAYA, str(view["id"]), {})

    card = await stage.wait_text(ts, "Decision proposed")
    assert "We keep PostgreSQL for invoices" in words(card)
    assert f"p{ts.replace('.', '')}" in words(card)
    assert action_ids(card) == [
        "decision.accept",
        "decision.change",
        "decision.reject",
        "decision.edit",
    ]

    await stage.workspace.click(TOM, "#backend", str(card["ts"]), "decision.accept")
    await stage.wait_text(ts, f"Accepted by <@{TOM}>")
    assert "D-1" in words(await stage.lead("decisions"))

    # What was decided is recorded as decided: nothing is left to decide; two deliveries, one.
    stage.workspace.faults.set(duplicate=1.0)
    ts = await say(stage, CHOICE)
    await choose(stage, "decision.from", ts)
    view = await modal(stage, MAYA)
    values = {"title": {"text": "PostgreSQL"}, "state": {"choice": "accepted"}}
    await stage.workspace.submit_view(MAYA, str(view["id"]), values)
    card = await stage.wait_text(ts, f"Accepted by <@{MAYA}>")
    assert "PostgreSQL" in words(card)
    assert action_ids(card) == ["decision.challenge"]
    stage.workspace.faults.clear()
    assert "D-3" not in words(await stage.lead("decisions"))


async def test_a_new_task_from_anywhere(stage: Stage) -> None:
    """A wrong field is named; then the wish is posted in the channel and worked in its thread."""
    await stage.workspace.people.shortcut(MAYA, "task.ask")
    view = str((await modal(stage, MAYA))["id"])
    typed = {"channel": {"channel": "C0GENERAL1"}, "wish": {"text": POOL}}
    refused = await stage.workspace.submit_view(MAYA, view, typed)
    assert "Invite me" in refused["errors"]["channel"]
    typed = {"channel": {"channel": "C0BACKEND1"}, "wish": {"text": ":tada:"}}
    refused = await stage.workspace.submit_view(MAYA, view, typed)
    assert "I see no words" in refused["errors"]["wish"]

    typed |= {"wish": {"text": POOL}, "mode": {"choice": "team"}}
    answer = await stage.workspace.submit_view(MAYA, view, typed)
    assert answer["response_action"] == "clear"

    def posted() -> Json | None:
        history = stage.workspace.history("#backend")
        return next((m for m in history if "HikariCP" in words(m)), None)

    root = await stage.workspace.wait_for(posted, PATIENCE)
    await stage.wait_text(str(root["ts"]), "T-1")
