"""Other programs and a real bot: what they delegate over HTTP and stdio is done in the channel."""

import os
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from bot.domain.mcp_token import SCOPES
from bot.services import mcp_tokens
from bot.services.mcp_tokens import NewToken
from bot.workspace.seed import BACKEND, MAYA
from bot.workspace.shapes import Json
from tests.support.agents import Caller, Told
from tests.support.serving import serving
from tests.support.stage import PATIENCE, Stage, words

WISH = "we need a billing API with Stripe webhooks, 500 rps"


async def root_of(stage: Stage, text: str) -> str:
    """Return the ts of the message at the top of #backend that asks for this."""

    def look() -> Json | None:
        shown = stage.workspace.history(BACKEND)
        return next((m for m in shown if f"<@{MAYA}> asks: {text}" in words(m)), None)

    found: Json = await stage.workspace.wait_for(look, PATIENCE)
    return str(found["ts"])


async def test_programs_delegate_over_http_and_stdio(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with serving(home) as served:
        stage = served.stage
        ctx, team = stage.bot.runtime.context, stage.workspace.identity.team_id
        await stage.lead("remember orders: it has a queue")  # from here on the channel is known
        wanted = NewToken(team, "orchestrator", 1, "operator", scopes=SCOPES, user_id=MAYA)
        _, secret = await mcp_tokens.create(ctx, wanted)
        http = create_mcp_http_client(headers={"Authorization": f"Bearer {secret}"})
        async with http, Client(streamable_http_client(f"{served.url}/mcp", http_client=http)) as c:
            call = Caller(c)
            asked = {"channel": BACKEND, "text": WISH, "idempotencyKey": "1"}
            first = await call("delegate_task", **asked)
            again = await call("delegate_task", **asked)
            assert (again["task"]["id"], again["isNew"]) == (first["task"]["id"], False)
            await stage.wait_text(await root_of(stage, WISH), "Decision proposed")
            told = await call("get_task", id=first["task"]["id"])
            assert told["state"] == "done"
            assert told["recommendation"]["headline"]
            decision = await call("why_decision", id=told["decisions"][0])
            assert decision["task"] == first["task"]["id"]
            with pytest.raises(Told, match="I know no channel"):
                await call("list_tasks", channel="C0000")

        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "bot", "mcp", "--channel", BACKEND, "--user", MAYA, "--name", "coder"],
            env={**os.environ, "TEAMLEAD_HOME": str(home), "TEAMLEAD_MODEL_PROVIDER": "offline"},
        )
        async with Client(command) as client:
            call = Caller(client)
            other = f"{WISH}, with refunds"
            asked = {"channel": BACKEND, "text": other, "idempotencyKey": "2"}
            assert (await call("delegate_task", **asked))["isNew"]
            await call(
                "create_entities",
                entities=[{"name": "billing", "entityType": "service", "observations": ["Go"]}],
            )
            await stage.wait_text(await root_of(stage, other), "Decision proposed")
        assert "agent coder" in words(await stage.lead("memory open billing"))
