"""What a call to Slack made by a handler can end with, besides success."""

import aiohttp
from slack_sdk.errors import SlackApiError

SLACK_FAILED = (SlackApiError, aiohttp.ClientError, TimeoutError)
"""Slack said no, or said nothing."""


def error_code(failed: Exception) -> str:
    """Return Slack's word for what went wrong, or the kind of silence."""
    response = getattr(failed, "response", None)
    try:
        return str(response["error"]) if response is not None else type(failed).__name__
    except (KeyError, TypeError):  # an answer that is no JSON
        return type(failed).__name__
