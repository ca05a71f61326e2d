"""A workspace, a Claude and some bots that live through a series of faults, and their audit."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.manifest import load_manifest
from bot.services.delivery_send import LONGEST_WAIT
from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.seed import GENERAL, MAYA
from tests.chaos.books import Books, Unreadable
from tests.chaos.bots import Bots
from tests.chaos.claude import CountedClaude
from tests.chaos.ledger import Audit, audit
from tests.support.messages_steps import Habits
from tests.support.processes import START, Home

WISH = "we need a multi-tenant billing API with Stripe webhooks on Django, 500 rps"
PATIENCE = LONGEST_WAIT + 30
"""Seconds without any progress after which the world counts as stuck: more than a post may wait."""
AT_ONCE = 3
"""Tasks under way while faults happen."""
_ROOMS = ("#backend", "#general")
_RICH = "100000"
_SETTINGS = {
    # No pace of our own: the workspace has none, and the faults shall meet each other.
    "TEAMLEAD_OUTBOX_PER_CHANNEL_SECONDS": "0",
    "TEAMLEAD_OUTBOX_TIMEOUT_SECONDS": "3",
    "TEAMLEAD_OUTBOX_ATTEMPTS": "50",
    "TEAMLEAD_MODEL_ATTEMPTS": "10",
    "TEAMLEAD_MODEL_RETRY_MINUTES": "1",
    "TEAMLEAD_BUDGET_PER_TASK": _RICH,
    "TEAMLEAD_BUDGET_PER_CHANNEL_DAY": _RICH,
    "TEAMLEAD_BUDGET_PER_DAY": _RICH,
    "TEAMLEAD_BUDGET_APPROVE_ABOVE": _RICH,
}


@dataclass
class World:
    """Everything that a fault can hit. Moments and faults are drawn from `dice`."""

    workspace: Workspace
    claude: CountedClaude
    bots: Bots
    books: Books
    dice: random.Random
    sent: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Wish -> channel and ts of its message."""
    patience: float = PATIENCE
    faults: int = 0
    """Faults injected so far; tests count them here."""

    async def wish(self) -> str:
        """Mention the bot with a wish of its own and return its mark."""
        mark = f"wish-{len(self.sent) + 1:04d}"
        room = _ROOMS[len(self.sent) % len(_ROOMS)]
        message = await self.workspace.say(MAYA, room, f"@lead {WISH} ({mark})")
        self.sent[mark] = (room, str(message["ts"]))
        return mark

    async def busy(self) -> None:
        """See to it that bots are connected and have work."""
        await self.connected()
        for _ in range(AT_ONCE - self.open_tasks()):
            await self.wish()

    async def connected(self) -> None:
        """Wait until every bot listens."""
        await self.until(lambda: self.workspace.hub.connections >= self.bots.count)

    async def moment(self) -> None:
        """Wait for a random moment of the work: some calls or posts from now."""
        goal = self.activity + self.dice.randint(1, 12)
        with suppress(TimeoutError):  # less is left to do
            await _until(lambda: self.activity >= goal, seconds=5)
        await asyncio.sleep(self.dice.uniform(0, 0.08))

    @property
    def activity(self) -> int:
        """A number that grows with each call to Claude, each message and each answered event."""
        messages = sum(len(room) for room in self.workspace.state.messages.values())
        return len(self.claude.made) + messages + self.workspace.hub.acked

    def open_tasks(self) -> int:
        """Return how many wishes are not worked to their end, as far as can be seen."""
        with suppress(Unreadable):
            ended = self.books.count(
                "SELECT count(*) FROM task WHERE state IN ('done', 'stopped', 'failed')"
            )
            return len(self.sent) - ended
        return AT_ONCE

    async def until(self, condition: Callable[[], object], *, seconds: float = 2 * START) -> None:
        """Wait until `condition()` holds; fails with the bots' logs."""
        try:
            await _until(condition, seconds=seconds)
        except TimeoutError:
            raise AssertionError(self.logs()) from None

    async def settle(self) -> None:
        """Wait until all work is done and told; fails when nothing moves any more."""
        last: tuple[Any, ...] = ()
        left = self.patience
        while True:
            with suppress(Unreadable):
                now = (*self.books.progress(), self.activity)
                if self.idle():
                    return
                left = self.patience if now != last else left - 0.1
                last = now
            if left < 0:
                return  # the audit says what is missing
            await asyncio.sleep(0.1)

    def idle(self) -> bool:
        """Whether all work is done and told."""
        quiet = self.workspace.hub.busy == 0 and self.books.unsent() == 0
        return quiet and self.open_tasks() == 0 and self.books.unfinished() == 0

    def audit(self) -> Audit:
        """Compare the books with the workspace and with Claude's."""
        return audit(self.books, self.workspace, self.claude.made, wishes=self.sent)

    def logs(self) -> str:
        """Return the ends of the bots' logs."""
        return "\n".join(f"--- bot {s}\n{self.bots.log(s)}" for s in range(self.bots.count))


async def _until(condition: Callable[[], object], *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)


@asynccontextmanager
async def world(
    url: str,
    folder: Path,
    *,
    seed: int,
    bots: int = 1,
    words: tuple[str, ...] = ("bot", "run"),
    **settings: str,
) -> AsyncIterator[World]:
    """Run a world on the database at `url` for as long as the block lasts."""
    workspace = Workspace(
        manifest=load_manifest(),
        rate_scale=None,
        # In Slack's order, but shorter: at once, after one minute, after five.
        retry_spacing=(0.0, 4.0, 15.0),
        seed_number=seed,
    )
    claude = CountedClaude(Habits(latency=0.05, seed=seed, waves=(2, 2)))
    async with WorkspaceServer(workspace) as slack, claude:
        workspace.people.invite(MAYA, GENERAL, workspace.identity.bot_user_id)
        environment = {
            **_SETTINGS,
            "DATABASE_URL": url,
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            **settings,
        }
        home = Home(folder, claude.url)
        async with Bots(home, environment, count=bots, words=words) as running:
            made = World(workspace, claude, running, Books(url), random.Random(seed))
            await made.connected()
            yield made
