"""What may begin with the end of another step begins in its transaction, or not at all."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.domain.task import AssignmentState, TaskState
from bot.domain.usage import MICROS, Usage
from bot.errors import BudgetSpent
from bot.model.port import PlanRequest, SynthesisRequest, WorkRequest
from bot.services import model_step, planning, synthesis, tasks, working
from bot.services.graph import Graph
from bot.services.working import WorkStep
from bot.settings import BudgetSettings, LimitSettings
from storage.models import ModelCall, Task
from storage.uow import Database
from tests.support.desk import Desk, desk, item, plan, scripted
from tests.support.replacing import replace_method

DIAMOND = ("a1", "a2", "a3", "a4")
PATIENCE = 20.0
"""Seconds until a test that hangs gives up; nothing is measured by it."""


def _count_units(database: Database) -> list[int]:
    counted, begin = [0], database.begin

    def counting(**more: Any) -> Any:
        counted[0] += 1
        return begin(**more)

    replace_method(database, "begin", counting)
    return counted


async def _planned(office: Desk, graph: Graph) -> Task:
    task = await office.take_in()
    done = await planning.plan_task(office.ctx, task.id, run=task.workflow_id, relay=graph)
    assert done == "work"
    return task


async def _work(office: Desk, graph: Graph, task: Task, *keys: str) -> list[str]:
    async def one(key: str) -> str:
        async with graph.place(key) as begun:
            done = await working.work_assignment(
                office.ctx, task.id, key, run=task.workflow_id, begun=begun, relay=graph
            )
        graph.worked(key)
        return done

    return list(await asyncio.gather(*(one(key) for key in keys)))


async def _calls(office: Desk, task: Task) -> dict[str, list[str]]:
    async with office.ctx.database.read() as uow:
        rows: Sequence[ModelCall] = await uow.ledger.of_task(task.id)
    calls: dict[str, list[str]] = {}
    for row in rows:
        calls.setdefault(row.step, []).append(row.state)
    return calls


async def test_a_whole_round_takes_a_transaction_a_call_and_one_more(office: Desk) -> None:
    graph = Graph(office.ctx)
    task = await office.take_in()
    units = _count_units(office.ctx.database)
    await planning.plan_task(office.ctx, task.id, run=task.workflow_id, relay=graph)
    for wave in (("a1",), ("a2", "a3"), ("a4",)):
        assert set(await _work(office, graph, task, *wave)) == {"done"}
    begun = graph.synthesis()
    assert begun is not None
    await synthesis.synthesise(office.ctx, task.id, run=task.workflow_id, begun=begun)
    assert (await office.task(task.id)).state is TaskState.DONE
    calls = await _calls(office, task)
    assert set(map(tuple, calls.values())) == {("done",)}
    assert units[0] == len(calls) + 1 == 7


async def test_what_needs_two_gets_the_outputs_of_both(office: Desk) -> None:
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    for wave in (("a1",), ("a2", "a3"), ("a4",)):
        await _work(office, graph, task, *wave)
    last = office.model.asked(WorkRequest)[-1]
    assert isinstance(last, WorkRequest)
    assert set(last.inputs) == {"a2", "a3"}


async def test_as_much_begins_as_there_is_room_for(database: Database, tmp_path: Path) -> None:
    model = scripted()
    model.always(PlanRequest, plan(item("a1"), item("a2"), item("a3")))
    office = desk(database, tmp_path, model=model, limit=_room(2))
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    assert sorted(await _calls(office, task)) == ["r1:plan", "r1:work:a1", "r1:work:a2"]
    assert await _work(office, graph, task, "a1", "a2", "a3") == ["done"] * 3
    assert len(office.model.asked(WorkRequest)) == 3


async def test_an_end_hands_its_place_on(database: Database, tmp_path: Path) -> None:
    """Else who works one at a time would wait for a transaction more between any two."""
    model = scripted()
    model.always(PlanRequest, plan(item("a1"), item("a2", "a1"), item("a3", "a2")))
    office = desk(database, tmp_path, model=model, limit=_room(1))
    graph = Graph(office.ctx)
    task = await office.take_in()
    units = _count_units(office.ctx.database)
    await planning.plan_task(office.ctx, task.id, run=task.workflow_id, relay=graph)
    for key in ("a1", "a2", "a3"):
        assert await _work(office, graph, task, key) == ["done"]
    assert units[0] == 5  # the plan's two, and one for each
    assert not graph._room.locked()
    await graph._room.acquire()
    assert graph._room.locked(), "there is room for one, as before"


async def test_a_place_goes_to_who_waits_for_it(database: Database, tmp_path: Path) -> None:
    model = scripted()
    model.always(PlanRequest, plan(item("a1"), item("a2"), item("a3", "a1")))
    office = desk(database, tmp_path, model=model, limit=_room(1))
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    both = _work(office, graph, task, "a1", "a2")
    assert await asyncio.wait_for(both, PATIENCE) == ["done"] * 2
    assert sorted(await _calls(office, task)) == ["r1:plan", "r1:work:a1", "r1:work:a2"]
    assert await _work(office, graph, task, "a3") == ["done"]
    assert not graph._room.locked()


async def test_a_place_that_could_not_be_taken_goes_back(
    database: Database, tmp_path: Path
) -> None:
    model = scripted()
    model.always(PlanRequest, plan(item("a1"), item("a2", "a1"), item("a3", "a2")))
    office = desk(database, tmp_path, model=model, limit=_room(1))
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    begin_one = model_step._begin_one

    async def breaking(*args: Any, **more: Any) -> Any:
        if args[3].name == "work:a2":
            raise BudgetSpent("task", left=0, limit=1, needed=1)
        return await begin_one(*args, **more)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(model_step, "_begin_one", breaking)
        assert await _work(office, graph, task, "a1") == ["done"]
    assert not graph._room.locked()
    for key in ("a2", "a3"):
        assert await asyncio.wait_for(_work(office, graph, task, key), PATIENCE) == ["done"]
    assert not graph._room.locked()


async def test_the_plan_is_stored_though_money_is_short(database: Database, tmp_path: Path) -> None:
    dear = scripted(usage=Usage(tokens_in=1, tokens_out=1, cost_micros=MICROS))
    limits = BudgetSettings(per_task=1.5, per_channel_day=9, per_day=9, approve_above=100)
    office = desk(database, tmp_path, model=dear, budget=limits)
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    assert graph.plan is None  # the caller reads what is stored
    assert await _calls(office, task) == {"r1:plan": ["done"]}
    with pytest.raises(BudgetSpent):
        await _work(office, graph, task, "a1")


async def test_a_stop_lets_nothing_follow(office: Desk) -> None:
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    async with office.ctx.database.begin() as uow:
        (await uow.tasks.get(task.id)).stop_requested_by = "U1"
    assert await _work(office, graph, task, "a1") == ["done"]  # it was out before
    assert sorted(await _calls(office, task)) == ["r1:plan", "r1:work:a1"]


async def test_a_shut_gate_lets_nothing_follow(office: Desk) -> None:
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    await office.ctx.gate.shut(0)
    assert await _work(office, graph, task, "a1") == ["done"]
    assert sorted(await _calls(office, task)) == ["r1:plan", "r1:work:a1"]


async def test_another_run_waits_for_a_call_that_has_begun(office: Desk) -> None:
    """Else "Try now" would take its row for a dead process's and pay once more."""
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    other = asyncio.create_task(working.work_assignment(office.ctx, task.id, "a1"))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not other.done()
    await _work(office, graph, task, "a1")
    assert await other == "done"
    assert (await _calls(office, task))["r1:work:a1"] == ["done"]


