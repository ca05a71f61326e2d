"""Slack's agent view of direct messages: prompts to begin with, a status line while it works.

Both are a courtesy: a server that does not know them, or is slow, keeps nobody waiting.
"""

import asyncio
from collections.abc import Awaitable

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import PROMPTS
from handlers.reach import SLACK_FAILED, error_code

log = structlog.get_logger(__name__)

WORKING = "is reading this …"
"""Slack puts our name before it, and takes it away with our next message or after two minutes."""
_PATIENCE_SECONDS = 1.0


async def suggest(client: AsyncWebClient, channel_id: str) -> None:
    """Show what one can ask for in a direct message that was just opened."""
    if channel_id:
        prompts = list(PROMPTS)
        await _try(
            client.assistant_threads_setSuggestedPrompts(channel_id=channel_id, prompts=prompts)
        )


async def show_working(client: AsyncWebClient, channel_id: str, thread_ts: str) -> None:
    """Say under the person's message that somebody is at it."""
    await _try(
        client.assistant_threads_setStatus(
            channel_id=channel_id, thread_ts=thread_ts, status=WORKING
        )
    )


async def _try(call: Awaitable[object]) -> None:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await call
    except SLACK_FAILED as refused:
        log.debug("agent.not_shown", error=error_code(refused))
