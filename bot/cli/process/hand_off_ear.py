"""`POST /webhooks/hand-off`: signed requests and answers of other teams' systems."""

from functools import partial
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.process.webhook_ear import WebhookEar, require_workspace
from bot.domain.hand_off_hook import HookAnswer, read_hook
from bot.services.hand_off_hook import take_answer, take_request
from bot.settings import TeamsSettings
from handlers.desk import Desk
from handlers.privacy import is_private

log = structlog.get_logger(__name__)


class HandOffEar(WebhookEar):
    """Takes what other teams ask of us and what they answer."""

    path = "/webhooks/hand-off"
    longest_body = 16_000  # ours: far above the longest request
    takes = "hand-offs"

    def __init__(self, settings: TeamsSettings, *, many: bool = False) -> None:
        """Raise SettingInvalid where there may be `many` workspaces and none is named."""
        require_workspace(
            "TEAMLEAD_TEAMS_WEBHOOK_WORKSPACE",
            settings.webhook_workspace,
            settings.webhook_secret,
            many=many,
        )
        super().__init__(settings.webhook_secret, settings.webhook_workspace)

    async def take_in(
        self, desk: Desk, client: AsyncWebClient, workspace: str, body: Any
    ) -> dict[str, Any]:
        """Store a request or an answer; returns the hand-off with its state."""
        found = read_hook(body)
        if isinstance(found, HookAnswer):
            answered = await take_answer(desk.ctx, workspace, found)
            return {"hand_off": answered.public_id, "state": answered.state.value}
        hides = partial(is_private, desk, client, workspace)
        taken = await take_request(desk.ctx, workspace, found, is_private=hides)
        log.info("hand_off.taken_in", team=found.team, known=taken is None)
        if taken is None:
            return {"state": "known"}
        return {"hand_off": taken.public_id, "state": taken.state.value}
