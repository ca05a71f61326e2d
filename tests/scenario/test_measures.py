"""Reports over real HTTP: from a signed webhook and an uploaded file to `/lead measures`."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.cli.bot_process import BotProcess
from bot.domain.dora import Window
from bot.manifest import load_manifest
from bot.settings import HttpSettings, MeasureSettings
from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.seed import MAYA
from tests.measures import payloads as p
from tests.measures.story import at
from tests.measures.test_ingest import COVERAGE
from tests.support.databases import migrated_home
from tests.support.stage import Stage, settings_for, words

SETTINGS = MeasureSettings(github_secret=SecretStr("gh"), ingest_token=SecretStr("t0ken"))


async def post(url: str, body: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as http,
        http.post(
            url, data=body, headers={k.replace("_", "-"): v for k, v in headers.items()}
        ) as r,
    ):
        return r.status, {} if r.status == 404 else await r.json()


async def github(url: str, event: str, body: Any, *, secret: str = "gh") -> tuple[int, Any]:
    """Report an event as GitHub does."""
    raw = json.dumps(body).encode()
    proof = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return await post(
        f"{url}/webhooks/github", raw, X_GitHub_Event=event, X_Hub_Signature_256=f"sha256={proof}"
    )


async def test_from_github_to_the_numbers(tmp_path: Path) -> None:
    workspace = Workspace(manifest=load_manifest(), rate_scale=None, retry_spacing=(0.0, 0.0, 0.0))
    async with WorkspaceServer(workspace) as server:
        settings = settings_for(server, tmp_path / "home")
        settings = settings.model_copy(update={"http": HttpSettings(port=0), "measure": SETTINGS})
        await migrated_home(tmp_path / "home")
        async with BotProcess(settings) as bot:
            await workspace.wait_for(lambda: workspace.hub.connections > 0)
            stage, url = Stage(workspace, server, bot), bot.http_url
            assert "Nothing reports to me yet" in words(await stage.lead("measures", user=MAYA))
            merged = p.pull(1, at(2, "09:00"), merged=at(2, "12:00"))
            deployed = p.status(p.deployment(11, at(2, "12:55")), "success", at(2, "13:00"))
            pulled = p.pull_request("closed", merged)

            assert (await github(url, "pull_request", pulled, secret="x"))[0] == 401
            stored = (200, {"state": "stored", "facts": 1})
            assert await github(url, "deployment_status", deployed) == stored
            assert await github(url, "pull_request", pulled) == stored
            assert (await github(url, "pull_request", pulled))[1]["state"] == "known"
            about = "repository=acme/orders&commit=abc"
            status, answer = await post(
                f"{url}/ingest?{about}", COVERAGE, Authorization="Bearer t0ken"
            )
            assert (status, answer["kind"]) == (200, "cobertura")
            assert (await post(f"{url}/ingest", COVERAGE))[0] == 401
            assert await post(f"{url}/webhooks/gitlab", b"{}") == (404, {})

            shown = words(await stage.lead("measures", user=MAYA))
            assert "acme/orders (github) · ▫️ no service" in shown
            await stage.lead("service add orders", user=MAYA)
            said = words(await stage.lead("measures acme/orders is orders", user=MAYA))
            assert "acme/orders is *orders*; what it reported counts for it." in said
            assert "· service orders ·" in words(await stage.lead("measures", user=MAYA))
            team = workspace.identity.team_id
            async with bot.runtime.context.database.read() as uow:
                window = _march(merged["merged_at"])
                lead_time = await uow.dora.lead_time(team, window)
                found = await uow.facts.latest(
                    team, "orders", ["coverage.lines"], since=window.since
                )
            assert (lead_time.value, lead_time.n) == (4 * 3_600.0, 1)
            assert found["coverage.lines"].value == 87.0


def _march(moment: str) -> Window:
    day = datetime.fromisoformat(moment)
    return Window(day - timedelta(days=1), day + timedelta(days=9), "orders")
