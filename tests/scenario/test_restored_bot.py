"""A bot that was restored to a moment in mid-task finishes it and posts nothing twice."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.cli.bot_process import BotProcess
from bot.model.port import WorkRequest
from bot.workspace import WorkspaceServer
from tests.support.command_line import command
from tests.support.desk import scripted
from tests.support.replacing import replace_method
from tests.support.stage import PATIENCE, Stage, settings_for
from tests.support.workspaces import patient_workspace

POSTS = {"card", "work:a1", "work:a2", "work:a3", "work:a4", "synthesis"}


def _keys(stage: Stage, root: str) -> Counter[str]:
    """Return how often each post is there, by the part of its key after task and round."""
    keys = (post.get("metadata", {}).get("event_payload", {}) for post in stage.thread(root))
    names = (str(key.get("key", "")) for key in keys)
    return Counter(name.split(":", 3)[-1] for name in names if name.startswith("task:"))


async def _all_there(stage: Stage, root: str) -> None:
    await stage.workspace.wait_for(lambda: set(_keys(stage, root)) >= POSTS, PATIENCE)


async def _drained(bot: BotProcess) -> None:
    """Wait until the task is over and nothing waits to be posted."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with bot.runtime.context.database.read() as uow:
                waiting = await uow.outbox.depth()
                if waiting == 0 and await uow.tasks.count_by_state() == {"done": 1}:
                    return
            await asyncio.sleep(0.05)


async def test_posts_made_since_the_backup_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    model = scripted()
    real = model.call
    held, go = asyncio.Event(), asyncio.Event()

    async def paused(request: Any) -> Any:
        if isinstance(request, WorkRequest) and request.assignment.id == "a3":
            held.set()
            await go.wait()
        return await real(request)

    replace_method(model, "call", paused)
    workspace = patient_workspace()
    async with WorkspaceServer(workspace) as server:
        async with BotProcess(settings_for(server, tmp_path / "old"), offline=model) as bot:
            stage = Stage(workspace, server, bot)
            await workspace.wait_for(lambda: workspace.hub.connections > 0)
            root = await stage.mention("we need an API for invoices on Django, 500 rps")
            await asyncio.wait_for(held.wait(), PATIENCE)
            monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path / "old"))
            await command("backup", "saved.zip")
            go.set()
            await _all_there(stage, root)
        before = _keys(stage, root)

        monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path / "new"))
        await command("restore", "saved.zip")
        async with BotProcess(settings_for(server, tmp_path / "new"), offline=model) as bot:
            await _drained(bot)
        after = _keys(stage, root)
    assert set(before) >= POSTS
    assert set(before.values()) == {1}
    assert after == before
