"""What a call to Slack made by a handler can end with, besides success."""

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.names import shown_people

log = structlog.get_logger(__name__)

SLACK_FAILED = (SlackApiError, aiohttp.ClientError, TimeoutError)
"""Slack said no, or said nothing."""
NO_SUCH_METHOD = ("unknown_method", "method_deprecated")
"""What a server says that has only some of Slack's methods."""


def error_code(failed: Exception) -> str:
    """Return Slack's word for what went wrong, or the kind of silence."""
    response = getattr(failed, "response", None)
    try:
        return str(response["error"]) if response is not None else type(failed).__name__
    except (KeyError, TypeError):  # an answer that is no JSON
        return type(failed).__name__


async def whisper(
    client: AsyncWebClient,
    channel_id: str,
    user_id: str,
    text: str,
    *,
    thread_ts: str | None = None,
) -> None:
    """Say it to one person alone, if Slack takes it: what it tells of is done either way."""
    try:
        await client.chat_postEphemeral(
            channel=channel_id, user=user_id, text=shown_people(text), thread_ts=thread_ts
        )
    except SLACK_FAILED as refused:
        log.info("whisper.refused", channel_id=channel_id, error=error_code(refused))
