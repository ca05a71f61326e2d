"""Every way in, as Slack's signed requests to `teamlead serve`: each has its effect."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.manifest import load_manifest
from bot.workspace.seed import BACKEND, MAYA, TOM
from bot.workspace.shapes import Json
from storage.models import Task
from tests.support.held import HeldModel
from tests.support.serving import Served, serving
from tests.support.stage import LEAD, PATIENCE, Stage, words

DIRECT = f"D{MAYA[1:]}"
WISH = "design an API for invoices"
SCHEMA = b"create table invoice (id uuid primary key, total_cents bigint not null);"


@pytest.fixture
def model() -> HeldModel:
    model = HeldModel()
    model.go.set()
    return model


@pytest.fixture
async def served(tmp_path: Path, model: HeldModel) -> AsyncIterator[Served]:
    """`serve`, whose every answer to Slack must have been a 200."""
    async with serving(tmp_path / "home", offline=model) as running:
        yield running
        await running.stage.workspace.settled()
        assert running.link.refused == []


async def tasks(stage: Stage) -> list[Task]:
    """Return the stored tasks, oldest first."""
    team = stage.workspace.identity.team_id
    async with stage.bot.runtime.context.database.read() as uow:
        return sorted(await uow.tasks.newest(team, limit=20), key=lambda task: task.number)


async def found(stage: Stage, look: Any) -> Any:
    return await stage.workspace.wait_for(look, PATIENCE)


async def modal(stage: Stage, user: str) -> str:
    view: Json = await found(stage, lambda: stage.workspace.open_view(user))
    return str(view["id"])


def saying(stage: Stage, text: str) -> Json | None:
    """Return the message at the top of #backend that contains the text."""
    return next((m for m in stage.workspace.history(BACKEND) if text in words(m)), None)


async def test_messages(served: Served, model: HeldModel) -> None:
    """A mention, a direct message, one with a file, and `/lead`."""
    stage = served.stage
    root = await stage.mention(WISH)
    await stage.wait_text(root, "Decision proposed")

    message = await stage.workspace.say(MAYA, DIRECT, f"{WISH} with Stripe")
    await stage.wait_text(str(message["ts"]), "Decision proposed", channel=DIRECT)

    text = f"{LEAD} {WISH} with this table"
    said = stage.workspace.people.attach(MAYA, BACKEND, "schema.sql", SCHEMA, text=text)
    await stage.wait_text(str(said["ts"]), "Decision proposed")
    given = [item for request in model.model.history for item in request.said]
    assert {item.who for item in given if "total_cents" in item.text} == {"schema.sql"}

    listed = words(await stage.lead("tasks"))
    assert [name for name in ("T-1", "T-2", "T-3", "T-4") if name in listed] == ["T-1", "T-3"]
    assert [(task.channel_id, task.requester_id) for task in await tasks(stage)] == [
        (BACKEND, MAYA),
        (DIRECT, MAYA),
        (BACKEND, MAYA),
    ]


async def test_shortcuts_modals_buttons_and_reactions(served: Served) -> None:
    """What becomes a task, an escalation and a decision without a mention."""
    stage, people = served.stage, served.stage.workspace.people

    async def message(text: str) -> dict[str, str]:
        said = await stage.workspace.say(TOM, BACKEND, text)
        return {"channel_id": BACKEND, "message_ts": str(said["ts"])}

    wish = await message(WISH)
    await people.shortcut(MAYA, "task.from", **wish)
    await stage.wait_text(wish["message_ts"], "Decision proposed")

    await people.shortcut(MAYA, "task.ask")
    typed = {"channel": {"channel": BACKEND}, "wish": {"text": f"{WISH} in Go"}}
    typed["mode"] = {"choice": "team"}
    answer = await stage.workspace.submit_view(MAYA, await modal(stage, MAYA), typed)
    assert answer["response_action"] == "clear"
    root = await found(stage, lambda: saying(stage, "in Go"))
    await stage.wait_text(str(root["ts"]), "Decision proposed")
    assert [task.requester_id for task in await tasks(stage)] == [MAYA, MAYA]

    choice = await message("We keep PostgreSQL for invoices")
    await people.shortcut(MAYA, "decision.from", **choice)
    await stage.workspace.submit_view(MAYA, await modal(stage, MAYA), {})
    card = await stage.wait_text(choice["message_ts"], "Decision proposed")
    await stage.workspace.click(TOM, BACKEND, str(card["ts"]), "decision.accept")
    await stage.wait_text(choice["message_ts"], f"Accepted by <@{TOM}>")

    stuck = await message("Who can open the staging firewall?")
    await people.shortcut(TOM, "escalation.from", **stuck)
    await stage.workspace.submit_view(TOM, await modal(stage, TOM), {})
    await stage.wait_text(stuck["message_ts"], "*X-1*")

    ids = await message("We use UUIDv7 for ids")
    people.react(MAYA, BACKEND, ids["message_ts"], "memo", add=True)
    await stage.wait_text(ids["message_ts"], "Decision proposed")


async def test_home_steps_sessions_and_the_end(served: Served, model: HeldModel) -> None:
    """What Slack tells by itself: a tab, a workflow, a Stop, and that the app was removed."""
    stage, workspace = served.stage, served.stage.workspace
    workspace.people.open_home(MAYA)
    await found(stage, lambda: "Your open tasks" in words(workspace.modals.home(MAYA)))
    workspace.people.open_home(MAYA, tab="messages")
    await found(stage, lambda: workspace.sessions.get(DIRECT, "").prompts)

    step = workspace.steps.run("create_task", {"text": WISH, "channel": BACKEND, "user": MAYA})
    await found(stage, lambda: step.state != "running")
    assert (step.state, step.outputs["task_id"]) == ("completed", "T-1"), step.error

    model.go.clear()
    said = await workspace.say(MAYA, DIRECT, f"{WISH} with Stripe")
    root = str(said["ts"])
    await found(stage, lambda: workspace.sessions.get(DIRECT, root).state == "processing")
    workspace.people.stop_session(MAYA, DIRECT, root)
    await stage.wait_text(root, f"Stopped by <@{MAYA}>", channel=DIRECT)

    last = await stage.mention(f"{WISH} in Go")
    await stage.wait_text(last, "T-3")
    workspace.uninstall()
    await workspace.settled()
    assert (await tasks(stage))[2].state_reason == "The app was removed from this workspace."


def test_no_way_in_is_left_out() -> None:
    """A shortcut, a command or a step that is added to the manifest is to be sent here, too."""
    manifest = load_manifest()
    ways = {one["callback_id"] for one in manifest["features"]["shortcuts"]}
    assert ways == {"task.from", "decision.from", "escalation.from", "task.ask"}
    assert [one["command"] for one in manifest["features"]["slash_commands"]] == ["/lead"]
    assert manifest["functions"].keys() == {"create_task", "request_decision"}
