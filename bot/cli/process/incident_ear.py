"""`POST /webhooks/escalation`: signed incidents of monitoring systems become escalations."""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.domain.escalation.incident import Incident, incidents
from bot.errors import ExternalError, SettingInvalid, UserFacingError
from bot.services.incidents import take_in
from bot.settings import EscalationSettings
from handlers.desk import Desk
from handlers.privacy import is_private
from handlers.reach import SLACK_FAILED

log = structlog.get_logger(__name__)

PATH = "/webhooks/escalation"
LONGEST_BODY = 256_000
"""Ours, in bytes: Alertmanager's largest groups stay below."""
FRESH = timedelta(minutes=5)
"""How old a signature of our own kind may be, as with Slack's."""

ClientFor = Callable[[str], Awaitable[AsyncWebClient]]


class IncidentEar:
    """Its route belongs into the process's HTTP server; it answers 503 unless it listens."""

    def __init__(self, settings: EscalationSettings) -> None:
        """Raise SettingInvalid for a secret without a channel."""
        if settings.webhook_secret.get_secret_value() and not settings.webhook_channel:
            raise SettingInvalid(
                "TEAMLEAD_ESCALATION_WEBHOOK_CHANNEL",
                "is not set, but the secret of the webhook is.",
                hint="Name the channel where incidents are to be opened, e.g. C0INCIDENTS.",
            )
        self._settings = settings
        self._secret = settings.webhook_secret.get_secret_value()
        self._desk: Desk | None = None
        self._client_for: ClientFor | None = None
        self._workspace = settings.webhook_workspace

    def routes(self) -> list[Route]:
        """Return the path; none without a secret."""
        return [Route(PATH, self._hear, methods=["POST"])] if self._secret else []

    def listen(self, desk: Desk, client_for: ClientFor) -> None:
        """Take incidents from now on."""
        self._desk, self._client_for = desk, client_for

    async def _hear(self, request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            return _refused(411, "Length required.")
        if int(length) > LONGEST_BODY:
            return _refused(413, f"More than {LONGEST_BODY:,} bytes.")
        if self._desk is None:
            return _refused(503, "Not taking incidents now.")
        body = await request.body()
        now = self._desk.ctx.clock.now()
        if not is_signed(request.headers, body, secret=self._secret, now=now):
            log.warning("incident.unsigned")
            return _refused(401, "The signature is missing, wrong or old.")
        try:
            reported = json.loads(body)
        except (ValueError, RecursionError):  # also a number of 5,000 digits
            return _refused(400, "That is no JSON.")
        try:
            found = incidents(reported)
            workspace, channel = await self._place()
            counts = await self._take_in(found, workspace, channel)
        except UserFacingError as refused:
            return _refused(400, refused.sentence())
        except (ExternalError, *SLACK_FAILED) as failed:
            log.warning("incident.not_taken", kind=type(failed).__name__)
            return _refused(503, "Try again: something that I need does not answer.")
        return JSONResponse({name: counts[name] for name in ("opened", "resolved", "known")})

    async def _take_in(self, found: list[Incident], workspace: str, channel: str) -> Counter[str]:
        desk, client_for = self._listening()
        client = await client_for(workspace)
        directory = desk.directory(client, workspace)
        private = await is_private(desk, client, workspace, channel)
        counts: Counter[str] = Counter()
        for incident in found:
            outcome = await take_in(
                desk.ctx,
                directory,
                incident,
                workspace_id=workspace,
                channel_id=channel,
                is_private=private,
            )
            counts[outcome] += 1
        log.info("incident.taken_in", **counts)
        return counts

    async def _place(self) -> tuple[str, str]:
        """Return workspace and channel; a bot of one workspace knows which it is."""
        if not self._workspace:
            _, client_for = self._listening()
            who = await (await client_for("")).auth_test()
            self._workspace = str(who["team_id"])
        return self._workspace, self._settings.webhook_channel

    def _listening(self) -> tuple[Desk, ClientFor]:
        if self._desk is None or self._client_for is None:
            raise UserFacingError("Not taking incidents now.")
        return self._desk, self._client_for


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
        signed = _hmac(secret, stamp.encode() + b"." + body)
        return age <= FRESH.total_seconds() and _same(ours, f"v1={signed}")
    if theirs := headers.get("x-pagerduty-signature"):
        wanted = f"v1={_hmac(secret, body)}"
        return any(_same(one.strip(), wanted) for one in theirs.split(","))
    return _same(headers.get("authorization", ""), f"Bearer {secret}")


def _hmac(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _refused(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status_code=status)
