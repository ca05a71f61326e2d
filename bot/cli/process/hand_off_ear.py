"""`POST /webhooks/hand-off`: signed requests and answers of other teams' systems."""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.cli.process.incident_ear import is_signed
from bot.domain.hand_off_hook import HookAnswer, read_hook
from bot.errors import ExternalError, UserFacingError
from bot.services.hand_off_hook import take_answer, take_request
from bot.settings import TeamsSettings
from handlers.desk import Desk
from handlers.privacy import is_private
from handlers.reach import SLACK_FAILED

log = structlog.get_logger(__name__)

PATH = "/webhooks/hand-off"
LONGEST_BODY = 16_000
"""Ours, in bytes: far above the longest request."""

ClientFor = Callable[[str], Awaitable[AsyncWebClient]]


class HandOffEar:
    """Its route belongs into the process's HTTP server; it answers 503 unless it listens."""

    def __init__(self, settings: TeamsSettings) -> None:
        self._secret = settings.webhook_secret.get_secret_value()
        self._workspace = settings.webhook_workspace
        self._desk: Desk | None = None
        self._client_for: ClientFor | None = None

    def routes(self) -> list[Route]:
        """Return the path; none without a secret."""
        return [Route(PATH, self._hear, methods=["POST"])] if self._secret else []

    def listen(self, desk: Desk, client_for: ClientFor) -> None:
        """Take requests and answers from now on."""
        self._desk, self._client_for = desk, client_for

    async def _hear(self, request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            return _refused(411, "Length required.")
        if int(length) > LONGEST_BODY:
            return _refused(413, f"More than {LONGEST_BODY:,} bytes.")
        if self._desk is None or self._client_for is None:
            return _refused(503, "Not taking hand-offs now.")
        body = await request.body()
        now = self._desk.ctx.clock.now()
        if not is_signed(request.headers, body, secret=self._secret, now=now):
            log.warning("hand_off.unsigned")
            return _refused(401, "The signature is missing, wrong or old.")
        try:
            return JSONResponse(await self._take_in(self._desk, self._client_for, json.loads(body)))
        except (json.JSONDecodeError, UnicodeDecodeError):
            return _refused(400, "That is no JSON.")
        except UserFacingError as refused:
            return _refused(400, refused.sentence())
        except (ExternalError, *SLACK_FAILED) as failed:
            log.warning("hand_off.not_taken", kind=type(failed).__name__)
            return _refused(503, "Try again: something that I need does not answer.")

    async def _take_in(self, desk: Desk, client_for: ClientFor, body: Any) -> dict[str, str]:
        found = read_hook(body)
        workspace = await self._place(client_for)
        if isinstance(found, HookAnswer):
            answered = await take_answer(desk.ctx, workspace, found)
            return {"hand_off": answered.public_id, "state": answered.state.value}
        client = await client_for(workspace)
        hides = partial(is_private, desk, client, workspace)
        taken = await take_request(desk.ctx, workspace, found, is_private=hides)
        log.info("hand_off.taken_in", team=found.team, known=taken is None)
        if taken is None:
            return {"state": "known"}
        return {"hand_off": taken.public_id, "state": taken.state.value}

    async def _place(self, client_for: ClientFor) -> str:
        """Return the workspace that it is for."""
        if not self._workspace:
            who = await (await client_for("")).auth_test()
            self._workspace = str(who["team_id"])
        return self._workspace


def _refused(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status_code=status)