async def test_what_nobody_performs_is_taken_up_by_the_next_run(office: Desk) -> None:
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    graph.close()
    assert await working.work_assignment(office.ctx, task.id, "a1") == "done"
    assert (await _calls(office, task))["r1:work:a1"] == ["lost", "done"]
    assert len(office.model.asked(WorkRequest)) == 1


async def test_what_breaks_a_beginning_leaves_the_end_and_its_neighbours(office: Desk) -> None:
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    failed: list[str] = []
    begin_one = model_step._begin_one

    async def breaking(*args: Any, **more: Any) -> Any:
        begun = await begin_one(*args, **more)
        if isinstance(args[3], WorkStep) and args[3].assignment == "a3" and not failed:
            failed.append("a3")
            raise RuntimeError("a defect")
        return begun

    with pytest.MonkeyPatch.context() as patched, capture_logs() as told:
        patched.setattr(model_step, "_begin_one", breaking)
        assert await _work(office, graph, task, "a1") == ["done"]
    assert [str(one["exc_info"]) for one in told if one["event"] == "step.not_begun"] == [
        "a defect"
    ]
    assert sorted(await _calls(office, task)) == ["r1:plan", "r1:work:a1"]
    assert await _work(office, graph, task, "a2", "a3") == ["done", "done"]
    calls = await _calls(office, task)
    assert (calls.pop("r1:work:a4"), set(map(tuple, calls.values()))) == (["reserved"], {("done",)})


