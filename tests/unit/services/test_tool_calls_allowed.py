"""Calls of tools that are allowed late, not any more, or bring too much."""

import asyncio
from typing import Any

import pytest

from bot.domain.redaction import redact
from bot.services import tool_call_answers, tool_servers, working
from bot.services.tool_servers import Change
from bot.tools.port import Told
from tests.support.desk import Desk
from tests.support.replacing import replace_method
from tests.support.tool_servers import KeptTools, a_server, at_work, wish, wishes, with_tools
from tests.unit.services.test_tool_calls import Killed, answer, calls_of, told


async def test_a_yes_that_comes_while_other_calls_are_made_is_kept_to(office: Desk) -> None:
    """The task does not pause, so nothing else would make the call."""
    tools = KeptTools()
    at = with_tools(office, tools)
    server = await a_server(at)
    change = Change(by="U1", permissions={"open_nodes": "write"})
    await tool_servers.change(at.ctx, server, change)
    task_id = await at_work(at, wishes(wish("create_entities"), wish("open_nodes", number=2)))
    answers: list[asyncio.Task[object]] = []

    async def say_yes() -> None:
        row = (await calls_of(at, task_id))[0]
        await tool_call_answers.answer(at.ctx, answer(row, allow=True))

    call = tools.call

    async def slow(*given: Any, **more: Any) -> Told:
        if not answers:
            answers.append(asyncio.create_task(say_yes()))
            await answers[0]
        return await call(*given, **more)

    replace_method(tools, "call", slow)
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    assert [tool for _, tool, _ in tools.calls] == ["open_nodes", "create_entities"]
    assert told(at)[0] == ("result of create_entities", False)


@pytest.mark.parametrize("since", ["stricter", "another"])
async def test_a_call_is_not_made_with_what_was_not_allowed(office: Desk, since: str) -> None:
    """A process died before a call; until it is made, people made the tool stricter, or its name
    means another server's tool.
    """
    tools = KeptTools()
    at = with_tools(office, tools)
    server = await a_server(at)
    called = wish("search_nodes")
    if since == "another":
        called = called.model_copy(update={"name": "search_nodes"})

    def die() -> None:
        tools.during = lambda: None
        raise Killed

    tools.during = die
    task_id = await at_work(at, wishes(called))
    with pytest.raises(Killed):
        await working.work_assignment(at.ctx, task_id, "a1")
    if since == "another":
        await a_server(at, "notes")
    else:
        change = Change(by="U1", permissions={"search_nodes": "ask"})
        await tool_servers.change(at.ctx, server, change)
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    assert len(tools.calls) == 1
    ((text, failed),) = told(at)
    assert failed
    assert ("person's yes" if since == "stricter" else "not there any more") in text


async def test_a_huge_result_is_cut_before_it_is_looked_through(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []

    def counted(text: str, *options: Any) -> str:
        looked.append(len(text))
        return redact(text, *options)

    monkeypatch.setattr("bot.services.tool_calls.redact", counted)
    tools = KeptTools()
    at = with_tools(office, tools)
    await a_server(at)
    tools.answers["search_nodes"] = "x" * 3_000_000
    task_id = await at_work(at, wishes(wish("search_nodes")))
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    assert max(looked) <= 48_000
    assert told(at)[0][0].endswith("[cut: 2,988,000 of 3,000,000 characters are not shown]")
