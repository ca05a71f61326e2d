"""Reads what a request came to: what happened, and whether another try can help."""

import math
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import httpx2
from pydantic_core import from_json

from bot.model.claude.wire import CallFailed

BROKEN = (httpx2.HTTPError, httpx2.StreamError, aiohttp.ClientError, OSError)
"""What a lost or refused connection raises, before or inside a stream, or what is no HTTP: that the
SDK's HTTP client passes on as it comes from below."""

_MOST_REASON = 240

_STATUS_OF_TYPE = {
    "overloaded_error": 529,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
}
"""Errors inside a stream have only a type; these are the API's documented pairs."""

_AGAIN = {
    408: "timed out",
    409: "reported a conflict",
    429: "is rate limited",
    500: "had an internal error",
    502: "was not reachable behind its gateway",
    503: "was unavailable",
    504: "timed out behind its gateway",
    529: "was overloaded",
}

_NEVER = {
    401: "refused the API key (401); check ANTHROPIC_API_KEY",
    402: "wants its bill paid first (402)",
    403: "refuses this API key the access (403); check ANTHROPIC_API_KEY and its workspace",
    404: "is not known to the server (404); check the model's name",
    413: "refused the request as too large (413)",
}

_SCHEMA = re.compile(r"output_config|output_format|structured.?output|json_schema|\bschema\b", re.I)


class Refused(Exception):
    """The server answered with an error, as a status or inside a stream that began well.

    The API's own form is `{"error": {"type", "message", "details": {"error_code"}}}`.
    """

    def __init__(self, status: int, said: bytes, *, retry_after: str = "") -> None:
        super().__init__(f"status {status}")
        try:
            body: Any = from_json(said)
        except ValueError:
            body = None
        self.status = status
        self.retry_after = retry_after
        self.type = _part(body, "error", "type")
        self.code = _part(body, "error", "details", "error_code")
        self.message = _part(body, "error", "message") or said.decode("utf-8", "replace")


def _part(body: Any, *names: str) -> str:
    for name in names:
        body = body.get(name) if isinstance(body, dict) else None
    return body if isinstance(body, str) else ""


def of_status(error: Refused, now: datetime) -> CallFailed:
    """Return what an error answer means; `now` dates a Retry-After that is a point in time."""
    status = error.status
    if status < 400:
        status = _STATUS_OF_TYPE.get(error.type, 500)
    if error.code.endswith("spend_limit_reached"):
        return CallFailed("has reached its spend limit", retry=False)
    reason = _reason(error)
    streamless = _may_lack_streams(error, reason)
    if status in _NEVER:
        return CallFailed(_NEVER[status], retry=False, stream_refused=streamless)
    if status in _AGAIN or status >= 500:
        what = _AGAIN.get(status, f"answered {status}")
        after = _retry_after(error, now)
        return CallFailed(what, retry=True, after=after, stream_refused=streamless)
    refused = status in (400, 422) and _SCHEMA.search(reason) is not None
    return CallFailed(
        f"refused the request ({status}): {reason}",
        retry=False,
        schema_refused=refused,
        stream_refused=streamless and not refused,
    )


def of_broken(error: BaseException) -> CallFailed:
    """Return what a lost connection means."""
    if isinstance(error, aiohttp.ClientResponseError):
        return CallFailed("sent an answer that cannot be read", retry=True)
    timed_out = isinstance(error, httpx2.TimeoutException | TimeoutError)
    return CallFailed("timed out" if timed_out else "could not be reached", retry=True)


def _may_lack_streams(error: Refused, reason: str) -> bool:
    """Whether the same ask without a stream may work, which costs one more request to find out.

    An error in the API's own form that speaks of something else is no such sign.
    """
    words = reason.lower()
    if error.status in (405, 501):
        return True
    if error.status == 404:
        return "model" not in words
    return error.status in (400, 415, 422) and (not error.type or "stream" in words)


def _reason(error: Refused) -> str:
    line = " ".join(error.message.split())
    return line if len(line) <= _MOST_REASON else line[: _MOST_REASON - 1] + "…"


def _retry_after(error: Refused, now: datetime) -> float | None:
    """Return the header's seconds, or None; it may be a number or an HTTP date (RFC 9110)."""
    header = error.retry_after
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = _until(header, now)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _until(date: str, now: datetime) -> float:
    try:
        return (parsedate_to_datetime(date) - now).total_seconds()
    except (ValueError, TypeError):
        return math.nan
