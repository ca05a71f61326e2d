"""Tells Slack's agent session how its task stands, by the outbox: no spinner outlives a crash."""

from datetime import datetime

from bot.domain.lanes import SESSION_RENAME, SESSION_STATUS
from bot.domain.roots import is_provisional
from bot.domain.session import has_session, session_state
from bot.services import tasks
from bot.services.context import Context
from bot.slack.text import clip, line
from storage.models import Task
from storage.uow import UnitOfWork

TITLE = 120
"""Ours, of Slack's 200: what a list of conversations shows."""


async def show_session(uow: UnitOfWork, task: Task, *, now: datetime, again: bool = False) -> None:
    """Queue the session's state when it changed, and its title once the task has one.

    One row for each task, overwritten while it waits: only the newest state is sent. `again` sends
    it also when it did not change.
    """
    if not has_session(task.channel_id):
        return
    thread = await uow.threads.get(task.thread_id)
    if is_provisional(thread.root_ts):
        return  # its first message is still to be posted
    place = {"channel_id": task.channel_id, "thread_ts": thread.root_ts}
    key, status = _key(task), session_state(task.state).value
    row = await uow.outbox.by_key(task.workspace_id, key)
    if row is None:
        first = {**place, "status": status, "title": clip(line(task.text), TITLE)}
        await _add(uow, task, key, SESSION_STATUS, first, now=now)
        return
    if again or row.payload.get("status") != status:
        await uow.outbox.replace(
            task.workspace_id, key, payload={**row.payload, "status": status}, now=now
        )
    if task.title and clip(line(task.title), TITLE) != row.payload.get("title"):
        named = {**place, "title": clip(line(task.title), TITLE)}
        await _add(uow, task, f"{key}:title", SESSION_RENAME, named, now=now)


async def stop_session(
    ctx: Context, *, workspace_id: str, channel_id: str, thread_ts: str, by: str, receipt: str
) -> Task | None:
    """Stop the task of a session whose Stop was pressed; None when there is none.

    Raises UserFacingError when the task has ended; the session's state is then sent again, as
    Slack's Stop changes nothing by itself.
    """
    async with ctx.database.begin() as uow:
        task = await _task_of(uow, workspace_id, channel_id, thread_ts)
        if task is None:
            return None
        await show_session(uow, task, now=ctx.clock.now(), again=True)
    return await tasks.stop(ctx, task.id, by=by, receipt=receipt)


async def _task_of(
    uow: UnitOfWork, workspace_id: str, channel_id: str, thread_ts: str
) -> Task | None:
    thread = await uow.threads.find(workspace_id, channel_id, thread_ts)
    return await uow.tasks.of_thread(thread.id, lock=True) if thread is not None else None


def _key(task: Task) -> str:
    return f"session:{task.id}"


async def _add(
    uow: UnitOfWork, task: Task, key: str, method: str, payload: dict[str, str], *, now: datetime
) -> None:
    await uow.outbox.add(
        workspace_id=task.workspace_id,
        channel_id=task.channel_id,
        task_id=task.id,
        key=key,
        method=method,
        payload=payload,
        now=now,
    )
