"""Two companies in one database: what one was shown names nothing in the other's hands."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from bot.domain.task import AT_WORK
from bot.slack import payloads
from bot.slack.payloads import Payload
from bot.workspace.payloads import interaction
from bot.workspace.seed import BACKEND, MAYA
from bot.workspace.shapes import Json
from storage.uow import Database, UnitOfWork
from tests.fuzz.tour import tour
from tests.scenario.test_installation import ACME, UMBRELLA, Two, two
from tests.support.every_table import Made, dump, fill
from tests.support.replacing import replace_method
from tests.support.stage import PATIENCE, Stage, words

__all__ = ["two"]

HANDLERS = Path(__file__).parents[2] / "handlers"
BY_ITSELF = {
    "channel", "embedding", "installation", "memory_entity", "memory_observation",
    "memory_relation", "outbox", "tool_server", "worker",
}  # fmt: skip
"""What the bot goes on writing for a company while nobody there does anything."""
TABLES = {
    "action_id": "retro_action", "blocker_id": "standup_blocker", "call_id": "tool_call",
    "group_id": "retro_group", "item_id": "sprint_item", "note_id": "conflict_note",
    "output_id": "architecture_review_output", "review_id": "architecture_review",
    "server_id": "tool_server",
}  # fmt: skip
"""Ids that are not called after their table."""
REFUSED = ("I know no ", "That button is too old")
_PLAIN: dict[Any, Any] = {int: 1, bool: False, str: "x"}


async def rows_of(uow: UnitOfWork, workspace_id: str) -> dict[str, list[dict[str, Any]]]:
    """Return a company's rows, but those that the bot writes by itself."""
    return {
        name: [row for row in rows if row.get("workspace_id") == workspace_id]
        for name, rows in (await dump(uow)).items()
        if name not in BY_ITSELF
    }


async def at_rest(database: Database) -> None:
    """Wait until no work of Umbrella's is under way."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.read() as uow:
                found = await uow.tasks.open_in(UMBRELLA)
            if not any(task.state in AT_WORK for task in found):
                return
            await asyncio.sleep(0.05)


def of_acme(stage: Stage, payload: Json) -> Json:
    """Return what Maya of Acme would send with what was shown at Umbrella."""
    workspace = stage.workspace
    mine = {**payload, **interaction(workspace.identity, payload["type"], _maya(stage))}
    mine["trigger_id"] = workspace.triggers.issue(MAYA)
    if "view" in payload:
        mine["view"] = {**payload["view"], "team_id": ACME, "app_installed_team_id": ACME}
    if "response_url" in payload:
        mine["response_url"] = workspace.response_urls.issue(BACKEND, MAYA)
    return mine


def _maya(stage: Stage) -> Any:
    return stage.workspace.state.user(MAYA)


async def test_what_one_company_was_shown_does_nothing_for_another(two: Two) -> None:
    """Every button and form of a tour, used again by somebody of the other company."""
    for team_id in (ACME, UMBRELLA):
        await two.install(team_id)
    acme, umbrella = two.stage(0), two.stage(1)
    shown: list[Json] = []
    real = umbrella.workspace.hub.request

    async def request(kind: str, payload: Json) -> Json:
        if payload.get("type") in ("block_actions", "view_submission"):
            shown.append(json.loads(json.dumps(payload)))
        return await real(kind, payload)

    replace_method(umbrella.workspace.hub, "request", request)
    await tour(umbrella)
    database = two.bot.runtime.context.database
    await at_rest(database)
    await umbrella.delivered()
    async with database.read() as uow:
        before = await rows_of(uow, UMBRELLA)
    ids = {str(row["id"]) for rows in before.values() for row in rows if "id" in row}
    ids = {one for one in ids if len(one) == 32}
    assert len(ids) > 50
    assert len(shown) > 50
    first = len(acme.workspace.calls)
    hub = acme.workspace.hub
    answers = [await hub.request("interactive", of_acme(acme, payload)) for payload in shown]
    await acme.workspace.settled(20)
    async with database.read() as uow:
        after = await rows_of(uow, UMBRELLA)
    said = json.dumps([answers, [call.args for call in acme.workspace.calls[first:]]])
    assert [one for one in ids if one in said] == []
    assert after == before


def _read_here() -> Iterator[tuple[str, str, type[Payload]]]:
    """Yield kind and name of each button and form, with what its file reads of such."""
    for file in sorted(HANDLERS.glob("*.py")):
        text = file.read_text("utf-8")
        read = [
            kind
            for kind in vars(payloads).values()
            if isinstance(kind, type) and issubclass(kind, Payload)
            if re.search(rf"\b{kind.__name__}\b", text)
        ]
        for kind, name in re.findall(r'app\.(action|view)\(\s*"([\w.]+)"', text):
            yield from ((kind, name, carried) for carried in read)


def _carried(kind: type[Payload], made: Made) -> str:
    """Return what names one company's rows; nothing where it names none."""
    found: dict[str, Any] = {}
    ids = 0
    for name, one in kind.model_fields.items():
        if name == "channel_id":
            found[name] = BACKEND
        elif name.endswith("_id"):
            found[name] = str(made[TABLES.get(name, name.removesuffix("_id"))]["id"])
            ids += 1
        elif get_origin(one.annotation) is Literal:
            found[name] = get_args(one.annotation)[0]
        elif name == "rounds":
            found[name] = [[str(made["sprint_item"]["id"]), 1]]
        elif one.annotation in _PLAIN:
            found[name] = _PLAIN[one.annotation]
    return json.dumps(found) if ids else ""


