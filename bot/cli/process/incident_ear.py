"""`POST /webhooks/escalation`: signed incidents of monitoring systems become escalations."""

from collections import Counter
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.process.webhook_ear import WebhookEar, require_workspace
from bot.domain.escalation.incident import incidents
from bot.errors import SettingInvalid
from bot.services.incident_facts import keep_report
from bot.services.incidents import take_in
from bot.settings import EscalationSettings
from handlers.desk import Desk
from handlers.privacy import is_private

log = structlog.get_logger(__name__)


class IncidentEar(WebhookEar):
    """Opens an escalation in the channel that the operator named, ends it when told so."""

    path = "/webhooks/escalation"
    longest_body = 256_000  # ours: Alertmanager's largest groups stay below
    takes = "incidents"

    def __init__(self, settings: EscalationSettings, *, many: bool = False) -> None:
        """Raise SettingInvalid for a secret without a channel, or without one of `many` workspaces.

        `many` says that there may be several.
        """
        if settings.webhook_secret.get_secret_value() and not settings.webhook_channel:
            raise SettingInvalid(
                "TEAMLEAD_ESCALATION_WEBHOOK_CHANNEL",
                "is not set, but the secret of the webhook is.",
                hint="Name the channel where incidents are to be opened, e.g. C0INCIDENTS.",
            )
        require_workspace(
            "TEAMLEAD_ESCALATION_WEBHOOK_WORKSPACE",
            settings.webhook_workspace,
            settings.webhook_secret,
            many=many,
        )
        super().__init__(settings.webhook_secret, settings.webhook_workspace)
        self._channel = settings.webhook_channel

    async def take_in(
        self, desk: Desk, client: AsyncWebClient, workspace: str, body: Any
    ) -> dict[str, Any]:
        """Store the incidents of a body; returns how many are new, over and known."""
        found = incidents(body)
        directory = desk.directory(client, workspace)
        private = await is_private(desk, client, workspace, self._channel)
        counts: Counter[str] = Counter()
        for incident in found:
            outcome = await take_in(
                desk.ctx,
                directory,
                incident,
                workspace_id=workspace,
                channel_id=self._channel,
                is_private=private,
            )
            counts[outcome] += 1
        if not private:  # its services are nobody else's to read of
            await keep_report(desk.ctx, workspace, body)
        log.info("incident.taken_in", **counts)
        return {name: counts[name] for name in ("opened", "resolved", "known")}
