"""Sessions with tool servers: commands that answer, fail, die and come back; addresses."""

import asyncio
import socket
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import uvicorn
from mcp.server.mcpserver import MCPServer

from bot.tools import mcp_client
from bot.tools.answers import told
from bot.tools.connection import Connection
from bot.tools.mcp_client import McpTools
from bot.tools.port import Target, Told, ToolFailed
from tests.support import small_servers

SERVER = Path(__file__).with_name("plain_server.py")
PLAIN = Target("a 1", "plain", command=(sys.executable, str(SERVER)))


@pytest.fixture
async def tools() -> AsyncIterator[McpTools]:
    made = McpTools()
    yield made
    await made.close()


async def test_a_command_serves_and_is_ended(
    tools: McpTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process for all that happens here: starting one takes a second."""
    monkeypatch.setenv("SECRET_OF_OURS", "x")
    found = await tools.list(PLAIN, seconds=60)
    assert [tool.name for tool in found] == ["add", "secrets", "broken"]
    assert found[0].description == "Add two numbers."
    assert found[0].parameters["required"] == ["a", "b"]

    sums = await asyncio.gather(
        *(tools.call(PLAIN, "add", {"a": 1, "b": n}, seconds=60) for n in range(5))
    )
    assert [answer.text for answer in sums] == ["1", "2", "3", "4", "5"]

    environment = await tools.call(PLAIN, "secrets", {}, seconds=60)
    assert "SECRET_OF_OURS" not in environment.text
    assert "PATH" in environment.text

    assert (await tools.call(PLAIN, "broken", {}, seconds=60)).failed
    assert (await tools.call(PLAIN, "nothing", {}, seconds=60)).failed
    assert (await tools.call(PLAIN, "add", {"a": "x"}, seconds=60)).failed

    await tools.close()
    names = [task.get_name() for task in asyncio.all_tasks()]
    assert "tool-server-plain" not in names


async def test_the_library_is_loaded_beside_the_loop(
    tools: McpTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a second in which messages would not be acknowledged."""
    load, threads = mcp_client._connections, []

    def noted() -> type[Connection]:
        threads.append(threading.current_thread())
        return load()

    monkeypatch.setattr(mcp_client, "_connections", noted)
    with pytest.raises(ToolFailed):
        await tools.list(Target("a 3", "gone", command=("false",)), seconds=60)
    assert threads
    assert threading.main_thread() not in threads


async def test_a_command_that_dies_in_a_call_is_started_again(tools: McpTools) -> None:
    small = Target("a 2", "small", command=small_servers.command("plain"))
    assert [tool.name for tool in await tools.list(small, seconds=60)][-1] == "die"
    with pytest.raises(ToolFailed, match="broke off"):
        await tools.call(small, "die", {}, seconds=60)
    assert (await tools.call(small, "add", {"a": 1, "b": 2}, seconds=60)) == Told("3")


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("no-such-program-anywhere",), "bad cannot be started: there is no program"),
        (("false",), "bad ended at once"),
    ],
)
async def test_a_command_that_is_no_server(
    tools: McpTools, command: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(ToolFailed, match=sentence):
        await tools.list(Target("b 1", "bad", command=command), seconds=60)


async def test_a_server_that_says_nothing_is_not_waited_for(tools: McpTools) -> None:
    silent = Target(
        "c 1", "silent", command=(sys.executable, "-c", "import signal; signal.pause()")
    )
    import bot.tools.connection as connection

    patch = pytest.MonkeyPatch()
    patch.setattr(connection, "OPEN_SECONDS", 0.3)
    try:
        with pytest.raises(ToolFailed, match="silent gave no answer in time"):
            await tools.list(silent, seconds=60)
    finally:
        patch.undo()


async def test_an_address_inside_is_refused(tools: McpTools) -> None:
    inside = Target("d 1", "inside", url="https://127.0.0.1:1/mcp")
    with pytest.raises(ToolFailed, match="only public https addresses"):
        await tools.list(inside, seconds=60)


async def test_a_server_with_an_address_and_a_token() -> None:
    """Streamable HTTP on this machine, which the operator has let in."""
    seen: list[str] = []
    plain = MCPServer("far")

    @plain.tool()
    def shout(text: str) -> str:
        """Say it louder."""
        return text.upper()

    app = plain.streamable_http_app()

    async def listening(scope, receive, send):  # type: ignore[no-untyped-def]  # ASGI
        headers = dict(scope.get("headers") or ())
        seen.append(headers.get(b"authorization", b"").decode())
        await app(scope, receive, send)

    door = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(listening, log_level="critical"))
    serving = asyncio.create_task(server.serve(sockets=[door]))
    port = door.getsockname()[1]
    tools = McpTools(private_addresses=True)
    target = Target("e 1", "far", url=f"http://127.0.0.1:{port}/mcp", token="t0ken")
    try:
        assert [tool.name for tool in await tools.list(target, seconds=60)] == ["shout"]
        answer = await tools.call(target, "shout", {"text": "hi"}, seconds=60)
        assert answer == Told("HI")
        assert "Bearer t0ken" in seen
    finally:
        await tools.close()
        server.should_exit = True
        await serving


def test_every_kind_of_content_becomes_text() -> None:
    content = [
        SimpleNamespace(type="text", text="a\x00"),
        SimpleNamespace(type="image", mime_type="image/png", data="x" * 9_000),
        SimpleNamespace(type="resource", resource=SimpleNamespace(uri="u:1", text="b")),
        SimpleNamespace(type="resource", resource=SimpleNamespace(uri="u:2", blob="x")),
        SimpleNamespace(type="resource_link", uri="u:3"),
    ]
    assert told(content, None, is_error=False).text == (
        "a\n\n[image/png: not text]\n\nb\n\n[u:2: not text]\n\n[u:3]"
    )
    assert told([], {"a": 1}, is_error=False).text == '{\n "a": 1\n}'


@pytest.mark.parametrize(
    ("text", "is_error", "failed"),
    [
        ("fetch failed", False, True),
        ("Error fetching documentation: 500", False, True),
        ("Failed to retrieve library", False, True),
        ("The error: handling guide explains", False, False),
        ("Error: " + "long documentation " * 40, False, False),
        ("all is well", True, True),
        ("all is well", False, False),
    ],
)
def test_an_error_is_one_whatever_its_flag_says(text: str, is_error: bool, failed: bool) -> None:
    block = SimpleNamespace(type="text", text=text)
    assert told([block], None, is_error=is_error).failed is failed
