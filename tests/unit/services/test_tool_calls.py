"""Calls of tools: made once, stored before anything else, asked about where people must say yes."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.task import TaskState
from bot.domain.tool_call import CallState
from bot.errors import NotFound, UserFacingError
from bot.model.offline import OfflineModel
from bot.model.port import ToolWorkRequest, WorkRequest
from bot.services import tasks, tool_call_answers, tool_servers, working
from bot.services.context import Models
from bot.services.retention import remove_rows
from bot.services.tool_call_answers import Answer
from bot.services.tool_calls import YesNeeded
from bot.services.tool_servers import Change
from bot.settings import RetentionSettings, ToolsSettings
from bot.tools.port import Target, Told, ToolFailed
from bot.workflows import errors
from storage.models import ToolCall
from tests.support.desk import Desk, desk
from tests.support.replacing import replace_method
from tests.support.tool_servers import KeptTools, a_server, at_work, wish, wishes, with_tools

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


class Killed(BaseException):
    """The process ends here; no handler of ours may see to it."""


async def calls_of(office: Desk, task_id: str) -> list[ToolCall]:
    async with office.ctx.database.read() as uow:
        rows = await uow.tool_calls.of_task(task_id, limit=50)
    return list(reversed(rows))


def told(office: Desk) -> list[tuple[str, bool]]:
    """Return what the last request was told of its calls."""
    request = office.model.asked(ToolWorkRequest)[-1]
    assert isinstance(request, ToolWorkRequest)
    return [(r.text, r.failed) for each in request.exchanges for r in each.results]


async def test_a_wish_is_granted_and_its_result_reaches_the_specialist(office: Desk) -> None:
    tools = KeptTools()
    at = with_tools(office, tools)
    await a_server(at)
    task_id = await at_work(at, wishes(wish("search_nodes", query="billing")))
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"

    assert tools.calls == [("memory", "search_nodes", {"query": "billing"})]
    assert told(at) == [("result of search_nodes", False)]
    (row,) = await calls_of(at, task_id)
    assert (row.state, row.server, row.tool) == (CallState.DONE, "memory", "search_nodes")
    assert (row.step, row.position, row.attempt) == ("r1:work:a1:t0", 0, 1)
    assert (row.arguments_size, row.result_size) == (len('{"query": "billing"}'), 22)
    assert row.specialist == "database-architect"


async def test_without_servers_a_specialist_is_asked_as_before(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    task_id = await at_work(at)
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    assert len(at.model.asked(WorkRequest)) == 1
    assert at.model.asked(ToolWorkRequest) == []


async def test_only_what_the_charter_names_is_offered(office: Desk) -> None:
    at = with_tools(office, KeptTools(), "library-docs", "wiki")
    await a_server(at)
    await a_server(at, "wiki")
    task_id = await at_work(at)
    await working.work_assignment(at.ctx, task_id, "a1")
    (request,) = at.model.asked(ToolWorkRequest)
    assert isinstance(request, ToolWorkRequest)
    assert {tool.name.split("__")[0] for tool in request.tools} == {"wiki"}


async def test_an_old_name_finds_the_tool_that_is_there(office: Desk) -> None:
    tools = KeptTools("resolve-library-id", "query-docs")
    at = with_tools(office, tools, "library-docs")
    await a_server(at, "context7")
    old = wish("x").model_copy(update={"name": "mcp__context7__get-library-docs"})
    task_id = await at_work(at, wishes(old))
    await working.work_assignment(at.ctx, task_id, "a1")
    assert [tool for _, tool, _ in tools.calls] == ["query-docs"]


async def test_a_finished_call_is_not_made_again_after_a_kill(office: Desk) -> None:
    """The model's next turn fails: the task runs again and finds result and wishes stored."""
    tools = KeptTools()
    at = with_tools(office, tools)
    await a_server(at)
    both = wishes(wish("search_nodes"), wish("open_nodes", number=2))
    task_id = await at_work(at, both)
    at.model.enqueue(ToolWorkRequest, Killed())
    with pytest.raises(Killed):
        await working.work_assignment(at.ctx, task_id, "a1")
    assert len(tools.calls) == 2
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    assert len(tools.calls) == 2
    assert len(told(at)) == 2


async def test_what_breaks_one_call_leaves_no_other_out_alone(office: Desk) -> None:
    """The run is over then: nobody would wait for it, or cancel it."""
    tools = KeptTools()
    tools.answers["search_nodes"] = ZeroDivisionError("in the client")
    at, real = with_tools(office, tools), tools.call

    async def slow(target: Target, tool: str, *given: Any, **more: Any) -> Told:
        for _ in range(50 * (tool == "open_nodes")):
            await asyncio.sleep(0)
        return await real(target, tool, *given, **more)

    replace_method(tools, "call", slow)
    await a_server(at)
    task_id = await at_work(at, wishes(wish("search_nodes"), wish("open_nodes", number=2)))
    with pytest.raises(ZeroDivisionError):
        await working.work_assignment(at.ctx, task_id, "a1")
    assert at.ctx.gate.calls == 0
    assert [row.state for row in await calls_of(at, task_id)] == [CallState.RUNNING, CallState.DONE]


