"""Kill -9 of the bot in mid-task: the next start goes on, doubles no post, repeats no call."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from bot.cli.bot_process import BotProcess
from bot.workspace import WorkspaceServer
from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Habits, Step
from tests.support.processes import Home, kill, patience, teamlead, until
from tests.support.stage import Stage, words
from tests.support.workspaces import patient_workspace

WISH = "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps"
CALLS = 1 + 9 + 1
POSTS = 1 + 9 + 1 + 1
"""The card, nine voices, the recommendation, the decision."""

pytestmark = [pytest.mark.chaos, pytest.mark.long]


@dataclass
class Scene:
    """A workspace and a Claude that outlive the bot."""

    stage: Stage
    claude: MessagesServer
    home: Home

    def bot(self) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
        """Start `teamlead run`."""
        workspace = self.stage.workspace
        return teamlead(
            self.home,
            "run",
            SLACK_API_URL=self.stage.server.api_url,
            SLACK_BOT_TOKEN=workspace.bot_token,
            SLACK_APP_TOKEN=workspace.app_token,
            TEAMLEAD_OUTBOX_PER_CHANNEL_SECONDS="0",
        )

    async def connected(self, process: asyncio.subprocess.Process) -> None:
        """Wait until the bot listens."""
        await until(lambda: self.stage.workspace.hub.connections > 0, process=process)

    async def cut(self, process: asyncio.subprocess.Process) -> None:
        """Kill the bot; wait until both servers have noticed."""
        await kill(process)
        self.claude.script.clear()
        await until(lambda: self.stage.workspace.hub.connections == 0)
        await until(lambda: self.claude.stats.in_flight == 0)

    async def finish(self, root: str) -> None:
        """Start the bot again and wait for the end of the task."""
        async with self.bot() as process:
            await until(lambda: self._over(root), process=process)
            async with patience():
                process.terminate()
                _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        assert "Traceback" not in errors.decode()

    def _over(self, root: str) -> bool:
        thread = self.stage.thread(root)
        card = words(thread[0]) if thread else ""
        return "9 of 9 done" in card and len(thread) >= POSTS

    def check(self, root: str) -> None:
        """One of everything in the thread, and each step paid once.

        A call that was lost may have been reserved only: not every one reached the server.
        """
        thread = self.stage.thread(root)
        keys = Counter(post["metadata"]["event_payload"]["key"] for post in thread)
        assert len(thread) == POSTS
        assert set(keys.values()) == {1}
        voices = Counter(post["username"] for post in thread if "username" in post)
        assert set(voices.values()) == {1}
        states = self.home.states()
        assert states["done"] == CALLS
        assert states["reserved"] == 0
        assert CALLS <= self.claude.stats.requests <= CALLS + states["lost"]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    workspace = patient_workspace()
    async with (
        WorkspaceServer(workspace) as slack,
        MessagesServer(Habits(waves=(3, 4, 2))) as claude,
    ):
        stage = Stage(workspace, slack, cast(BotProcess, None))
        yield Scene(stage, claude, Home(tmp_path, claude.url))


@pytest.mark.parametrize(
    ("answered", "in_flight"),
    [(0, 1), (2, 2), (4, 4), (10, 1)],
    ids=["plan", "first wave", "between waves", "synthesis"],
)
async def test_killed_with_calls_in_flight(scene: Scene, answered: int, in_flight: int) -> None:
    """Exactly those are made again."""
    scene.claude.script.extend([*[Step()] * answered, *[Step("slow", seconds=3600)] * CALLS])
    async with scene.bot() as process:
        await scene.connected(process)
        root = await scene.stage.mention(WISH)
        await until(
            lambda: (
                scene.home.states()["done"] == answered
                and scene.claude.stats.in_flight == in_flight
            ),
            process=process,
        )
        await scene.cut(process)

    await scene.finish(root)

    scene.check(root)
    assert scene.home.states()["lost"] == in_flight
    assert scene.claude.stats.requests == CALLS + in_flight


@pytest.mark.parametrize("posted", [1, 3, 6, 11])
async def test_killed_while_posting(scene: Scene, posted: int) -> None:
    """Slack has the post, the bot does not know it yet: it looks before it posts again."""
    calls = scene.stage.workspace
    async with scene.bot() as process:
        await scene.connected(process)
        root = await scene.stage.mention(WISH)
        await until(lambda: len(calls.calls_of("chat.postMessage")) >= posted, process=process)
        await scene.cut(process)

    await scene.finish(root)

    scene.check(root)


async def test_killed_before_it_could_plan(scene: Scene) -> None:
    """The task's row is there, perhaps nothing else: the start sweeps it up."""
    async with scene.bot() as process:
        await scene.connected(process)
        root = await scene.stage.mention(WISH)
        await until(lambda: bool(scene.home.tasks()), process=process)
        await scene.cut(process)

    await scene.finish(root)

    scene.check(root)


async def test_a_polite_stop_is_no_worse_than_a_kill(scene: Scene) -> None:
    """SIGTERM in mid-work: exit 0, no stack trace, and the next start goes on."""
    scene.claude.script.extend([Step(), Step(), *[Step("slow", seconds=3600)] * CALLS])
    async with scene.bot() as process:
        await scene.connected(process)
        root = await scene.stage.mention(WISH)
        await until(lambda: scene.home.states()["done"] == 2, process=process)
        await until(lambda: scene.claude.stats.in_flight == 2, process=process)
        async with patience():
            process.terminate()
            _, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    assert "Traceback" not in errors.decode()
    scene.claude.script.clear()

    await scene.finish(root)

    scene.check(root)
    assert scene.home.states()["lost"] == 2
