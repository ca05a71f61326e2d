"""Plans a sprint in the seed's five steps, each a row: cut, staff, order, estimate, weigh risks.

It is the first round of a task with the mode `sprint` (ADR 15), so that money, pauses, a dead
process and `/lead retry` need no line here. What a step stored is never asked for again.
"""

from typing import Any

from bot.domain.sprint.states import CLOSED, SprintState
from bot.domain.task import ENDED
from bot.services import sprint_capacity, sprint_news, sprints, tasks
from bot.services.answering import begin_round
from bot.services.context import Context
from bot.services.model_step import perform
from bot.services.sprint_rows import CARRIED, again, keep_step, material
from bot.services.sprint_steps import (
    BreakdownStep,
    DependencyStep,
    EstimateStep,
    RiskStep,
    StaffStep,
)
from storage.models import Sprint, SprintItem, Task
from storage.uow import UnitOfWork

DAYS = "days"
"""Like CARRIED a step that asks no model."""


async def plan_sprint(ctx: Context, task_id: str, *, run: str | None = None) -> None:
    """Plan the sprint of a task's thread, then end the task; safe to run again.

    Raises what `perform` raises.
    """
    if not await _begin(ctx, task_id):
        return
    await perform(ctx, task_id, BreakdownStep(ctx), run=run)
    await perform(ctx, task_id, StaffStep(ctx), run=run)
    problems = await perform(ctx, task_id, DependencyStep(ctx), run=run)
    if problems:
        await perform(ctx, task_id, DependencyStep(ctx, problems=problems), run=run)
    for specialist in await _estimators(ctx, task_id):
        await perform(ctx, task_id, EstimateStep(ctx, specialist), run=run)
    await _count_days(ctx, task_id)
    await perform(ctx, task_id, RiskStep(ctx), run=run)
    await _end(ctx, task_id)


async def _begin(ctx: Context, task_id: str) -> bool:
    """Make sure that there is a sprint, with what the last one left; False: nothing is to do."""
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        if task.state in ENDED:
            return False
        sprint = await sprints.of_task(ctx, uow, task)
        if sprint.state is not SprintState.DRAFT:
            await _finish(ctx, uow, task, sprint)
            return False
        task.title = task.title or f"Plan {sprint.public_id}"
        steps = await uow.sprints.steps(sprint.id)
        if CARRIED not in steps:
            left = await uow.sprint_items.left_over(sprint.workspace_id, sprint.channel_id)
            await _carry(ctx, uow, sprint, [again(ctx, sprint, item) for item in left])
        await sprints.announce(ctx, uow, sprint)
    return True


async def _carry(ctx: Context, uow: UnitOfWork, sprint: Sprint, items: list[SprintItem]) -> None:
    await uow.sprint_items.add_items(sprint.id, items)
    found = await material(uow, sprint)
    body: dict[str, Any] = {
        "items": [item.id for item in items],
        "actions": list(found.actions),
        "waits": list(found.waits),
    }
    await keep_step(ctx, uow, sprint, CARRIED, body, model="")


async def _estimators(ctx: Context, task_id: str) -> list[str]:
    """Return who estimates: each specialist that leads an item which is not closed."""
    async with ctx.database.read() as uow:
        task = await uow.tasks.get(task_id)
        sprint = await uow.sprints.of_thread(task.thread_id)
        items = await uow.sprint_items.items(sprint.id) if sprint is not None else ()
    names = [item.specialists[0] for item in items if item.specialists and item.state not in CLOSED]
    return list(dict.fromkeys(names))


async def _count_days(ctx: Context, task_id: str) -> None:
    """Step 4's other half: people's days and specialists' pace, as they are now."""
    async with ctx.database.read() as uow:
        task = await uow.tasks.get(task_id)
        sprint = await uow.sprints.of_thread(task.thread_id)
        if sprint is None or DAYS in await uow.sprints.steps(sprint.id):
            return
    capacity = await sprint_capacity.look_up(ctx, sprint)
    async with ctx.database.begin() as uow:
        sprint = await uow.sprints.get(sprint.workspace_id, sprint.id, lock=True)
        sprint.capacity = capacity
        pace = await sprint_capacity.pace(ctx, uow, sprint.workspace_id)
        await keep_step(ctx, uow, sprint, DAYS, {"pace": pace}, model="")


async def _end(ctx: Context, task_id: str) -> None:
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        sprint = await uow.sprints.of_thread(task.thread_id, lock=True)
        if sprint is None or task.state in ENDED:
            return
        if sprint.state is SprintState.DRAFT:
            sprint.state, sprint.updated_at = SprintState.PLANNED, ctx.clock.now()
            await sprint_news.say_plan(ctx, uow, sprint)
        await sprints.announce(ctx, uow, sprint)
        await _finish(ctx, uow, task, sprint)


async def _finish(ctx: Context, uow: UnitOfWork, task: Task, sprint: Sprint) -> None:
    begin_round(ctx, task)
    task.title = task.title or f"Plan {sprint.public_id}"
    await tasks.finish(ctx, uow, task)