async def test_an_end_whose_commit_failed_lets_nothing_follow_by_another(office: Desk) -> None:
    """Two ends at one moment: each believes the other, so the rows are looked at."""
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    await _work(office, graph, task, "a1")
    graph._ending.add("a2")  # as if its commit were under way, or had failed
    await _work(office, graph, task, "a3")
    assert "r1:work:a4" not in await _calls(office, task)
    graph._ending.discard("a2")
    await _work(office, graph, task, "a2")
    assert (await _calls(office, task))["r1:work:a4"] == ["reserved"]
    async with office.ctx.database.read() as uow:
        assert graph.plan is not None
        rows = await uow.plans.some_assignments(graph.plan.id, DIAMOND)
    assert rows["a4"].state is AssignmentState.RUNNING
    assert not office.model.asked(SynthesisRequest)


def _room(places: int) -> LimitSettings:
    return LimitSettings(parallel_assignments=places)


async def test_a_process_that_ends_waits_for_what_has_begun(office: Desk) -> None:
    """Its call is made in a moment: cut off it would be paid and lost."""
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    ending = asyncio.create_task(office.ctx.gate.shut(PATIENCE))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not ending.done()
    await _work(office, graph, task, "a1")
    assert await ending == 0


async def test_a_process_that_ends_waits_for_nothing_that_was_let_go(office: Desk) -> None:
    graph = Graph(office.ctx)
    await _planned(office, graph)
    graph.close()
    assert await office.ctx.gate.shut(PATIENCE) == office.ctx.gate.calls == 0


async def test_what_began_a_while_ago_is_looked_at_anew(office: Desk) -> None:
    """Its process stood still, or waited for another's commit: it may have been stopped since."""
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    await tasks.stop(office.ctx, task.id, by="U1")
    office.clock.advance(timedelta(seconds=10))
    assert await _work(office, graph, task, "a1") == ["skipped"]
    assert not office.model.asked(WorkRequest)
    assert office.ctx.gate.calls == 0


async def test_nothing_begins_before_a_run_whose_turn_has_just_come(office: Desk) -> None:
    """It would wait for that turn inside its transaction, and the other run for the database."""
    graph, task = Graph(office.ctx), await office.take_in()
    turn = office.ctx.caller.turn(task.id, "work:a1")
    await turn.acquire()

    async def other() -> None:
        await turn.acquire()
        async with office.ctx.database.begin() as uow:
            await uow.tasks.get(task.id, lock=True)
        turn.release()

    waiting, following = asyncio.create_task(other()), graph.following

    async def just_then(*args: Any) -> Any:
        steps = await following(*args)
        turn.release()
        return steps

    replace_method(graph, "following", just_then)
    async with asyncio.timeout(PATIENCE):
        done = await planning.plan_task(office.ctx, task.id, run=task.workflow_id, relay=graph)
        await waiting
    assert done == "work"
    assert await _calls(office, task) == {"r1:plan": ["done"]}


async def test_an_end_that_comes_again_begins_nothing_twice(
    database: Database, tmp_path: Path
) -> None:
    """The answer to its commit was lost, and another's end has begun the synthesis meanwhile."""
    model = scripted()
    model.always(PlanRequest, plan(item("a1"), item("a2")))
    office = desk(database, tmp_path, model=model)
    graph = Graph(office.ctx)
    task = await _planned(office, graph)
    await _work(office, graph, task, "a1")
    graph.take_back(WorkStep(office.ctx, "a1"), ())
    graph._ending.add("a1")
    await _work(office, graph, task, "a2")
    async with database.begin() as uow:
        row = await uow.tasks.get(task.id, lock=True)
        assert not await graph.following(uow, row, WorkStep(office.ctx, "a1"), "done")
    assert graph.synthesis() is not None
