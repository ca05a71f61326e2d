"""Incidents over real HTTP: signed ones open escalations once, their end resolves them."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.cli.bot_process import BotProcess
from bot.cli.process.incident_ear import IncidentEar
from bot.clock import SystemClock
from bot.settings import EscalationSettings, HttpSettings
from bot.workspace import WorkspaceServer
from bot.workspace.seed import BACKEND, MAYA, PRIYA
from tests.support.databases import migrated_home
from tests.support.stage import PATIENCE, Stage, settings_for, words
from tests.support.workspaces import patient_workspace

SECRET = "a webhook secret"
ALERT = {
    "status": "firing",
    "labels": {"alertname": "HighErrors", "severity": "critical"},
    "annotations": {"summary": "5xx above 5 % <!channel>"},
    "startsAt": "2026-03-02T09:10:00Z",
    "fingerprint": "abc",
    "generatorURL": "https://prometheus.example/graph",
}


async def post(url: str, body: Any, *, secret: str = SECRET) -> tuple[int, dict[str, Any]]:
    """Report incidents with our own signature; return status and answer."""
    text = body if isinstance(body, str) else json.dumps(body)
    stamp = str(int(SystemClock().now().timestamp()))
    proof = hmac.new(secret.encode(), f"{stamp}.{text}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Teamlead-Timestamp": stamp, "X-Teamlead-Signature": f"v1={proof}"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{url}/webhooks/escalation", data=text, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


async def test_an_incident_from_its_alarm_to_its_end(tmp_path: Path) -> None:
    workspace = patient_workspace()
    rules = EscalationSettings(
        webhook_secret=SecretStr(SECRET), webhook_channel=BACKEND, level2_people=PRIYA
    )
    async with WorkspaceServer(workspace) as server:
        settings = settings_for(server, tmp_path / "home", escalation=rules)
        settings = settings.model_copy(update={"http": HttpSettings(port=0)})
        await migrated_home(tmp_path / "home")
        async with BotProcess(settings) as bot:
            await workspace.wait_for(lambda: workspace.hub.connections > 0)
            stage, url = Stage(workspace, server, bot), bot.http_url
            body = {"alerts": [ALERT]}

            assert await post(url, body, secret="another") == (
                401,
                {"error": "The signature is missing, wrong or old."},
            )
            assert (await post(url, "x" * (IncidentEar.longest_body + 1)))[0] == 413
            for nonsense in ("{", "[" * 100_000, "9" * 5_000):
                assert await post(url, nonsense) == (400, {"error": "That is no JSON."})
            assert (await post(url, {"what": "ever"}))[0] == 400
            opened = (200, {"opened": 1, "resolved": 0, "known": 0})
            assert await post(url, body) == opened
            assert await post(url, body) == (200, {"opened": 0, "resolved": 0, "known": 1})

            def card() -> dict[str, Any] | None:
                shown = workspace.history("#backend")
                return next((m for m in shown if "X-1" in words(m)), None)

            found = await workspace.wait_for(card, PATIENCE)
            assert "level 4" in words(found)
            assert f"<@{PRIYA}> is asked" in words(found)
            assert "<https://prometheus.example/graph|the incident>" in words(found)
            assert "<!channel>" not in words(found["blocks"][0])

            over = {"alerts": [{**ALERT, "status": "resolved"}]}
            assert await post(url, over) == (200, {"opened": 0, "resolved": 1, "known": 0})
            assert await post(url, over) == (200, {"opened": 0, "resolved": 0, "known": 1})
            # What Alertmanager repeats of an incident that is over opens no other.
            assert await post(url, body) == (200, {"opened": 0, "resolved": 0, "known": 1})
            await stage.wait_text(str(found["ts"]), "*X-1 is resolved* by whoever reported it")

            event = {
                "event_action": "trigger",
                "dedup_key": "disk",
                "payload": {"summary": "Disk is full", "severity": "warning"},
            }
            for number in (2, 3):  # a key that its source uses again
                assert await post(url, event) == opened
                ended = await post(url, {**event, "event_action": "resolve"})
                assert ended == (200, {"opened": 0, "resolved": 1, "known": 0})
                assert f"X-{number}" in words(await stage.lead("escalations all", user=MAYA))
            assert "X-4" not in words(await stage.lead("escalations all", user=MAYA))
