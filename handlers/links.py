"""Addresses of messages, asked of Slack."""

from slack_sdk.web.async_client import AsyncWebClient

from handlers.reach import SLACK_FAILED


async def permalink(client: AsyncWebClient, channel_id: str, ts: str) -> str:
    """Return the address of a message; empty when Slack does not say."""
    try:
        answer = await client.chat_getPermalink(channel=channel_id, message_ts=ts)
    except SLACK_FAILED:
        return ""
    return str(answer.get("permalink", ""))
