"""Real tool servers from npm over stdio: memory, filesystem, sequential thinking.

They are installed once into the user's cache. Without npm, or without a registry, they are skipped
at a desk, which says why, and required where CI is set.
"""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from bot.domain.thinking import Thinking, numbered
from bot.domain.tool_capability import FILES, MEMORY, THINKING, capabilities, resolve
from bot.domain.tool_server import default_permission
from bot.tools.mcp_client import McpTools
from bot.tools.port import Target

VERSION = "2026.8.31"
PACKAGES = ("memory", "filesystem", "sequential-thinking")
SECONDS = 60.0


def missing(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def programs() -> Path:
    """The folder of the servers' programs."""
    folder = user_cache_path("teamlead-tests") / f"tool-servers-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another test process may be installing
        return installed(folder)


def installed(folder: Path) -> Path:
    """Install the servers unless they are there; returns where their programs are."""
    programs = folder / "node_modules" / ".bin"
    if all((programs / f"mcp-server-{name}").exists() for name in PACKAGES):
        return programs
    npm = shutil.which("npm")
    if npm is None:
        missing("npm is not installed, so no real tool server was tried")
    wanted = [f"@modelcontextprotocol/server-{name}@{VERSION}" for name in PACKAGES]
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *wanted],
        cwd=folder, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    if done.returncode:
        missing(f"npm could not install the tool servers: {done.stderr[-300:]}")
    return programs


@pytest.fixture
async def tools() -> AsyncIterator[McpTools]:
    made = McpTools()
    yield made
    await made.close()


async def test_memory(
    programs: Path, tools: McpTools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMORY_FILE_PATH", str(tmp_path / "memory.jsonl"))
    command = (str(programs / "mcp-server-memory"),)
    target = Target("m 1", "memory", command=command, env=("MEMORY_FILE_PATH",))
    names = [tool.name for tool in await tools.list(target, seconds=SECONDS)]
    assert len(names) == 9
    assert capabilities(names) == {MEMORY}
    assert {name for name in names if default_permission(name) == "read"} == {
        "read_graph", "search_nodes", "open_nodes",
    }  # fmt: skip
    entity = {"name": "billing", "entityType": "service", "observations": ["p95 80 ms"]}
    await tools.call(target, "create_entities", {"entities": [entity]}, seconds=SECONDS)
    found = await tools.call(target, "search_nodes", {"query": "billing"}, seconds=SECONDS)
    assert json.loads(found.text)["entities"] == [entity]
    assert (tmp_path / "memory.jsonl").exists()


async def test_filesystem(programs: Path, tools: McpTools, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one table")
    command = (str(programs / "mcp-server-filesystem"), str(tmp_path))
    target = Target("f 1", "files", command=command)
    names = [tool.name for tool in await tools.list(target, seconds=SECONDS)]
    assert capabilities(names) == {FILES}
    for old, new in (
        ("mcp__filesystem__read-file", "read_file"),
        ("mcp__filesystem__list-directory", "list_directory"),
        ("mcp__filesystem__edit-file", "edit_file"),
    ):
        assert resolve(old, names) == new
    read = await tools.call(
        target, "read_text_file", {"path": str(tmp_path / "a.txt")}, seconds=SECONDS
    )
    assert (read.text, read.failed) == ("one table", False)
    outside = await tools.call(target, "read_text_file", {"path": "/etc/passwd"}, seconds=SECONDS)
    assert outside.failed


async def test_sequential_thinking(programs: Path, tools: McpTools) -> None:
    """The seed calls it with `prompt`, which today's server would refuse."""
    target = Target("t 1", "thinking", command=(str(programs / "mcp-server-sequential-thinking"),))
    names = [tool.name for tool in await tools.list(target, seconds=SECONDS)]
    assert capabilities(names) == {THINKING}
    thought = await tools.call(
        target, "sequentialthinking", {"prompt": "one queue or two?"}, seconds=SECONDS
    )
    assert not thought.failed
    assert json.loads(thought.text)["thoughtNumber"] == 1
    weighed = Thinking(thoughts=("One queue or two?", "Two are dearer.", "One."))
    for at in range(3):
        answer = await tools.call(
            target, "sequentialthinking", numbered(weighed, at), seconds=SECONDS
        )
        assert not answer.failed
        told = json.loads(answer.text)
        assert (told["thoughtNumber"], told["nextThoughtNeeded"]) == (at + 1, at < 2)
