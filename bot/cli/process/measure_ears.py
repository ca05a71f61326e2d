"""`POST /webhooks/github` and its like: what other systems report becomes facts."""

import base64
import hashlib
import hmac
import json
from abc import abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request

from bot.cli.process.webhook_ear import FRESH, WebhookEar, hmac_of, require_workspace, same
from bot.domain.measure import Heard, Rules
from bot.domain.measure.alarms import read_alertmanager, read_pagerduty, read_sentry, sent_at
from bot.domain.measure.github import read_github
from bot.domain.measure.gitlab import read_gitlab
from bot.services.measures import IGNORED, rules_of, take_in
from bot.settings import MeasureSettings
from handlers.desk import Desk

Headers = Mapping[str, str]
_SENTRY_SENT = "sentry-hook-timestamp"


@dataclass(frozen=True)
class Delivery:
    """A request that was believed."""

    headers: Headers
    raw: bytes
    body: Any


class MeasureEar(WebhookEar):
    """Takes what one system reports; an event that says nothing is answered with `ignored`."""

    source: str
    longest_body = 5_000_000  # ours: a push of thousands of commits stays below
    takes = "facts"
    event_header = ""
    """Which of its events it is."""

    def __init__(self, secret: SecretStr, settings: MeasureSettings) -> None:
        """A secret that is empty serves no path."""
        super().__init__(secret, settings.workspace)
        self._rules = rules_of(settings)

    @abstractmethod
    def heard(self, delivery: Delivery, event: str, rules: Rules, now: datetime) -> Heard | None:
        """Return what a delivery says, None for nothing; raises UserFacingError."""

    def read(self, request: Request, body: bytes) -> Delivery:
        """Return the request; numbers that are none, as `NaN`, are no JSON."""
        return Delivery(request.headers, body, json.loads(body, parse_constant=_no_number))

    async def take_in(
        self, desk: Desk, client: AsyncWebClient, workspace: str, body: Delivery
    ) -> dict[str, Any]:
        """Store what it says; returns what became of it."""
        event = body.headers.get(self.event_header, "") if self.event_header else ""
        if event == "ping":
            return IGNORED.said()
        now = desk.ctx.clock.now()
        found = self.heard(body, event, self._rules, now)
        taken = await take_in(
            desk.ctx,
            workspace,
            found,
            source=self.source,
            event=event[:40],
            body=body.raw,
            stamp=self.stamp(body, now),
        )
        return taken.said()

    def stamp(self, _delivery: Delivery, _now: datetime) -> str:
        """Return what else tells two reports of one content apart; empty: they are the same."""
        return ""


class GitHubEar(MeasureEar):
    """GitHub signs the body: X-Hub-Signature-256."""

    path, source, event_header = "/webhooks/github", "github", "x-github-event"

    def believes(self, headers: Headers, body: bytes, *, now: datetime) -> bool:
        """See WebhookEar."""
        given = headers.get("x-hub-signature-256", "")
        return same(given, f"sha256={hmac_of(self._secret, body)}")

    def heard(self, delivery: Delivery, event: str, rules: Rules, now: datetime) -> Heard | None:
        """See MeasureEar."""
        return read_github(event, delivery.body, rules=rules, now=now)


class GitLabEar(MeasureEar):
    """GitLab signs as Standard Webhooks say (19 and later), or sends the secret itself."""

    path, source = "/webhooks/gitlab", "gitlab"

    def believes(self, headers: Headers, body: bytes, *, now: datetime) -> bool:
        """See WebhookEar."""
        if theirs := headers.get("webhook-signature"):
            stamp, number = headers.get("webhook-timestamp", ""), headers.get("webhook-id", "")
            if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
                return False
            message = f"{number}.{stamp}.".encode() + body
            digest = hmac.new(_signing_key(self._secret), message, hashlib.sha256).digest()
            wanted = f"v1,{base64.b64encode(digest).decode()}"
            is_fresh = abs(now.timestamp() - int(stamp)) <= FRESH.total_seconds()
            return is_fresh and any(same(one, wanted) for one in theirs.split())
        return same(headers.get("x-gitlab-token", ""), self._secret)

    def heard(self, delivery: Delivery, event: str, rules: Rules, now: datetime) -> Heard | None:
        """See MeasureEar."""
        return read_gitlab(delivery.body, rules=rules, now=now)


