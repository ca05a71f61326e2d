"""HTTP mode by the front door: signed requests in, recorded Slack calls out, over real HTTP."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.cli.process import health
from bot.workspace.seed import MAYA
from tests.support.http_slack import signed
from tests.support.serving import Served, serving
from tests.support.stage import PATIENCE, words

BILLING = (
    "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps, p95 under 200 ms"
)
WISH = "which HikariCP pool size do we need for 300 rps at 20 ms a query?"
CHALLENGE = json.dumps({"type": "url_verification", "challenge": "a challenge", "token": "t"})


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path / "home") as running:
        yield running


async def test_the_main_job_over_http(served: Served) -> None:
    """A mention, a command and a button arrive as requests; the thread is as on a socket."""
    stage = served.stage
    root = await stage.mention(BILLING)
    decision = await stage.wait_text(root, "Decision proposed")

    await stage.workspace.click(MAYA, "#backend", str(decision["ts"]), "decision.accept")
    await stage.wait_text(root, f"Accepted by <@{MAYA}>")

    assert "accepted" in words(await stage.lead("decisions")).lower()
    assert served.link.refused == []

    # Slack sends again what was answered too late.
    stage.workspace.faults.set(duplicate=1.0)
    root = await stage.mention(WISH)
    await stage.wait_text(root, "T-2")
    await stage.workspace.settled()
    stage.workspace.faults.clear()
    assert "T-3" not in words(await stage.lead("tasks"))


async def test_who_is_not_slack_is_refused(served: Served) -> None:
    """Nothing gets in without Slack's signature of the last minutes; what is too large unread."""
    other, old = signed(CHALLENGE, secret="another secret"), signed(CHALLENGE, age_seconds=3600)
    for headers in (other, old, {}):
        status, body = await served.post(CHALLENGE, headers)
        assert status == 401
        assert "a challenge" not in body
    # No one can fill the memory: neither by size nor by leaving the size out.
    assert (await served.post("x" * 1_000_001, {}))[0] == 413
    pieces = aiohttp.AsyncIterablePayload(_pieces())
    async with served.http.post(f"{served.url}/slack/events", data=pieces) as answer:
        assert answer.status == 411
    # The challenge of a new request URL is given back.
    status, body = await served.post(CHALLENGE, signed(CHALLENGE))
    assert (status, json.loads(body)) == (200, {"challenge": "a challenge"})


async def _pieces() -> AsyncIterator[bytes]:
    yield b"{}"


async def test_health_and_metrics(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alive, ready, and what happened is counted, with no name of anybody or anything."""
    # A machine that is busy with other tests is none whose database is away.
    monkeypatch.setattr(health, "PROBE_SECONDS", PATIENCE)
    assert (await served.get("/healthz"))[0] == 200
    status, body = await served.get("/readyz")
    assert (status, json.loads(body)) == (200, {"ready": True, "not_ready": {}})

    root = await served.stage.mention(WISH)
    await served.stage.wait_text(root, "T-1")
    status, text = await served.get("/metrics")

    assert status == 200
    assert 'teamlead_ack_seconds_count{ear="http",kind="event"}' in text
    assert 'teamlead_process_info{command="serve",' in text
    assert "teamlead_database_up 1.0" in text
    assert 'teamlead_posts_total{method="chat.postMessage",outcome="sent"}' in text
    assert 'teamlead_model_calls_total{model="' in text
    assert 'teamlead_tasks{state="' in text
    for name in (root, MAYA, "backend"):
        assert name not in text

    # After its end nobody listens: Slack sends again, to the next process.
    await served.stage.bot.close()
    with pytest.raises(aiohttp.ClientConnectionError):
        await served.get("/healthz")
