"""Rows with sensible contents, so that a test writes down only what it is about."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from storage.models import Assignment, Decision, ModelCall, Plan, Task
from storage.spent import COMMITTED
from storage.uow import UnitOfWork

WORKSPACE = "T1"
CHANNEL = "C1"
NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)


async def add_channels(uow: UnitOfWork, *channels: str, workspace: str = WORKSPACE) -> None:
    """Store channels in which nothing was said yet, where only the company's people read."""
    for channel in channels:
        await uow.channels.ensure(workspace, channel, now=NOW, is_shared=False)


async def add_task(
    uow: UnitOfWork,
    *,
    channel: str = CHANNEL,
    workspace: str = WORKSPACE,
    private: bool = False,
    surface: str = "slack",
    root_ts: str | None = None,
    **values: Any,
) -> Task:
    """Store a task with its workspace, channel and thread."""
    await uow.channels.ensure(workspace, channel, now=NOW, is_private=private, surface=surface)
    number = await uow.channels.next_task_number(workspace)
    thread = await uow.threads.ensure(workspace, channel, root_ts or f"{number}.0", now=NOW)
    given = {
        "requester_id": "U1",
        "text": "an API for invoices",
        "created_at": NOW,
        "updated_at": NOW,
    } | values
    return await uow.tasks.add(
        Task(
            workspace_id=workspace,
            channel_id=channel,
            thread_id=thread.id,
            number=number,
            **given,
        )
    )


async def add_decision(uow: UnitOfWork, task: Task, **values: Any) -> Decision:
    """Store a decision that a task proposed."""
    given = {"title": "PostgreSQL", "body": {}, "created_at": NOW, "updated_at": NOW} | values
    return await uow.decisions.add(
        Decision(
            workspace_id=task.workspace_id,
            channel_id=task.channel_id,
            thread_id=task.thread_id,
            task_id=task.id,
            number=await uow.channels.next_decision_number(task.workspace_id),
            **given,
        )
    )


async def add_call(uow: UnitOfWork, task: Task, step: str, state: str, **values: Any) -> ModelCall:
    """Store a model call."""
    given = {"attempt": 1, "model": "m", "started_at": NOW} | values
    place = {"workspace_id": task.workspace_id, "channel_id": task.channel_id}
    call_id = await uow.ledger.add(**place, task_id=task.id, step=step, state=state, **given)
    return await uow.session.get_one(ModelCall, call_id)


async def committed_by(uow: UnitOfWork, task_id: str) -> int:
    """Return micro-dollars spent or reserved by a task's calls."""
    query = select(func.coalesce(func.sum(COMMITTED), 0)).where(ModelCall.task_id == task_id)
    return int((await uow.session.scalars(query)).one())


async def add_plan(uow: UnitOfWork, task: Task, *specialists: str, **values: Any) -> Plan:
    """Store a plan with one assignment per specialist: a1, a2 and so on."""
    given = {"round": task.round, "kind": "pattern", "title": "P", "body": {}} | values
    plan = Plan(task_id=task.id, created_at=NOW, **given)
    await uow.plans.add(plan, [])
    rows = [
        Assignment(
            plan_id=plan.id,
            task_id=task.id,
            workspace_id=task.workspace_id,
            position=position,
            key=f"a{position}",
            specialist=specialist,
            title=specialist,
            phase=1,
        )
        for position, specialist in enumerate(specialists, start=1)
    ]
    # Handed over backwards, so that plan order is not the order of insertion.
    await uow.plans.add(plan, rows[::-1])
    return plan
