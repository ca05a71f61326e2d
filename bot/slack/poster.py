"""The one way out: calls of Slack's Web API, every failure a class of `bot.slack.errors`."""

import asyncio
import base64
from typing import Any, Literal, Protocol

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.lanes import FILE_UPLOAD
from bot.slack.errors import OutcomeUnknown, SlackFailure, Unreachable, failure
from bot.slack.hosts import ANSWERS, is_slacks

RESPONSE_URL = "response_url"
"""Not a Slack method: posts `body` to the `url` of an interaction, which must be Slack's."""
WEBHOOK = "webhook"
"""Not a Slack method: posts `body` to a `url` that the operator set."""

_FORMS: dict[str, Literal["GET", "POST"]] = {
    "auth.test": "POST",
    "chat.getPermalink": "GET",
    "conversations.history": "GET",
    "conversations.info": "GET",
    "conversations.join": "POST",
    "conversations.replies": "GET",
    "users.info": "GET",
}
"""Methods that take form parameters only (docs.slack.dev/apis/web-api, "JSON-encoded bodies"), each
with the verb of Slack's SDK: other servers know no other."""


class Poster(Protocol):
    """Whoever can call Slack for one workspace."""

    async def call(self, method: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Call a method and return its answer; raises SlackFailure."""
        ...


class SlackPoster:
    """Calls through Slack's SDK on the client's shared session.

    The SDK's own retries are off: it would repeat a chat.postMessage whose answer got lost.
    """

    def __init__(self, client: AsyncWebClient, *, timeout_seconds: float | None = None) -> None:
        """`timeout_seconds` limits a call; by default the client's own, which knows no parts."""
        self._timeout = timeout_seconds or float(client.timeout)
        self._client = AsyncWebClient(
            token=client.token,
            base_url=client.base_url,
            timeout=client.timeout,
            session=client.session,
            ssl=client.ssl,
            proxy=client.proxy,
            logger=client.logger,
            retry_handlers=[],
        )

    async def call(self, method: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Call a method and return its answer; raises SlackFailure."""
        try:
            async with asyncio.timeout(self._timeout * (3 if method == FILE_UPLOAD else 1)):
                return await self._send(method, payload)
        except SlackApiError as refused:
            raise _meaning(method, refused) from refused
        except aiohttp.ClientConnectorError as error:
            raise Unreachable(method, type(error).__name__) from error
        except (TimeoutError, aiohttp.ClientError, SlackClientError, ValueError) as error:
            raise OutcomeUnknown(method, type(error).__name__) from error

    async def _send(self, method: str, payload: dict[str, Any]) -> dict[str, Any]:
        if method in (RESPONSE_URL, WEBHOOK):
            return await self._respond(method, payload)
        if method == FILE_UPLOAD:
            answer = await self._client.files_upload_v2(**_with_bytes(payload))
        elif method in _FORMS:
            params = {name: _plain(value) for name, value in payload.items()}
            answer = await self._client.api_call(method, http_verb=_FORMS[method], params=params)
        else:
            answer = await self._client.api_call(method, json=payload)
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    async def _respond(self, method: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Post to an address that answers with a status and plain words; follow no redirect."""
        api_url = str(self._client.base_url)
        if method == RESPONSE_URL and not is_slacks(str(payload["url"]), ANSWERS, api_url=api_url):
            raise failure(method, "not_slack", status=404)
        session = self._client.session
        if session is None or session.closed:
            async with aiohttp.ClientSession() as own:
                return await _post(own, method, payload)
        return await _post(session, method, payload)


async def _post(
    session: aiohttp.ClientSession, method: str, payload: dict[str, Any]
) -> dict[str, Any]:
    async with session.post(payload["url"], json=payload["body"], allow_redirects=False) as answer:
        if 200 <= answer.status < 300:
            return {"ok": True}
        # A used or expired address answers 404 or 410, in words rather than in codes.
        code = f"{method}_expired" if answer.status in (404, 410) else ""
        retry_after = answer.headers.get("Retry-After", "")
        raise failure(method, code, status=answer.status, retry_after=retry_after)


def _meaning(method: str, refused: SlackApiError) -> SlackFailure:
    response = refused.response
    if not isinstance(response, AsyncSlackResponse):
        # The body was no JSON: a proxy or a broken server spoke, not Slack.
        return OutcomeUnknown(method, "unreadable_answer")
    data = response.data if isinstance(response.data, dict) else {}
    headers = {name.lower(): value for name, value in (response.headers or {}).items()}
    return failure(
        method,
        str(data.get("error", "")),
        status=response.status_code,
        retry_after=str(headers.get("retry-after", "")),
        needed=str(data.get("needed", "")),
    )


def _with_bytes(payload: dict[str, Any]) -> dict[str, Any]:
    """Return an upload's arguments; the outbox, which holds JSON, keeps bytes as base64."""
    encoded = payload.get("content_base64")
    if encoded is None:
        return payload
    rest = {name: value for name, value in payload.items() if name != "content_base64"}
    return {**rest, "content": base64.b64decode(encoded)}


def _plain(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
