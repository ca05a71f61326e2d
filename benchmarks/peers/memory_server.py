"""The reference MCP memory server, from npm, started on a file of our making."""

import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters, stdio_client
from platformdirs import user_cache_path

FOLDER = user_cache_path("teamlead", appauthor=False) / "benchmark-memory-server"
PACKAGE = "@modelcontextprotocol/server-memory"


def program() -> Path | None:
    """Return the server's program, installed the first time; None where there is no npm."""
    found = FOLDER / "node_modules" / PACKAGE / "dist" / "index.js"
    npm = shutil.which("npm")
    if not found.exists() and npm is not None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--prefix", str(FOLDER), "--no-audit", "--no-fund", PACKAGE]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    return found if found.exists() and shutil.which("node") else None


def fill(file: Path, entities: Iterable[tuple[str, str, list[str]]]) -> None:
    """Write the server's file: a line of JSON for each entity (name, type, observations)."""
    with file.open("w", encoding="utf-8") as lines:
        for name, kind, observations in entities:
            entity = {"type": "entity", "name": name, "entityType": kind}
            lines.write(json.dumps({**entity, "observations": observations}) + "\n")


@asynccontextmanager
async def started(server: Path, file: Path) -> AsyncIterator[Client]:
    """Yield a client of a server on this file."""
    wanted = StdioServerParameters(
        command="node", args=[str(server)], env={"MEMORY_FILE_PATH": str(file)}
    )
    async with Client(stdio_client(wanted)) as client:
        yield client


async def call(client: Client, tool: str, **arguments: Any) -> int:
    """Call a tool; returns how many bytes it answered. Raises SystemExit when it failed."""
    answer = await client.call_tool(tool, arguments)
    if answer.is_error:
        raise SystemExit(f"{tool}: {answer.content}")
    return sum(len(getattr(part, "text", "")) for part in answer.content)
