"""Fakes of Slack's client: what a test's own class stands in for, and the errors Slack answers."""

from typing import Any, cast

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient


def client(fake: object) -> AsyncWebClient:
    """Return a test's own class, which has just the methods that are called, as the client."""
    return cast(AsyncWebClient, fake)


def refusal(code: str, answer: Any = None) -> SlackApiError:
    """Return the error by which Slack refuses with this code, or with a whole `answer`."""
    told = {"error": code} if answer is None else answer
    return SlackApiError("refused", told)  # type: ignore[no-untyped-call]  # untyped there
