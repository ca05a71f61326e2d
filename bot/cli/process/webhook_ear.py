"""What the paths for other systems share: size, signature, JSON, whose workspace it is."""

import hashlib
import hmac
import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import ExternalError, SettingInvalid, UserFacingError
from handlers.desk import Desk
from handlers.reach import SLACK_FAILED

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=5)
"""How old a signature of our own kind may be, as with Slack's."""

ClientFor = Callable[[str], Awaitable[AsyncWebClient]]


class WebhookEar(ABC):
    """Its route belongs into the process's HTTP server; it answers 503 unless it listens."""

    path: str
    longest_body: int
    """In bytes."""
    takes: str
    """What it takes, in a word or two for people."""

    def __init__(self, secret: SecretStr, workspace: str) -> None:
        """Without a secret nothing is heard; an empty workspace is the only one there is."""
        self._secret = secret.get_secret_value()
        self._workspace = workspace
        self._desk: Desk | None = None
        self._client_for: ClientFor | None = None

    @abstractmethod
    async def take_in(
        self, desk: Desk, client: AsyncWebClient, workspace: str, body: Any
    ) -> dict[str, Any]:
        """Store what a signed body says and return the answer; raises UserFacingError."""

    def may_send(self, headers: Mapping[str, str]) -> bool:
        """Return whether the body is read at all; a token can say so before."""
        return True

    def believes(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
        """Return whether a request proves that it knows the secret."""
        return is_signed(headers, body, secret=self._secret, now=now)

    def read(self, request: Request, body: bytes) -> Any:
        """Return what `take_in` is handed; raises ValueError or RecursionError for no JSON."""
        return json.loads(body)

    def routes(self) -> list[Route]:
        """Return the path; none without a secret."""
        return [Route(self.path, self.hear, methods=["POST"])] if self._secret else []

    def listen(self, desk: Desk, client_for: ClientFor) -> None:
        """Take requests from now on."""
        self._desk, self._client_for = desk, client_for

    async def hear(self, request: Request) -> Response:
        """Answer one request."""
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            return _refused(411, "Length required.")
        if int(length) > self.longest_body:
            return _refused(413, f"More than {self.longest_body:,} bytes.")
        if self._desk is None or self._client_for is None:
            return _refused(503, f"Not taking {self.takes} now.")
        if not self.may_send(request.headers):
            return _refused(401, "The token is missing or wrong.")
        body = await request.body()
        now = self._desk.ctx.clock.now()
        if not self.believes(request.headers, body, now=now):
            log.warning("webhook.unsigned", path=self.path)
            return _refused(401, "The signature is missing, wrong or old.")
        try:
            said = self.read(request, body)
        except (ValueError, RecursionError):  # also a number of 5,000 digits
            return _refused(400, "That is no JSON.")
        try:
            workspace = await self._place(self._client_for)
            client = await self._client_for(workspace)
            return JSONResponse(await self.take_in(self._desk, client, workspace, said))
        except UserFacingError as refused:
            return _refused(400, refused.sentence())
        except (ExternalError, *SLACK_FAILED) as failed:
            log.warning("webhook.not_taken", path=self.path, kind=type(failed).__name__)
            return _refused(503, "Try again: something that I need does not answer.")

    async def _place(self, client_for: ClientFor) -> str:
        """Return the workspace that it is for; a bot of one workspace knows which it is."""
        if not self._workspace:
            who = await (await client_for("")).auth_test()
            self._workspace = str(who["team_id"])
        return self._workspace


def require_workspace(variable: str, workspace: str, secret: SecretStr, *, many: bool) -> None:
    """Raise SettingInvalid where there are many workspaces and nobody said whose requests come."""
    if many and secret.get_secret_value() and not workspace:
        raise SettingInvalid(
            variable,
            "is not set, but there are many workspaces and the secret of the webhook is set.",
            hint="Name the workspace that it is for, e.g. T0123ABCD, or unset the secret.",
        )


def is_signed(headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime) -> bool:
    """Return whether a request carries one of the three proofs that we take.

    Ours is `X-Teamlead-Signature: v1=<hex HMAC-SHA256 of "<timestamp>.<body>">` with
    `X-Teamlead-Timestamp` in seconds; PagerDuty's is an HMAC of the body alone; Alertmanager can
    sign nothing and sends the secret itself (`Authorization: Bearer …`).
    """
    if ours := headers.get("x-teamlead-signature"):
        stamp = headers.get("x-teamlead-timestamp", "")
        if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
            return False
        age = abs(now.timestamp() - int(stamp))
        signed = hmac_of(secret, stamp.encode() + b"." + body)
        return age <= FRESH.total_seconds() and same(ours, f"v1={signed}")
    if theirs := headers.get("x-pagerduty-signature"):
        wanted = f"v1={hmac_of(secret, body)}"
        return any(same(one.strip(), wanted) for one in theirs.split(","))
    return same(headers.get("authorization", ""), f"Bearer {secret}")


def hmac_of(secret: str, message: bytes) -> str:
    """Return the HMAC-SHA256 in hexadecimal digits."""
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def same(given: str, wanted: str) -> bool:
    """Compare two proofs in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def _refused(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status_code=status)
