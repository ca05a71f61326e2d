"""Who reads in a channel: asked of Slack, kept with the channel, asked again when it is old.

What is not known is taken for shared: too little is told then, and nobody else's people hear it.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.errors import PersonUnknown
from bot.services.context import Context
from bot.services.directory import Directory
from bot.services.sources import Unreadable
from bot.slack.sharing import is_shared as is_described_shared
from bot.slack.sharing import other_of
from storage.models import Channel
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

FRESH = timedelta(hours=1)
"""Ours: Slack tells of a channel that is shared (`channel_shared`); of an invitation that was sent,
whose guests will read what is said until then, it does not."""
BELIEVED = timedelta(hours=24)
"""Ours: so long an answer counts while Slack gives no newer one."""
_PATIENCE_SECONDS = 2.0
"""Somebody may wait for it, whom Slack gives three."""
_AT_ONCE = 20
"""Ours, channels a minute: Slack takes more than 50 such questions (Tier 3)."""


def is_fresh(channel: Channel | None, now: datetime) -> bool:
    """Return whether nobody need ask Slack about a channel."""
    if channel is None or channel.is_shared is None:
        return False
    if channel.surface != "slack":
        return True
    return channel.shared_asked_at is not None and now - channel.shared_asked_at < FRESH


async def others_read(directory: Directory, found: Mapping[str, Any]) -> bool | None:
    """Return whether others than this company read in a channel that Slack described.

    A direct message is shared by nobody, but may be with somebody of another company. None: Slack
    does not say who it is.
    """
    if is_described_shared(found):
        return True
    if not (other := other_of(found)):
        return False
    try:
        return (await directory.person(other)).is_external
    except PersonUnknown:
        return None


async def note(
    uow: UnitOfWork, workspace_id: str, channel_id: str, said: bool | None, *, now: datetime
) -> None:
    """Keep what Slack said of a channel that is there; None, no answer, undoes what is too old."""
    channel = await uow.channels.find(workspace_id, channel_id)
    if channel is None:
        return
    before, asked_at = channel.is_shared, channel.shared_asked_at
    if said is None and before is not None:
        believed = asked_at is not None and now - asked_at < BELIEVED
        if before or believed:
            return
    if said is not before:
        log.info("channel.readers", channel_id=channel_id, shared=said)
    await uow.channels.share(workspace_id, channel_id, said, now=now)


async def is_shared(ctx: Context, workspace_id: str, channel_id: str) -> bool:
    """Return whether others read in a channel, also in one that nobody spoke to the bot in."""
    async with ctx.database.read() as uow:
        channel = await uow.channels.find(workspace_id, channel_id)
    if channel is not None and (ctx.sources is None or is_fresh(channel, ctx.clock.now())):
        return channel.is_shared is not False
    said = await _ask(ctx, workspace_id, channel_id)
    if channel is None:
        return said is not False
    async with ctx.database.begin() as uow:
        await note(uow, workspace_id, channel_id, said, now=ctx.clock.now())
        return await uow.channels.is_shared(workspace_id, channel_id)


async def meet(ctx: Context, workspace_id: str, channel_id: str) -> None:
    """Have known who reads in a channel where perhaps nobody spoke to the bot, or not for long."""
    if not channel_id:
        return
    async with ctx.database.read() as uow:
        known = await uow.channels.find(workspace_id, channel_id)
    if known is None:
        async with ctx.database.begin() as uow:
            await uow.channels.ensure(workspace_id, channel_id, now=ctx.clock.now())
    await is_shared(ctx, workspace_id, channel_id)


async def sweep(ctx: Context) -> int:
    """Ask about channels of which Slack said nothing for long; returns how many were asked."""
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        due = await uow.channels.to_ask_about(
            before=now - BELIEVED / 2, unknown_before=now - FRESH, limit=_AT_ONCE
        )
    for workspace_id, channel_id in due:
        said = await _ask(ctx, workspace_id, channel_id)
        async with ctx.database.begin() as uow:
            await note(uow, workspace_id, channel_id, said, now=now)
            if said is None:  # the next ones have their turn before it
                await uow.channels.asked(workspace_id, channel_id, now=now)
    return len(due)


async def _ask(ctx: Context, workspace_id: str, channel_id: str) -> bool | None:
    if ctx.sources is None:
        return None
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await ctx.sources.is_shared(workspace_id, channel_id)
    except (Unreadable, TimeoutError):
        return None
