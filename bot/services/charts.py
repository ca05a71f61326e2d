"""Puts charts into the outbox: a picture with alt text under one plain sentence."""

from datetime import datetime, timedelta

from bot.domain.lanes import FILE_UPLOAD
from bot.errors import UserFacingError
from bot.services import task_views
from bot.services.context import Context
from bot.slack.charts import SKETCH, Sketch, sketch_stacked
from storage.uow import UnitOfWork

LOAD_DAYS = 14
"""Ours: two weeks, the usual sprint."""


async def post_load(
    ctx: Context, *, workspace_id: str, channel_id: str, receipt: str, is_private: bool
) -> None:
    """Post who of the team did how much lately, who is at work and what waits; counts only.

    `receipt` names the command: its second delivery posts nothing. Raises UserFacingError where
    others than this company read: it is of all channels.
    """
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        if await uow.channels.is_shared(workspace_id, channel_id):
            raise UserFacingError(
                "People of other companies read here, and the team's load is of all channels.",
                hint="`/lead team` shows it to you alone.",
            )
        done = await uow.plans.done_since(workspace_id, now - timedelta(days=LOAD_DAYS))
        running = await uow.plans.workload(workspace_id, running=True)
        waiting = await uow.plans.workload(workspace_id, running=False)
    # Who has left the team stays in the counts of what was done.
    names = list(dict.fromkeys([*ctx.team.specialists, *done, *running, *waiting]))
    parts = {
        "done": [done.get(name, 0) for name in names],
        "at work": [running.get(name, 0) for name in names],
        "waiting": [waiting.get(name, 0) for name in names],
    }
    labels = [task_views.voice_of(ctx, name).title for name in names]
    title = f"Assignments of the last {LOAD_DAYS} days"
    chart = sketch_stacked(title, labels, parts)
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(workspace_id, channel_id, now=now, is_private=is_private)
        await post_chart(
            uow,
            chart,
            workspace_id=workspace_id,
            channel_id=channel_id,
            key=f"load:{receipt}",
            comment="The team's load: assignments done, at work and waiting.",
            now=now,
        )


async def post_chart(
    uow: UnitOfWork,
    chart: Sketch,
    *,
    workspace_id: str,
    channel_id: str,
    key: str,
    comment: str,
    now: datetime,
    thread_ts: str | None = None,
    task_id: str | None = None,
) -> bool:
    """Queue a chart as a file; returns False when `key` was queued before.

    `comment` is the message above it. It goes to the task's thread, to `thread_ts`, or to the
    channel, and is drawn when it is sent.
    """
    return await uow.outbox.add(
        workspace_id=workspace_id,
        channel_id=channel_id,
        key=key,
        method=FILE_UPLOAD,
        payload={SKETCH: chart.as_json(), "initial_comment": comment},
        now=now,
        thread_ts=thread_ts,
        task_id=task_id,
    )
