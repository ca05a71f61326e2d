"""Who reads where somebody speaks to the bot: known before anything is quoted there."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.services import sharing
from handlers.desk import Desk
from handlers.reach import NO_SUCH_METHOD, SLACK_FAILED, error_code
from storage.models import Channel

log = structlog.get_logger(__name__)

_CLICKS = ("block_actions", "message_action", "shortcut")
_PATIENCE_SECONDS = 2.0
"""Slack waits three for an answer to a click or command."""


async def note_who_reads(
    desk: Desk, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
) -> None:
    """Note what a request says of it, or Slack where somebody clicks, before anything is done."""
    workspace, channel = context.team_id or "", context.channel_id or ""
    if body.get("is_ext_shared_channel") is True and channel:
        await note_event(desk, workspace, channel)
    elif body.get("type") in _CLICKS:
        await know_readers(desk, client, workspace, channel)


async def know_readers(
    desk: Desk, client: AsyncWebClient, workspace_id: str, channel_id: str, *, again: bool = False
) -> Channel | None:
    """Ask Slack who reads in a channel unless that is known; `again` asks also then.

    Returns what is known of the channel then. Where Slack does not say, nothing of elsewhere is
    told there.
    """
    ctx = desk.ctx
    if not channel_id:
        return None
    async with ctx.database.read() as uow:
        channel = await uow.channels.find(workspace_id, channel_id)
    if sharing.is_fresh(channel, ctx.clock.now()) and not again:
        return channel
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            found = (await client.conversations_info(channel=channel_id))["channel"]
            shared = await sharing.others_read(desk.directory(client, workspace_id), found)
    except (*SLACK_FAILED, KeyError) as failed:
        code = error_code(failed)
        log.info("channel.readers_unknown", channel_id=channel_id, error=code)
        # A server that knows no channels knows none that is shared.
        said = False if code in NO_SUCH_METHOD else None
        if channel is not None:
            async with ctx.database.begin(urgent=True) as uow:
                await sharing.note(uow, workspace_id, channel_id, said, now=ctx.clock.now())
    else:
        await note_readers(desk, workspace_id, channel_id, found, shared)
    async with ctx.database.read() as uow:  # the message's other envelope may have asked, too
        return await uow.channels.find(workspace_id, channel_id)


async def note_readers(
    desk: Desk,
    workspace_id: str,
    channel_id: str,
    found: Mapping[str, Any],
    shared: bool | None,
) -> None:
    """Keep what Slack's description of a channel says of who reads there."""
    ctx = desk.ctx
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        channel = await uow.channels.find(workspace_id, channel_id)
    if channel is not None and channel.is_shared is shared and sharing.is_fresh(channel, now):
        return
    async with ctx.database.begin(urgent=True) as uow:
        private = bool(found.get("is_private", True))
        await uow.channels.ensure(workspace_id, channel_id, now=now, is_private=private)
        await sharing.note(uow, workspace_id, channel_id, shared, now=now)


async def apart(desk: Desk, workspace_id: str, channel_id: str) -> str:
    """Return the sentence why a channel is told only its own things; empty where it is ours."""
    async with desk.ctx.database.read() as uow:
        channel = await uow.channels.find(workspace_id, channel_id)
    if channel is None or channel.is_shared is None:
        return "I could not ask Slack who reads here, so I tell only what was said here."
    return (
        "People of other companies read here, so I tell only what was said here."
        if channel.is_shared
        else ""
    )


async def note_event(desk: Desk, workspace_id: str, channel_id: str) -> None:
    """Keep that an event came out of a channel that another company is in."""
    ctx = desk.ctx
    async with ctx.database.read() as uow:
        channel = await uow.channels.find(workspace_id, channel_id)
    if channel is None or channel.is_shared:
        return
    async with ctx.database.begin(urgent=True) as uow:
        await sharing.note(uow, workspace_id, channel_id, True, now=ctx.clock.now())
