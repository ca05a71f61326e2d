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
    """It is worked in that message's thread; what is quoted is the subject."""
    ts = await say(stage, POOL)

    await choose(stage, "task.from", ts)
    post = await stage.wait_text(ts, "maximumPoolSize")

    assert post["thread_ts"] == ts
    shown = words(await stage.lead("tasks"))
    assert "T-1" in shown
    assert "T-2" not in shown


async def test_the_same_message_becomes_one_task(stage: Stage) -> None:
    """The second person is told which one it is."""
    ts = await say(stage, POOL)
    await choose(stage, "task.from", ts)
    await stage.wait_text(ts, "maximumPoolSize")

    await choose(stage, "task.from", ts, user=TOM)

    await stage.wait_whisper(TOM, "That message is in T-1 already.")
    assert "T-2" not in words(await stage.lead("tasks"))


async def test_a_mention_is_no_second_task(stage: Stage) -> None:
    """Its own task is named."""
    ts = await stage.mention(POOL)
    await stage.wait_text(ts, "maximumPoolSize")

    await choose(stage, "task.from", ts, user=TOM)

    await stage.wait_whisper(TOM, "in T-1 already")


async def test_a_delivery_twice_makes_one_task(stage: Stage) -> None:
    """Slack's second delivery changes nothing."""
    stage.workspace.faults.set(duplicate=1.0)
    ts = await say(stage, POOL)
    await choose(stage, "task.from", ts)
    await stage.wait_text(ts, "maximumPoolSize")
    stage.workspace.faults.clear()

    assert "T-2" not in words(await stage.lead("tasks"))


async def test_where_the_bot_is_not_the_person_hears_it(stage: Stage) -> None:
    """In a direct message, as the bot cannot whisper in that channel."""
    ts = await say(stage, POOL, channel="#general")

    await choose(stage, "task.from", ts, channel="C0GENERAL1")

    def told() -> Json | None:
        history = stage.workspace.history(f"D{MAYA[1:]}")
        return next((m for m in history if "Invite me" in words(m)), None)

    await stage.workspace.wait_for(told, PATIENCE)
    assert "T-1" not in words(await stage.lead("tasks"))


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


async def test_what_was_decided_is_recorded_as_decided(stage: Stage) -> None:
    """Nothing left to decide, the person's name, one decision for two deliveries."""
    stage.workspace.faults.set(duplicate=1.0)
    ts = await say(stage, CHOICE)
    await choose(stage, "decision.from", ts)
    view = await modal(stage, MAYA)

    await stage.workspace.submit_view(
        MAYA, str(view["id"]), {"title": {"text": "PostgreSQL"}, "state": {"choice": "accepted"}}
    )

    card = await stage.wait_text(ts, f"Accepted by <@{MAYA}>")
    assert "PostgreSQL" in words(card)
    assert action_ids(card) == ["decision.challenge"]
    stage.workspace.faults.clear()
    assert "D-2" not in words(await stage.lead("decisions"))


async def test_a_new_task_from_anywhere(stage: Stage) -> None:
    """The wish is posted in the chosen channel and worked in its thread."""
    await stage.workspace.people.shortcut(MAYA, "task.ask")
    view = await modal(stage, MAYA)

    answer = await stage.workspace.submit_view(
        MAYA,
        str(view["id"]),
        {"channel": {"channel": "C0BACKEND1"}, "wish": {"text": POOL}, "mode": {"choice": "team"}},
    )

    assert answer["response_action"] == "clear"

    def posted() -> Json | None:
        history = stage.workspace.history("#backend")
        return next((m for m in history if "HikariCP" in words(m)), None)

    root = await stage.workspace.wait_for(posted, PATIENCE)
    await stage.wait_text(str(root["ts"]), "T-1")


async def test_a_wrong_field_is_named_in_the_modal(stage: Stage) -> None:
    """What was typed stays there."""
    await stage.workspace.people.shortcut(MAYA, "task.ask")
    view = await modal(stage, MAYA)
    typed = {"channel": {"channel": "C0GENERAL1"}, "wish": {"text": POOL}}

    refused = await stage.workspace.submit_view(MAYA, str(view["id"]), typed)
    assert "Invite me" in refused["errors"]["channel"]

    typed = {"channel": {"channel": "C0BACKEND1"}, "wish": {"text": ":tada:"}}
    refused = await stage.workspace.submit_view(MAYA, str(view["id"]), typed)
    assert "I see no words" in refused["errors"]["wish"]
