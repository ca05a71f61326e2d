"""Steps of people's workflows: what is owed to Slack when the task or the decision has ended.

A step's end is an outbox row like any post: never lost, told once. It stands from the beginning,
with nothing to say, and is queued when what it waits for has ended.
"""

from datetime import datetime
from typing import Any

from bot.domain.decision import OPEN, DecisionState
from bot.domain.lanes import COMPLETE
from bot.domain.task import ENDED, TaskState
from bot.services.context import Context
from bot.slack.text import clip
from storage.models import Decision, OutboxRow, Task
from storage.models.outbox import NOTHING
from storage.uow import UnitOfWork

MOST_WORDS = 500
"""Ours: Slackbot passes an error on to whoever runs the workflow."""


async def refuse(
    ctx: Context, *, workspace_id: str, channel_id: str, execution_id: str, why: str
) -> None:
    """End a step with the sentence why it cannot be done."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure_workspace(workspace_id, now=now)
        await uow.outbox.add(
            workspace_id=workspace_id,
            channel_id=channel_id,
            key=f"step:{execution_id}",
            method=COMPLETE,
            payload={"function_execution_id": execution_id, "error": clip(why, MOST_WORDS)},
            now=now,
        )


async def owe_task(
    ctx: Context, task_id: str, *, execution_id: str, root_key: str, wait: bool
) -> None:
    """Note that a step waits for this task's end, or only (`wait` false) for its first message.

    Safe to repeat. `root_key` is the outbox key of the message that starts the task's thread.
    """
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id, lock=True)
        place = {"workspace_id": task.workspace_id, "channel_id": task.channel_id}
        await _owe(uow, task.id, execution_id, root_key, place, now=ctx.clock.now())
        if not wait or task.state in ENDED:
            await _settle_task(uow, task, now=ctx.clock.now())


async def owe_decision(ctx: Context, decision_id: str, *, execution_id: str, root_key: str) -> None:
    """Note that a step waits for a word on this decision. Safe to repeat."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        decision = await uow.decisions.get(decision_id, lock=True)
        place = {"workspace_id": decision.workspace_id, "channel_id": decision.channel_id}
        await _owe(uow, decision.id, execution_id, root_key, place, now=now)
        await settle_decision(uow, decision, now=now)


async def settle_task(uow: UnitOfWork, task: Task, *, now: datetime) -> None:
    """Queue what is owed when a task has ended; the first end counts."""
    if task.state in ENDED:
        await _settle_task(uow, task, now=now)


async def settle_decision(uow: UnitOfWork, decision: Decision, *, now: datetime) -> None:
    """Queue what is owed when people have decided."""
    if decision.task_id is not None or decision.state in OPEN:
        return
    row = await _unsettled(uow, decision.workspace_id, decision.id)
    if row is not None:
        private = await _is_private(uow, decision.workspace_id, decision.channel_id)
        await _settle(uow, row, _of_decision(decision, private=private), now=now)


async def _settle_task(uow: UnitOfWork, task: Task, *, now: datetime) -> None:
    row = await _unsettled(uow, task.workspace_id, task.id)
    if row is not None:
        private = await _is_private(uow, task.workspace_id, task.channel_id)
        await _settle(uow, row, _of_task(task, private=private), now=now)


async def _is_private(uow: UnitOfWork, workspace_id: str, channel_id: str) -> bool:
    """Whether words of the channel must stay there; a workflow takes its outputs anywhere."""
    channel = await uow.channels.find(workspace_id, channel_id)
    return channel is None or channel.is_private


def _of_task(task: Task, *, private: bool) -> dict[str, Any]:
    if task.state in (TaskState.STOPPED, TaskState.FAILED):
        why = "" if private else task.state_reason
        said = f"{task.public_id} {task.state.value}: {why or 'it has no result.'}"
        return {"error": clip(said, MOST_WORDS)}
    return {"outputs": {"task_id": task.public_id}}


def _of_decision(decision: Decision, *, private: bool) -> dict[str, Any]:
    rejected = decision.state is DecisionState.REJECTED
    outputs = {
        "decision_id": decision.public_id,
        "outcome": "rejected" if rejected else "accepted",
        "reason": "" if private else decision.reason,
    }
    if decision.decided_by:
        outputs["decided_by"] = decision.decided_by
    return {"outputs": outputs}


async def _owe(
    uow: UnitOfWork,
    noun_id: str,
    execution_id: str,
    root_key: str,
    place: dict[str, Any],
    *,
    now: datetime,
) -> None:
    key = f"step:{noun_id}"
    new = await uow.outbox.add(
        **place,
        key=key,
        method=COMPLETE,
        target_key=root_key,
        payload={"function_execution_id": execution_id},
        now=now,
    )
    if new:
        row = await _unsettled(uow, place["workspace_id"], noun_id)
        if row is not None:
            row.state, row.problem_code = "dead", NOTHING
            await uow.session.flush()


async def _unsettled(uow: UnitOfWork, workspace_id: str, noun_id: str) -> OutboxRow | None:
    """Return what is owed for a task or decision and not queued yet."""
    row = await uow.outbox.by_key(workspace_id, f"step:{noun_id}")
    if row is None or not row.payload or {"outputs", "error"} & row.payload.keys():
        return None
    return row


async def _settle(uow: UnitOfWork, row: OutboxRow, end: dict[str, Any], *, now: datetime) -> None:
    payload = {**row.payload, **end}
    await uow.outbox.replace(row.workspace_id, row.key, payload=payload, now=now)
