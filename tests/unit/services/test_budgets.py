"""Money limits: each one holds, raising them helps, and the last dollar is spent once."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.usage import MICROS, Usage
from bot.errors import BudgetSpent
from bot.model.port import AnswerRequest
from bot.services import budgets
from bot.settings import BudgetSettings
from storage.models import Task, new_id
from storage.uow import Database
from tests.storage.rows import add_call
from tests.support.asking import ask
from tests.support.desk import MORNING, Desk, desk, scripted

LIMITS = BudgetSettings(per_task=1.00, per_channel_day=2.00, per_day=3.00)


async def _spend(office: Desk, task: Task, dollars: float, **more: Any) -> None:
    values: dict[str, Any] = {"cost_micros": round(dollars * MICROS), "started_at": MORNING} | more
    async with office.ctx.database.begin() as uow:
        await add_call(uow, task, new_id(), "done", **values)


async def _check(office: Desk, task: Task, dollars: float) -> None:
    async with office.ctx.database.read() as uow:
        fresh = await uow.tasks.get(task.id)
        seen = await uow.ledger.look(
            fresh.workspace_id,
            fresh.channel_id,
            fresh.id,
            "next",
            since=budgets.day_start(office.clock.now()),
        )
    budgets.check(fresh, LIMITS, seen.spent, needed_micros=round(dollars * MICROS))


async def _tasks(office: Desk, *channels: str) -> list[Task]:
    return [
        await office.take_in(channel_id=channel, ts=f"170000000{number}.0")
        for number, channel in enumerate(channels)
    ]


async def test_the_tasks_limit(office: Desk) -> None:
    (task,) = await _tasks(office, "C1")
    await _spend(office, task, 0.75)
    await _check(office, task, 0.25)
    with pytest.raises(BudgetSpent) as spent:
        await _check(office, task, 0.26)
    error = spent.value
    assert (error.scope, error.left, error.limit, error.needed) == ("task", 0.25, 1.00, 0.26)


async def test_the_channels_limit_counts_its_other_tasks(office: Desk) -> None:
    task, *others = await _tasks(office, "C1", "C1", "C1", "C2")
    for other in others:
        await _spend(office, other, 0.9)
    await _check(office, task, 0.2)
    with pytest.raises(BudgetSpent) as spent:
        await _check(office, task, 0.21)
    assert (spent.value.scope, spent.value.left) == ("channel", 0.2)


async def test_the_days_limit_counts_every_channel(office: Desk) -> None:
    task, *others = await _tasks(office, "C1", "C2", "C2", "C3", "C3")
    for other in others:
        await _spend(office, other, 0.7)
    await _check(office, task, 0.2)
    with pytest.raises(BudgetSpent) as spent:
        await _check(office, task, 0.21)
    assert spent.value.scope == "day"


async def test_yesterday_counts_for_the_task_only(office: Desk) -> None:
    task, *others = await _tasks(office, "C1", "C1", "C1", "C1")
    yesterday = {"started_at": budgets.day_start(MORNING) - timedelta(microseconds=1)}
    for other in others:
        await _spend(office, other, 1.0, **yesterday)
    await _check(office, task, 1.0)
    await _spend(office, task, 0.5, **yesterday)
    with pytest.raises(BudgetSpent) as spent:
        await _check(office, task, 0.51)
    assert spent.value.scope == "task"


async def test_extra_money_raises_every_limit(office: Desk) -> None:
    (task,) = await _tasks(office, "C1")
    await _spend(office, task, 1.0)
    async with office.ctx.database.begin() as uow:
        (await uow.tasks.get(task.id)).extra_budget_micros = 2 * MICROS
    await _check(office, task, 2.0)
    with pytest.raises(BudgetSpent) as spent:
        await _check(office, task, 2.01)
    assert spent.value.limit == 3.0


async def test_what_costs_nothing_always_passes(office: Desk) -> None:
    (task,) = await _tasks(office, "C1")
    await _spend(office, task, 50.0)
    await _check(office, task, 0.0)


async def test_left_is_never_shown_below_zero(office: Desk) -> None:
    (task,) = await _tasks(office, "C1")
    await _spend(office, task, 1.5)
    with pytest.raises(BudgetSpent, match=r"\$0\.00 of \$1\.00 left.*\$0\.10"):
        await _check(office, task, 0.1)


@pytest.mark.parametrize("scope", ["per_task", "per_channel_day", "per_day"])
async def test_two_calls_cannot_both_have_the_last_dollar(
    database: Database, tmp_path: Path, scope: str
) -> None:
    limits: dict[str, Any] = {
        "per_task": 99.0,
        "per_channel_day": 99.0,
        "per_day": 99.0,
        scope: 1.0,
    }
    model = scripted(usage=Usage(cost_micros=MICROS))
    office = desk(database, tmp_path, model=model, budget=BudgetSettings(**limits))
    same = await office.take_in(ts="1700000001.0")
    other = same if scope == "per_task" else await office.take_in(ts="1700000002.0")
    calls = [
        ask(office.ctx, task.id, f"step{number}", model=model, request=AnswerRequest(text="?"))
        for number, task in enumerate([same, other] * 3)
    ]
    results = await asyncio.gather(*calls, return_exceptions=True)
    refused = [result for result in results if isinstance(result, BudgetSpent)]
    assert len(refused) == len(calls) - 1, results
    assert len(model.history) == 1
