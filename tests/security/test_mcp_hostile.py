"""Every argument of every MCP tool, given what no database likes: a sentence, never a fault."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from bot.mcp.server import TOOLS, answer
from bot.mcp.tool import Call
from storage.uow import Database
from tests.support.agents import KnownPeople, agent, with_people
from tests.support.desk import MORNING, desk

THING = {"name": "orders", "entityType": "service", "observations": ["runs on Go"]}
EDGE = {"from": "orders", "to": "billing", "relationType": "depends_on"}
GIVEN: dict[str, dict[str, Any]] = {
    "create_entities": {"entities": [THING, THING | {"name": "billing"}]},
    "create_relations": {"relations": [EDGE]},
    "add_observations": {"observations": [{"entityName": "orders", "contents": ["x"]}]},
    "delete_observations": {"deletions": [{"entityName": "orders", "observations": ["x"]}]},
    "delete_relations": {"relations": [EDGE]},
    "delete_entities": {"entityNames": ["nothing"]},
    "read_graph": {"cursor": "", "limit": 5},
    "search_nodes": {"query": "Go", "entityType": "", "service": "", "cursor": "", "limit": 5},
    "open_nodes": {"names": ["orders"], "details": True},
    "list_tasks": {"state": "all", "cursor": "", "limit": 5},
    "get_task": {"id": "T-1"},
    "delegate_task": {"channel": "C1", "text": "an API", "idempotencyKey": "k"},
    "search_decisions": {"query": "Go"},
    "get_decision": {"id": "D-1"},
    "why_decision": {"id": "D-1"},
    "list_services": {},
    "get_service": {"name": "orders"},
    "list_standups": {"channel": "C1", "since": "2026-03-01", "until": "2026-03-02"},
    "get_standup": {"channel": "C1", "id": "x"},
}
"""Arguments that each tool takes, every one of them named."""
HOSTILE: list[Any] = [
    "a\0b",
    "%'; DROP TABLE task; --\"(*:^",
    "9" * 10,
    "T-999999999",
    "0001-01-01",
    "9999-12-31",
    "\u202e\ufffe\U0010ffff",
    "é" * 150,
    " ",
    10**30,
    -1,
    None,
    [],
]


def varied(given: Any) -> Iterator[Any]:
    """Yield the arguments with one of their leaves made hostile, each in its turn."""
    if isinstance(given, dict):
        for key, value in given.items():
            for other in varied(value):
                yield given | {key: other}
    elif isinstance(given, list):
        for place, value in enumerate(given):
            for other in varied(value):
                yield [*given[:place], other, *given[place + 1 :]]
    else:
        yield from HOSTILE


async def test_no_argument_is_a_fault(database: Database, tmp_path: Path) -> None:
    office = with_people(desk(database, tmp_path), KnownPeople())
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=MORNING)
    call = Call(office.ctx, agent(is_operator=True, user_id="U1"))
    assert GIVEN.keys() == TOOLS.keys()
    faults = []
    wanted = [*GIVEN.items(), ("list_standups", {"channel": "C1", "until": "2026-03-02"})]
    for name, given in wanted:
        for arguments in ({"channel": "C1"} | given, *varied({"channel": "C1"} | given)):
            with capture_logs() as logged:
                await answer(call, TOOLS[name], arguments)
            if any(line["event"] in ("mcp.bug", "mcp.failed") for line in logged):
                faults.append((name, arguments))
    assert faults == []