def _request(stage: Stage, kind: str, name: str, value: str, at: int) -> Json:
    where = {"type": "message", "message_ts": "1.1", "channel_id": BACKEND}
    if kind == "view":
        view = {
            "id": "V1", "type": "modal", "callback_id": name, "private_metadata": value,
            "hash": "h", "state": {"values": {}}, "blocks": [{"type": "input", "block_id": "b"}],
        }  # fmt: skip
        return of_acme(stage, {"type": "view_submission", "view": view})
    button = {"type": "button", "action_id": name, "block_id": "b", "value": value}
    click = {
        "type": "block_actions",
        "channel": {"id": BACKEND, "name": "backend"},
        "container": where,
        "message": {"ts": "1.1", "text": "x"},
        "response_url": "",
        "actions": [{**button, "action_ts": f"{at}.1"}],
    }
    return of_acme(stage, click)


async def test_another_companys_ids_are_unknown_to_each_button_and_form(two: Two) -> None:
    """Also those of what the tour does not come to: a row is looked up before all else."""
    for team_id in (ACME, UMBRELLA):
        await two.install(team_id)
    acme, ctx = two.stage(0), two.bot.runtime.context
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(UMBRELLA, BACKEND, now=ctx.clock.now())
        place = {"workspace_id": UMBRELLA, "channel_id": BACKEND}
        made = await fill(uow, **place, person=MAYA, words="w")
    tried, wrong = set(), []
    for at, (kind, name, carried) in enumerate(_read_here()):
        value = _carried(carried, made)
        if not value or name == "toolserver.new":  # that form names no server
            continue
        first = len(acme.workspace.whispers(MAYA))
        sent = _request(acme, kind, name, value, at)
        answer = await acme.workspace.hub.request("interactive", sent)
        # A button's refusal is whispered, a form's stands in the form.
        said = [str(one["text"]) for one in acme.workspace.whispers(MAYA)[first:]]
        said += [words(answer)] if answer else []
        tried.add((kind, name))
        if len(said) != 1 or not any(word in said[0] for word in REFUSED):
            wrong.append((kind, name, carried.__name__, said))
    assert len(tried) > 100
    assert wrong == []
