"""Tool servers of a workspace: added once, sealed, looked at, changed, gone."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.domain.tool_server import Tool
from bot.errors import NotFound, UserFacingError
from bot.services import tool_servers
from bot.services.installation_seal import Seal, new_key, seal_from
from bot.services.tool_offers import tools_of
from bot.services.tool_reach import target_of
from bot.services.tool_servers import Change, NewServer, permissions_of
from bot.services.tool_views import server_line, tools_card
from bot.settings import SecretsSettings, ToolsSettings
from bot.slack.cards.tool_server import server_text
from bot.tools.port import Target, ToolFailed
from storage.models import ToolServer
from tests.support.desk import Desk, desk
from tests.support.tool_servers import KeptTools, a_server, with_tools

URL = "https://mcp.example.com/secret-path"


def wanted(name: str = "context7", **more: Any) -> NewServer:
    values: dict[str, Any] = {"workspace_id": "T1", "by": "U1", "url": URL}
    return NewServer(name=name, **(values | more))


async def all_of(at: Desk, workspace_id: str = "T1") -> list[str]:
    async with at.ctx.database.read() as uow:
        return [row.name for row in await uow.tool_servers.all(workspace_id)]


async def test_a_name_is_taken_once_in_a_workspace(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    first = await tool_servers.add(at.ctx, wanted(receipt="view:1"))
    again = await tool_servers.add(at.ctx, wanted(receipt="view:1"))
    assert first.id == again.id
    with pytest.raises(UserFacingError, match="already"):
        await tool_servers.add(at.ctx, wanted("Context7", receipt="view:2"))
    await tool_servers.add(at.ctx, wanted(workspace_id="T2"))
    assert (await all_of(at), await all_of(at, "T2")) == (["context7"], ["context7"])


async def test_there_are_not_too_many(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    for number in range(tool_servers.MOST_SERVERS):
        await tool_servers.add(at.ctx, wanted(f"s{number}"))
    with pytest.raises(UserFacingError, match="remove one first"):
        await tool_servers.add(at.ctx, wanted("more"))


class _Chatty(KeptTools):
    """A server that tells what it should not, and what a database refuses."""

    async def list(self, target: Target, *, seconds: float) -> list[Tool]:
        told = {"default": "postgres://app:hunter22@db/shop", "title": "a\0b\ud800"}
        schema = {"type": "object", "properties": {"dsn": told}}
        about = "Asks postgres://app:hunter22@db/shop"
        return [Tool(name="query", description=about, parameters=schema)]


async def test_what_a_server_says_of_itself_is_kept_without_secrets(office: Desk) -> None:
    """Its words go to the model with each call."""
    row = await a_server(with_tools(office, _Chatty()), command=(), url=URL)
    (kept,) = tools_of(row)
    assert kept.name == "query"
    assert kept.description == "Asks postgres://app:[secret: password in an address]@db/shop"
    dsn = kept.parameters["properties"]["dsn"]
    assert "hunter22" not in dsn["default"]
    assert dsn["title"] == "ab?"


async def test_its_health_is_told(office: Desk) -> None:
    """A server that went away keeps its tools; it is looked at again when its moment comes."""
    tools = KeptTools()
    at = with_tools(office, tools)
    row = await a_server(at, command=(), url=URL)
    assert (row.problem, row.seen_at) == ("", at.clock.now())
    tools.problem = "memory gave no answer in time."
    assert await tool_servers.check_due(at.ctx) == 0
    at.clock.advance(timedelta(minutes=16))
    assert await tool_servers.check_due(at.ctx) == 1
    assert await tool_servers.check_due(at.ctx) == 0
    async with at.ctx.database.read() as uow:
        row = await uow.tool_servers.get("T1", row.id)
        card = await tools_card(at.ctx, uow, "T1", seen_from="C1")
    assert row.problem == tools.problem
    assert len(tools_of(row)) == 3
    text = server_text(card.servers[0], days=7)
    assert text.startswith("⚠️ memory gave no answer in time. Last seen <!date^")
    assert "memory · mcp.example.com" in text
    assert "secret-path" not in text
    assert (
        "3 tools: 2 reading, 1 after a yes · not for private channels · 0 calls in 7 days" in text
    )

    tools.problem = ""
    await tool_servers.check_soon(at.ctx, row)
    assert await tool_servers.check_due(at.ctx) == 1
    async with at.ctx.database.read() as uow:
        assert (await uow.tool_servers.get("T1", row.id)).problem == ""


async def test_switched_off_nothing_is_asked(office: Desk) -> None:
    ctx = office.ctx
    off = desk(ctx.database, ctx.settings.app.home, tools=ToolsSettings(enabled=False))
    at = with_tools(off, KeptTools())
    await tool_servers.add(at.ctx, wanted())
    assert await tool_servers.check_due(at.ctx) == 0


async def test_permissions_are_chosen_one_by_one(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    row = await a_server(at)
    change = Change(by="U1", permissions={"open_nodes": "off"}, private=True, receipt="v1")
    row = await tool_servers.change(at.ctx, row, change)
    assert permissions_of(row) == {
        "search_nodes": "read", "open_nodes": "off", "create_entities": "ask",
    }  # fmt: skip
    assert row.private
    again = Change(by="U1", private=False, receipt="v1")  # the same form, delivered again
    assert (await tool_servers.change(at.ctx, row, again)).private
    with pytest.raises(UserFacingError, match="no tool"):
        await tool_servers.change(at.ctx, row, Change(by="U1", permissions={"rm": "read"}))


async def test_a_removed_server_is_gone(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    row = await a_server(at)
    await tool_servers.remove(at.ctx, row, by="U1", receipt="v1")
    await tool_servers.remove(at.ctx, row, by="U1", receipt="v1")
    with pytest.raises(NotFound):
        await tool_servers.remove(at.ctx, row, by="U1", receipt="v2")
    assert await all_of(at) == []
    assert (await tool_servers.check(at.ctx, row)).id == row.id


async def test_another_workspaces_server_is_not_found(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    row = await a_server(at)
    foreign = ToolServer(id=row.id, workspace_id="T2", name=row.name)
    with pytest.raises(NotFound):
        await tool_servers.change(at.ctx, foreign, Change(by="U9", private=True))
    with pytest.raises(NotFound):
        await tool_servers.remove(at.ctx, foreign, by="U9")
    assert await all_of(at) == ["memory"]


async def test_a_token_is_sealed_and_sealed_anew(office: Desk) -> None:
    ctx, old, new = office.ctx, new_key(), new_key()
    home = ctx.settings.app.home
    at = with_tools(
        desk(ctx.database, home, secrets=SecretsSettings(key=SecretStr(old))), KeptTools()
    )
    row = await tool_servers.add(at.ctx, wanted(token="t0ken"))
    assert "t0ken" not in row.token
    assert target_of(at.ctx, row).token == "t0ken"
    assert "t0ken" not in repr(target_of(at.ctx, row))

    assert await tool_servers.reseal(at.ctx, Seal([new, old])) == (1, 0)
    with pytest.raises(ToolFailed, match="no key of mine opens"):
        async with at.ctx.database.read() as uow:
            target_of(at.ctx, await uow.tool_servers.get("T1", row.id))
    assert await tool_servers.reseal(at.ctx, Seal([old]), drop=True) == (0, 1)
    assert seal_from(at.ctx.settings.secrets).open("T1", "") == ""


async def test_without_a_key_no_token_is_kept(office: Desk) -> None:
    at = with_tools(office, KeptTools())
    with pytest.raises(UserFacingError, match="no key to seal it"):
        await tool_servers.add(at.ctx, wanted(token="t0ken"))
    assert await all_of(at) == []


def test_a_command_shows_its_program_only() -> None:
    row = ToolServer(
        id="1", name="x", command=["/opt/bin/server", "--key=hush"], tools=[], permissions={},
        private=False, problem="", seen_at=None,
    )  # fmt: skip
    assert server_line(row).reached_by == "command server"
