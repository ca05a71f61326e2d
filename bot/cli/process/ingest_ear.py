"""`POST /ingest`: a report or an export as the body, what it is about as the query."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request

from bot.cli.process.webhook_ear import WebhookEar, require_workspace, same
from bot.services import measurements
from bot.settings import MeasureSettings
from handlers.desk import Desk

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Upload:
    """What was sent."""

    content: bytes
    query: Mapping[str, str]


class IngestEar(WebhookEar):
    """Takes the token before it reads anything."""

    path = "/ingest"
    takes = "reports"

    def __init__(self, settings: MeasureSettings, *, many: bool = False) -> None:
        """Raise SettingInvalid where there may be `many` workspaces and none is named."""
        require_workspace(
            "TEAMLEAD_MEASURE_WORKSPACE", settings.workspace, settings.ingest_token, many=many
        )
        super().__init__(settings.ingest_token, settings.workspace)
        self.longest_body = settings.upload_mb * 1_000_000
        self._one_by_one = asyncio.Lock()

    def may_send(self, headers: Mapping[str, str]) -> bool:
        """See WebhookEar."""
        return same(headers.get("authorization", ""), f"Bearer {self._secret}")

    def believes(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> bool:
        """See WebhookEar."""
        return self.may_send(headers)

    def read(self, request: Request, body: bytes) -> Upload:
        """Return the file as it came."""
        return Upload(body, request.query_params)

    async def take_in(
        self, desk: Desk, client: AsyncWebClient, workspace: str, body: Upload
    ) -> dict[str, Any]:
        """Read and store it; returns its kind and how much of it was new."""
        ctx = desk.ctx
        asked = ("service", "repository", "commit", "branch", "at")
        what = measurements.about(
            **{name: body.query.get(name, "") for name in asked}, now=ctx.clock.now()
        )
        async with self._one_by_one:  # a large one takes memory and seconds of a core
            said = await asyncio.to_thread(measurements.read, ctx, body.content)
        kept = await measurements.keep(ctx, workspace, said, what, content=body.content)
        log.info("measure.ingested", kind=kept.kind, new=kept.new)
        return {"state": "stored" if kept.new else "known", **kept.said()}