@pytest.mark.parametrize(("chosen", "made"), [("read", 2), ("write", 1)])
async def test_a_call_that_was_cut_off(office: Desk, chosen: str, made: int) -> None:
    """What only reads is made again; what may have changed something is not, and that is said."""
    tools = KeptTools()
    at = with_tools(office, tools)
    server = await a_server(at)
    change = Change(by="U1", permissions={"create_entities": chosen})
    await tool_servers.change(at.ctx, server, change)

    def die() -> None:
        tools.during = lambda: None
        raise Killed

    tools.during = die
    task_id = await at_work(at, wishes(wish("create_entities")))
    with pytest.raises(Killed):
        await working.work_assignment(at.ctx, task_id, "a1")
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    assert len(tools.calls) == made
    ((text, failed),) = told(at)
    assert failed is (chosen == "write")
    assert ("not known" in text) is failed


async def ask(at: Desk) -> tuple[str, ToolCall]:
    """Let a task come to a call that needs a yes, and pause."""
    await a_server(at)
    task_id = await at_work(at, wishes(wish("create_entities", entities=[])))
    with pytest.raises(YesNeeded) as needed:
        await working.work_assignment(at.ctx, task_id, "a1")
    task = await at.task(task_id)
    await errors.settle(at.ctx, task_id, needed.value, run=task.workflow_id)
    (row,) = await calls_of(at, task_id)
    return task_id, row


def answer(row: ToolCall, *, allow: bool, **more: str) -> Answer:
    values = {
        "workspace_id": "T1", "task_id": row.task_id, "call_id": row.id, "by": "U2",
        "receipt": f"click:{allow}",
    }  # fmt: skip
    return Answer(allow=allow, **(values | more))


@pytest.mark.parametrize("allow", [True, False])
async def test_what_needs_a_yes_waits_for_one(office: Desk, allow: bool) -> None:
    tools = KeptTools()
    at = with_tools(office, tools)
    task_id, row = await ask(at)
    task = await at.task(task_id)
    assert (task.state, row.state, tools.calls) == (TaskState.PAUSED, CallState.WAITING, [])
    assert task.resume_at == row.ask_until

    given = answer(row, allow=allow)
    going = await tool_call_answers.answer(at.ctx, given)
    assert going is not None
    assert (going.state, going.run) == (TaskState.WORKING, task.run + 1)
    assert await tool_call_answers.answer(at.ctx, given) is None  # the same click again
    with pytest.raises(UserFacingError, match="answered already"):
        await tool_call_answers.answer(at.ctx, answer(row, allow=True, receipt="other"))

    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    assert len(tools.calls) == int(allow)
    assert told(at)[0][1] is not allow
    (row,) = await calls_of(at, task_id)
    assert (row.answered_by, row.state) == ("U2", CallState.DONE if allow else CallState.REFUSED)


async def test_without_an_answer_the_work_goes_on_without_the_call(office: Desk) -> None:
    tools = KeptTools()
    at = with_tools(office, tools)
    task_id, _ = await ask(at)
    at.clock.advance(timedelta(hours=24, seconds=1))
    (task,) = await tasks.resume_due(at.ctx)
    assert task.id == task_id
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    assert tools.calls == []
    assert "Nobody allowed" in told(at)[0][0]


