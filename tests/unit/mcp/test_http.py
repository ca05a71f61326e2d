"""`/mcp`: the official client with a token, and everybody who may not come in."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from bot.cli.process.http_server import HttpServer
from bot.cli.process.mcp_ear import PATH, McpEar
from bot.domain.mcp_token import SCOPES, new_token
from bot.errors import UserFacingError
from bot.mcp.http import Paces
from bot.services import mcp_tokens
from bot.services.mcp_tokens import NewToken
from bot.settings import McpSettings
from tests.support.agents import Caller, KeptStarts, agent
from tests.support.desk import Desk

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
PLAIN = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


@asynccontextmanager
async def served(office: Desk, **settings: Any) -> AsyncIterator[tuple[str, McpEar]]:
    """Yield the address of a server that listens."""
    ear = McpEar(McpSettings(**settings))
    http = HttpServer(ear.routes(), host="127.0.0.1", port=0)
    await http.start()
    ear.listen(office.ctx, KeptStarts())
    try:
        yield f"{http.url}{PATH}", ear
    finally:
        await ear.close()
        await http.stop()


async def token(office: Desk, name: str = "coder", **values: Any) -> str:
    given: dict[str, Any] = {"workspace_id": "T1", "days": 90, "by": "operator"}
    _, secret = await mcp_tokens.create(office.ctx, NewToken(name=name, **(given | values)))
    return secret


@asynccontextmanager
async def connected(url: str, secret: str, *, mode: str = "auto") -> AsyncIterator[Caller]:
    """Yield the official client, connected over HTTP; `legacy` shakes hands as until 2026."""
    http = create_mcp_http_client(headers={"Authorization": f"Bearer {secret}"})
    async with http, Client(streamable_http_client(url, http_client=http), mode=mode) as client:
        yield Caller(client)


async def ask(
    url: str, headers: Mapping[str, str], *, body: Any = LIST, method: str = "POST"
) -> tuple[int, Any]:
    """Send a request of our own making; return status and answer."""
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, url, json=body, headers={**PLAIN, **headers}) as answer,
    ):
        said = await answer.json() if "json" in answer.content_type else await answer.text()
        return answer.status, said


def bearer(secret: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}", **more}


async def test_the_official_client_uses_its_tools_and_sees_no_others(office: Desk) -> None:
    reading = await token(office)
    writing = await token(office, "writer", scopes=("memory:write", "memory:read"))
    async with served(office) as (url, _):
        async with connected(url, writing) as call:
            listed = await call.client.list_tools()
            assert {tool.name for tool in listed.tools} >= {"create_entities", "read_graph"}
            assert "list_tasks" not in {tool.name for tool in listed.tools}
            things = [{"name": "orders", "entityType": "service", "observations": ["runs on Go"]}]
            assert (await call("create_entities", entities=things))["entities"] == things
        async with connected(url, reading, mode="legacy") as call:
            listed = await call.client.list_tools()
            names = {tool.name for tool in listed.tools}
            assert names >= {"search_nodes", "list_tasks"}
            assert names & {"create_entities", "delete_entities", "delegate_task"} == set()
            assert (await call("open_nodes", names=["orders"]))["entities"] == things
            refused = await call.client.call_tool("delete_entities", {"entityNames": ["orders"]})
            assert refused.is_error
            assert "This token lacks the scope memory:write." in str(refused.content)


async def test_only_tokens_that_count_come_in(office: Desk) -> None:
    good, ended, revoked = [await token(office, name) for name in ("good", "ended", "revoked")]
    await mcp_tokens.revoke(office.ctx, "T1", "revoked", by="operator")
    async with office.ctx.database.begin() as uow:
        row = await uow.mcp_tokens.named("T1", "ended")
        assert row is not None
        row.expires_at = office.clock.now()
    async with served(office) as (url, ear):
        assert (await ask(url, bearer(good)))[0] == 200
        for secret in (ended, revoked, new_token(), "x", ""):
            status, said = await ask(url, bearer(secret))
            assert (status, list(said)) == (401, ["error"])
        assert (await ask(url, {}))[0] == 401
        assert (await ask(url, {"Authorization": f"Basic {good}"}))[0] == 401
        await ear.close()
        assert (await ask(url, bearer(good)))[0] == 503


async def test_a_page_that_rebinds_its_name_is_refused(office: Desk) -> None:
    secret = await token(office)
    async with served(office, hosts="lead.example.com") as (url, _):
        assert (await ask(url, bearer(secret, Host="evil.example.com")))[0] == 421
        assert (await ask(url, bearer(secret, Host="127.0.0.1.evil.example.com:80")))[0] == 421
        assert (await ask(url, bearer(secret, Origin="https://evil.example.com")))[0] == 403
        assert (await ask(url, bearer(secret, Origin="null")))[0] == 403
        for host in ("localhost:3000", "lead.example.com", "lead.example.com:443"):
            assert (await ask(url, bearer(secret, Host=host)))[0] == 200
        assert (await ask(url, bearer(secret, Origin="https://lead.example.com")))[0] == 200


async def test_what_is_too_large_too_much_or_no_request_is_refused(office: Desk) -> None:
    secret, other = await token(office), await token(office, "other")
    async with served(office, body_bytes=2_000, calls_per_minute=5) as (url, _):
        assert (await ask(url, bearer(secret), body="x" * 3_000))[0] == 413
        assert (await ask(url, bearer(secret), method="GET"))[0] == 405
        assert (await ask(url, bearer(secret), method="DELETE"))[0] == 405
        nonsenses: list[Any] = [{}, [], "x", {"jsonrpc": "2.0", "id": 1, "method": "x" * 50}]
        for nonsense in nonsenses:
            assert (await ask(url, bearer(secret), body=nonsense))[0] in (200, 400, 404)
        status, said = await ask(url, bearer(secret))
        assert (status, said) == (429, {"error": "Too many requests in a minute."})
        assert (await ask(url, bearer(other)))[0] == 200


def test_a_rest_is_made_up_for(office: Desk) -> None:
    paces = Paces(2, office.clock)
    who = agent()
    assert [paces.wait_of(who) for _ in range(3)] == [0, 0, 30]
    office.clock.advance(timedelta(seconds=30))
    assert [paces.wait_of(who) for _ in range(2)] == [0, 30]


async def test_it_can_be_switched_off() -> None:
    assert McpEar(McpSettings(enabled=False)).routes() == []


async def test_a_token_may_do_what_it_was_made_for(office: Desk) -> None:
    made = await token(office, scopes=SCOPES, user_id="U1")
    found = await mcp_tokens.agent_of(office.ctx, made)
    assert found == agent(user_id="U1")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_tokens_that_ended_keep_no_new_one_out(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp_tokens, "MOST_TOKENS", 1)
    await mcp_tokens.create(office.ctx, NewToken("T1", "first", days=1, by="U1"))
    with pytest.raises(UserFacingError, match="There are 1 tokens"):
        await mcp_tokens.create(office.ctx, NewToken("T1", "second", days=1, by="U1"))
    office.clock.advance(timedelta(days=2))
    row, _ = await mcp_tokens.create(office.ctx, NewToken("T1", "second", days=1, by="U1"))
    assert row.name == "second"
