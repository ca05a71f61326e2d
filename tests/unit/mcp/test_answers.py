"""What a program is told when something is wrong: a sentence that it can act on, and no secret."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.errors import DatabaseAway
from bot.mcp import task_tools
from bot.mcp.server import TOOLS, answer
from bot.mcp.tool import Call, Tool
from tests.support.agents import Told, agent, calling
from tests.support.desk import Desk

MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("get_task", {"id": "T-9"}, "I know no task 'T-9'. list_tasks lists them."),
    ("get_decision", {"id": "9"}, "I know no decision 'D-9'. search_decisions finds them."),
    ("get_service", {"name": "x"}, "I know no service 'x'. list_services lists them."),
    (
        "get_standup",
        {"channel": "C1", "id": "x"},
        "I know no standup 'x'. list_standups lists them.",
    ),
    ("get_task", {"id": "D-9"}, "“D-9” is no number of mine. E.g. T-12."),
    ("get_task", {}, "id: Field required."),
    ("list_tasks", {"cursor": "x"}, "That cursor is none of mine. Begin without one."),
    (
        "list_standups",
        {"channel": "C1", "since": "2026-03-01", "until": "2026-02-01"},
        "Name a span of at most 92 days, the first day first.",
    ),
    ("list_tasks", {"limit": 0}, "limit: Input should be greater than or equal to 1."),
]


async def test_a_mistake_is_one_sentence(office: Desk) -> None:
    async with calling(office) as call:
        for tool, arguments, told in MISTAKES:
            with pytest.raises(Told) as refused:
                await call(tool, **arguments)
            assert str(refused.value) == told


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (DatabaseAway("locked"), "The database does not answer. Try again in a minute."),
        (KeyError("hush"), "Something went wrong on my side; the operator finds it as E-"),
    ],
)
async def test_what_fails_here_shows_nothing_of_itself(
    office: Desk, error: Exception, told: str
) -> None:
    async def fail(call: Call, asked: Any) -> Any:
        raise error

    listed = next(tool for tool in task_tools.TOOLS if tool.name == "list_tasks")
    broken = Tool(**{**vars(listed), "run": fail})
    with capture_logs() as logged:
        result = await answer(Call(office.ctx, agent()), broken, {})
    assert result.is_error
    text = "".join(getattr(part, "text", "") for part in result.content)
    assert text.startswith(told)
    assert "hush" not in text
    (line,) = logged
    assert line["tool"] == "list_tasks"
    assert line.get("error_id", "") in text


async def test_a_tool_that_is_not_there_is_said_so(office: Desk) -> None:
    assert "drop_tables" not in TOOLS
    async with calling(office) as call:
        with pytest.raises(Exception, match="There is no tool 'drop_tables'"):
            await call("drop_tables")