async def test_an_answer_that_was_faster_than_the_pause_is_not_waited_for(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    await a_server(at)
    task_id = await at_work(at, wishes(wish("create_entities")))
    with pytest.raises(YesNeeded) as needed:
        await working.work_assignment(at.ctx, task_id, "a1")
    (row,) = await calls_of(at, task_id)
    assert await tool_call_answers.answer(at.ctx, answer(row, allow=True)) is None
    task = await at.task(task_id)
    await errors.settle(at.ctx, task_id, needed.value, run=task.workflow_id)
    assert [task.id for task in await tasks.resume_due(at.ctx)] == [task_id]


async def test_foreign_and_stale_answers_are_refused(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    task_id, row = await ask(at)
    other = await at.take_in("another", ts="1700000009.000100")
    for wrong in ({"workspace_id": "T2"}, {"task_id": other.id}, {"call_id": "0" * 32}):
        with pytest.raises(NotFound):
            await tool_call_answers.answer(at.ctx, answer(row, allow=True, **wrong))
    await tasks.stop(at.ctx, task_id, by="U1")
    with pytest.raises(UserFacingError, match="already ended"):
        await tool_call_answers.answer(at.ctx, answer(row, allow=True))
    (row,) = await calls_of(at, task_id)
    assert row.state is CallState.WAITING


async def test_a_stopped_task_makes_no_further_call(office: Desk) -> None:
    tools = KeptTools()
    at = with_tools(office, tools)
    task_id, row = await ask(at)
    await tool_call_answers.answer(at.ctx, answer(row, allow=True))
    await tasks.stop(at.ctx, task_id, by="U1")
    assert await working.work_assignment(at.ctx, task_id, "a1") == "skipped"
    assert tools.calls == []


async def test_a_server_that_is_away_is_told_as_such_and_looked_at(office: Desk) -> None:
    tools = KeptTools()
    at = with_tools(office, tools)
    server = await a_server(at)
    tools.answers["search_nodes"] = ToolFailed("memory gave no answer in time.")
    task_id = await at_work(at, wishes(wish("search_nodes")))
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    assert told(at) == [("memory gave no answer in time.", True)]
    async with at.ctx.database.read() as uow:
        found = await uow.tool_servers.get("T1", server.id)
    assert found.check_at == at.clock.now()


async def test_unknown_tools_and_too_many_at_once_are_refused(office: Desk) -> None:
    tools = KeptTools()
    at = with_tools(office, tools)
    await a_server(at)
    many = [wish("search_nodes", number=n) for n in range(9)]
    strange = wish("x").model_copy(update={"name": "rm__rf"})
    task_id = await at_work(at, wishes(strange, *many))
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    assert len(tools.calls) == 7
    refused = [text for text, failed in told(at) if failed]
    assert len(refused) == 3
    assert "no tool 'rm__rf'" in refused[0]
    assert "At most 8" in refused[1]


async def test_secrets_leave_neither_way_and_results_are_bounded(office: Desk) -> None:
    at = with_tools(
        desk(office.ctx.database, office.ctx.settings.app.home, model=office.model,
             tools=ToolsSettings(result_chars=600)),
        tools := KeptTools(),
    )  # fmt: skip
    await a_server(at)
    tools.answers["search_nodes"] = f"{TOKEN} \x00 " + "x" * 5_000
    task_id = await at_work(at, wishes(wish("search_nodes", query=[f"with {TOKEN}"])))
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    ((_, _, sent),) = tools.calls
    assert sent == {"query": ["with [secret: github token]"]}
    ((text, _),) = told(at)
    assert text.startswith("[secret: github token]")
    assert len(text) < 700
    assert text.endswith("characters are not shown]")


async def test_lookups_end_after_the_last_round(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    await a_server(at)
    asked = wishes(wish("search_nodes"))
    task_id = await at_work(at, *[asked] * 5)
    assert await working.work_assignment(at.ctx, task_id, "a1") == "failed"
    requests = at.model.asked(ToolWorkRequest)
    assert [r.last for r in requests if isinstance(r, ToolWorkRequest)] == [False] * 4 + [True]


async def test_tasks_of_private_channels_have_only_servers_meant_for_them(office: Desk) -> None:
    tools = KeptTools()
    at = with_tools(office, tools)
    server = await a_server(at)
    place = {"channel_id": "CP", "is_private": True, "ts": "1700000005.000100"}
    task_id = await at_work(at, **place)
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    assert at.model.asked(ToolWorkRequest) == []

    await tool_servers.change(at.ctx, server, Change(by="U1", private=True))
    place["ts"] = "1700000006.000100"
    task_id = await at_work(at, wishes(wish("search_nodes")), **place)
    assert await working.work_assignment(at.ctx, task_id, "a1") == "done"
    assert len(tools.calls) == 1


async def test_another_workspaces_servers_are_not_offered(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    await a_server(at, workspace_id="T2")
    task_id = await at_work(at)
    await working.work_assignment(at.ctx, task_id, "a1")
    assert at.model.asked(ToolWorkRequest) == []


async def test_results_go_with_the_messages_of_ended_tasks(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    await a_server(at)
    task_id = await at_work(at, wishes(wish("search_nodes")))
    await working.work_assignment(at.ctx, task_id, "a1")
    settings = RetentionSettings(message_days=30)
    later = at.clock.now() + timedelta(days=31)
    removed = await remove_rows(at.ctx.database, settings, now=later)
    assert removed["tool_results"] == 0  # the task is still open
    await tasks.stop(at.ctx, task_id, by="U1")
    removed = await remove_rows(at.ctx.database, settings, now=later)
    assert removed["tool_results"] == 1
    (row,) = await calls_of(at, task_id)
    assert (row.result, row.tool, row.result_size) == ("", "search_nodes", 22)


async def test_the_offline_playbook_looks_nothing_up(office: Desk) -> None:
    """Also when a task goes on without Claude while a call waits."""
    at = with_tools(office, KeptTools())
    task_id, _ = await ask(at)
    playbook = OfflineModel(at.ctx.team, clock=at.ctx.clock)
    ctx = replace(at.ctx, models=Models(playbook, default="offline", claude=None))
    await tasks.resume(ctx, task_id, by="U1", offline=True)
    assert await working.work_assignment(ctx, task_id, "a1") == "done"


async def test_a_call_that_waits_since_an_earlier_round_holds_nothing_up(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    task_id, row = await ask(at)
    async with at.ctx.database.begin() as uow:
        old = await uow.tool_calls.get("T1", row.id)
        old.step = "r0:work:a1:t0"
        task = await uow.tasks.get(task_id)
        assert await uow.tool_calls.waiting(task_id, round_number=task.round) == 0
