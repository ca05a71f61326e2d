"""Tool servers that speak MCP; the library loads for a second, so only where a server is used."""

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.domain.tool_call import storable
from bot.domain.tool_capability import adapted
from bot.domain.tool_server import MOST_DESCRIPTION, MOST_SCHEMA, MOST_TOOLS, Tool
from bot.tools.answers import told
from bot.tools.port import Target, Told, ToolFailed

if TYPE_CHECKING:
    from mcp import Client

    from bot.tools.connection import Connection

_MOST_PAGES = 20


class McpTools:
    """Implements `bot.tools.port.Tools`: one session for each target, opened when needed."""

    def __init__(self, *, private_addresses: bool = False) -> None:
        """`private_addresses` lets addresses lead into this machine and its network."""
        self._private = private_addresses
        self._open: dict[str, Connection] = {}

    async def list(self, target: Target, *, seconds: float) -> list[Tool]:
        """Return a server's tools; raises ToolFailed."""
        client = await self._client(target)
        found: list[Tool] = []
        cursor: str | None = None
        try:
            async with asyncio.timeout(seconds):
                for _ in range(_MOST_PAGES):
                    page = await client.list_tools(cursor=cursor, cache_mode="refresh")
                    found += [tool for item in page.tools if (tool := _kept(item)) is not None]
                    cursor = page.next_cursor
                    if cursor is None or len(found) >= MOST_TOOLS:
                        break
        except Exception as error:  # the library and its transports raise anything
            raise await self._broken(target, error) from error
        return found[:MOST_TOOLS]

    async def call(
        self, target: Target, tool: str, arguments: Mapping[str, Any], *, seconds: float
    ) -> Told:
        """Make a call; raises ToolFailed. Nothing is tried twice: it may have happened."""
        client = await self._client(target)
        try:
            async with asyncio.timeout(seconds):
                result = await client.call_tool(tool, adapted(tool, arguments))
        except Exception as error:  # the library and its transports raise anything
            raise await self._broken(target, error) from error
        return told(result.content, result.structured_content, is_error=bool(result.is_error))

    async def _client(self, target: Target) -> "Client":
        made = await asyncio.to_thread(_connections)  # on the loop nothing would be heard meanwhile
        for key in [key for key in self._open if _outdated(key, target)]:
            await self._open.pop(key).close()
        connection = self._open.get(target.key)
        if connection is None:
            connection = self._open[target.key] = made(target, private=self._private)
        try:
            return await connection.client()
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            raise await self._broken(target, ConnectionError("it ended")) from None
        except Exception as error:  # the library and its transports raise anything
            raise await self._broken(target, error) from error

    async def _broken(self, target: Target, error: BaseException) -> ToolFailed:
        """Drop the session unless the server merely said no; return the sentence for it."""
        from bot.tools.connection import root_of

        cause = root_of(error)
        refused = _refusal(cause)
        if refused is None and (connection := self._open.pop(target.key, None)) is not None:
            await connection.close()
        return ToolFailed(f"{target.name} {refused or _what(cause, target)}")

    async def close(self) -> None:
        """End all sessions."""
        opened, self._open = list(self._open.values()), {}
        await asyncio.gather(*(connection.close() for connection in opened))


def _connections() -> "type[Connection]":
    """Load the library, the first time for half a second."""
    from bot.tools.connection import Connection

    return Connection


def _outdated(key: str, target: Target) -> bool:
    """Whether a session was made for an older address of the same server."""
    return key != target.key and key.partition(" ")[0] == target.key.partition(" ")[0]


def _kept(item: Any) -> Tool | None:
    """Return a tool cut to what is kept; None for one that cannot be offered."""
    schema = item.input_schema if isinstance(item.input_schema, dict) else {"type": "object"}
    if len(json.dumps(schema)) > MOST_SCHEMA or not str(item.name).strip() or len(item.name) > 120:
        return None
    about = storable(str(item.description or ""))[:MOST_DESCRIPTION]
    return Tool(name=storable(item.name), description=about, parameters=schema)


def _refusal(error: BaseException) -> str | None:
    """Return what a living server said against a call; None when the session is of no more use."""
    from mcp.shared.exceptions import MCPError
    from mcp_types import CONNECTION_CLOSED, REQUEST_TIMEOUT

    if isinstance(error, MCPError) and error.code not in (CONNECTION_CLOSED, REQUEST_TIMEOUT):
        return f"refused: {storable(str(error.message))[:300]}"
    return None


def _what(error: BaseException, target: Target) -> str:
    """Return how a server failed, as the end of a sentence; nothing that an error says is shown."""
    from bot.tools.guarded_http import AddressRefused

    if isinstance(error, TimeoutError):
        return "gave no answer in time."
    if isinstance(error, AddressRefused):
        return "has an address that I may not call; only public https addresses are called."
    if isinstance(error, (FileNotFoundError, PermissionError)):
        return f"cannot be started: there is no program `{target.command[0]}`."
    if target.command:
        return "ended at once or broke off; run its command in a shell to see why."
    return f"could not be reached ({type(error).__name__})."
