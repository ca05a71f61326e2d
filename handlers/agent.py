"""Slack's agent view of direct messages: prompts to begin with, and the native Stop of a session.

Prompts are a courtesy: a server that does not know them, or is slow, keeps nobody waiting. What a
session shows besides is queued with the task's news (`bot.services.sessions`).
"""

import asyncio
from collections.abc import Awaitable
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import PROMPTS
from bot.services.sessions import stop_session
from handlers.desk import Desk
from handlers.reach import SLACK_FAILED, error_code

log = structlog.get_logger(__name__)

_PATIENCE_SECONDS = 1.0


class AgentSessions:
    """Direct messages are sessions: Slack shows that we work in one, and a Stop button."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which event comes here."""
        app.event("agent_session_stopped")(self.stopped)

    async def stopped(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Stop the task of the session, if the person may: the same right as the card's Stop."""
        workspace, channel = context.team_id or "", event["channel"]
        user, root = event["user"], event["thread_ts"]
        await self._desk.require(
            "ask", client=client, workspace_id=workspace, user_id=user, channel_id=channel
        )
        await stop_session(
            self._desk.ctx,
            workspace_id=workspace,
            channel_id=channel,
            thread_ts=root,
            by=user,
            receipt=f"stopped:{channel}:{root}:{event['event_ts']}",
        )


async def suggest(client: AsyncWebClient, channel_id: str) -> None:
    """Show what one can ask for in a direct message that was just opened."""
    if channel_id:
        prompts = list(PROMPTS)
        await _try(
            client.assistant_threads_setSuggestedPrompts(channel_id=channel_id, prompts=prompts)
        )


async def _try(call: Awaitable[object]) -> None:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await call
    except SLACK_FAILED as refused:
        log.debug("agent.not_shown", error=error_code(refused))
