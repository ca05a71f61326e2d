"""Quiet hours and days: until when something that nobody asked for has to wait.

Whoever says something unasked uses `say`, or passes the moment on:
`uow.outbox.add(..., not_before=...)`. Answers to a person who asks during quiet hours do not ask
here, and edits of a card notify nobody.
"""

from datetime import datetime
from typing import Any, Protocol

from bot.domain.lanes import POST
from bot.domain.quiet import Days, Hours, quiet_until
from bot.services.context import Context
from bot.services.workspace_settings import effective
from storage.uow import UnitOfWork


async def until(
    ctx: Context,
    uow: UnitOfWork,
    workspace_id: str,
    *,
    channel_id: str = "",
    user_id: str = "",
    at: datetime | None = None,
) -> datetime | None:
    """Return when quiet ends that holds now (or `at`), in UTC; None: it may be said at once.

    For a channel its own rules count, for a direct message (`user_id` alone) the person's; what
    is written to one person in a channel waits for both.
    """
    rules: list[Hours | Days] = []
    if channel_id or not user_id:
        rules += (await effective(ctx, uow, workspace_id, channel_id=channel_id)).quiet
    if user_id:
        rules += (await effective(ctx, uow, workspace_id, user_id=user_id)).quiet
    return quiet_until(at or ctx.clock.now(), rules)


class Placed(Protocol):
    """A row that lives in a channel."""

    @property
    def workspace_id(self) -> str: ...

    @property
    def channel_id(self) -> str: ...


async def say(
    ctx: Context,
    uow: UnitOfWork,
    row: Placed,
    key: str,
    *,
    view: str | None = None,
    payload: dict[str, Any] | None = None,
    target_key: str | None = None,
) -> bool:
    """Queue what nobody asked for in a row's channel, after its quiet hours.

    A `view` is drawn when it is sent. Returns False when `key` was queued before.
    """
    return await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        key=key,
        method=POST,
        payload=payload or {},
        view=view,
        target_key=target_key,
        now=ctx.clock.now(),
        not_before=await until(ctx, uow, row.workspace_id, channel_id=row.channel_id),
    )