class SentryEar(MeasureEar):
    """Sentry signs the body: Sentry-Hook-Signature."""

    path, source, event_header = "/webhooks/sentry", "sentry", "sentry-hook-resource"

    def believes(self, headers: Headers, body: bytes, *, now: datetime) -> bool:
        """See WebhookEar."""
        return same(headers.get("sentry-hook-signature", ""), hmac_of(self._secret, body))

    def heard(self, delivery: Delivery, event: str, rules: Rules, now: datetime) -> Heard | None:
        """See MeasureEar."""
        at = sent_at(delivery.headers.get(_SENTRY_SENT, ""), now=now)
        return read_sentry(event, delivery.body, at=at, now=now)

    def stamp(self, delivery: Delivery, now: datetime) -> str:
        """Return when it was sent: an issue that is resolved, opened and resolved says the same.

        Sentry does not sign it. So a moment that has passed makes no report a new one; whoever
        knows a signed body can at most tell once more what Sentry said of that issue.
        """
        given = delivery.headers.get(_SENTRY_SENT, "")
        return given if abs(now - sent_at(given, now=now)) <= FRESH else ""


class AlertmanagerEar(MeasureEar):
    """Alertmanager signs nothing: it sends the secret as bearer token or as password."""

    path, source = "/webhooks/alertmanager", "alertmanager"

    def believes(self, headers: Headers, body: bytes, *, now: datetime) -> bool:
        """See WebhookEar."""
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                pair = base64.b64decode(given, validate=True).decode("utf-8", "replace")
            except ValueError:
                return False
            given = pair.partition(":")[2]
        return kind.lower() in ("bearer", "basic") and same(given, self._secret)

    def heard(self, delivery: Delivery, event: str, rules: Rules, now: datetime) -> Heard | None:
        """See MeasureEar."""
        return read_alertmanager(delivery.body, now=now)


class PagerDutyEar(MeasureEar):
    """PagerDuty signs the body, with every secret that is valid."""

    path, source = "/webhooks/pagerduty", "pagerduty"

    def believes(self, headers: Headers, body: bytes, *, now: datetime) -> bool:
        """See WebhookEar."""
        wanted = f"v1={hmac_of(self._secret, body)}"
        theirs = headers.get("x-pagerduty-signature", "")
        return any(same(one.strip(), wanted) for one in theirs.split(","))

    def heard(self, delivery: Delivery, event: str, rules: Rules, now: datetime) -> Heard | None:
        """See MeasureEar."""
        return read_pagerduty(delivery.body, now=now)


def measure_ears(settings: MeasureSettings, *, many: bool) -> list[WebhookEar]:
    """Return an ear for each system; raises SettingInvalid where nobody said whose facts come."""
    secrets: dict[type[MeasureEar], SecretStr] = {
        GitHubEar: settings.github_secret,
        GitLabEar: settings.gitlab_secret,
        SentryEar: settings.sentry_secret,
        AlertmanagerEar: settings.alertmanager_secret,
        PagerDutyEar: settings.pagerduty_secret,
    }
    for secret in secrets.values():
        require_workspace("TEAMLEAD_MEASURE_WORKSPACE", settings.workspace, secret, many=many)
    return [ear(secret, settings) for ear, secret in secrets.items()]


def _signing_key(secret: str) -> bytes:
    """Return the key of a signing token: the Base64 after `whsec_`, else the token itself."""
    if secret.startswith("whsec_"):
        with suppress(ValueError):
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True) or secret.encode()
    return secret.encode()


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")
