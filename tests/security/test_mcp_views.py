"""Every tool that reads, asked in every place: nothing of another company or a private channel."""

from pathlib import Path
from typing import Any

from storage.uow import Database
from tests.security.places import PLACES, Where, hidden_from, mark, seed
from tests.support.agents import Caller, Told, agent, calling
from tests.support.desk import Desk, desk

NUMBERS = range(1, 7)


def asked(standups: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the calls of each tool that reads."""
    marks = [mark(*place) for place in PLACES]
    days = {"since": "2026-02-20", "until": "2026-03-10"}
    return {
        "read_graph": [{}],
        "search_nodes": [{"query": word} for word in ("invoices", "canaryt1cp")],
        "open_nodes": [{"names": [*marks, *(f"T-{n}" for n in NUMBERS)]}],
        "list_tasks": [{}],
        "get_task": [{"id": f"T-{n}"} for n in NUMBERS],
        "search_decisions": [{"query": word} for word in ("", "D-1 D-2 D-3 D-4")],
        "get_decision": [{"id": f"D-{n}"} for n in NUMBERS],
        "why_decision": [{"id": f"D-{n}"} for n in NUMBERS],
        "list_services": [{}],
        "get_service": [{"name": f"{word}-svc"} for word in marks],
        "list_standups": [days],
        "get_standup": [{"id": standup} for standup in standups],
    }


async def told(call: Caller, tool: str, place: Where, arguments: dict[str, Any]) -> str:
    """Return what a tool says; where it refuses, what it was asked for is left out."""
    try:
        return str(await call(tool, **{"channel": place[1], **arguments}))
    except Told as refused:
        said = str(refused)
        for value in arguments.values():
            said = said.replace(str(value), "")
        return said


async def test_no_tool_shows_what_is_hidden(database: Database, tmp_path: Path) -> None:
    office: Desk = desk(database, tmp_path)
    await seed(office)
    standups: list[str] = []
    async with database.read() as uow:
        for workspace, channel in PLACES:
            found = await uow.standups.newest(workspace, channel, states=("open", "closed"))
            standups += [row.id for row in found]
    assert standups
    calls = asked(standups)
    for place in PLACES:
        who = agent(workspace_id=place[0], is_operator=True, channel_id=place[1])
        seen = {}
        async with calling(office, who) as call:
            for tool, wanted in calls.items():
                answers = [await told(call, tool, place, arguments) for arguments in wanted]
                seen[tool] = "\n".join(answers)
        for tool, whole in seen.items():
            for other in hidden_from(place):
                assert mark(*other) not in whole, (tool, place, other)
        blind = {tool for tool, whole in seen.items() if mark(*place) not in whole}
        assert blind <= {"open_nodes", "list_standups"}, place


async def test_every_tool_that_reads_is_looked_at(database: Database, tmp_path: Path) -> None:
    async with calling(desk(database, tmp_path)) as call:
        tools = (await call.client.list_tools()).tools
    reading = {t.name for t in tools if t.annotations and t.annotations.read_only_hint}
    assert reading == asked([]).keys()
