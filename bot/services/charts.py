"""Puts charts into the outbox: a picture with alt text under one plain sentence."""

import base64
import re
from datetime import datetime

from bot.domain.lanes import FILE_UPLOAD
from bot.slack.charts import Chart
from storage.uow import UnitOfWork


async def post_chart(
    uow: UnitOfWork,
    chart: Chart,
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
    channel. Draw before the transaction, in a thread: `await asyncio.to_thread(bar, …)`.
    """
    return await uow.outbox.add(
        workspace_id=workspace_id,
        channel_id=channel_id,
        key=key,
        method=FILE_UPLOAD,
        payload={
            "filename": f"{_slug(chart.title)}.png",
            "title": chart.title,
            "alt_txt": chart.alt,
            "initial_comment": comment,
            "content_base64": base64.b64encode(chart.png).decode("ascii"),
        },
        now=now,
        thread_ts=thread_ts,
        task_id=task_id,
    )


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60] or "chart"
