"""The bot on a local workspace, as people meet it: real HTTP, real sockets, real database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

from bot.cli.bot_process import BotProcess
from bot.clock import Clock
from bot.model.port import Model
from bot.settings import (
    AccessSettings,
    AppSettings,
    BudgetSettings,
    DatabaseSettings,
    DecisionSettings,
    EscalationSettings,
    LimitSettings,
    ModelSettings,
    OutboxSettings,
    Settings,
    SlackSettings,
    WorkerSettings,
)
from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.seed import MAYA
from bot.workspace.shapes import Json
from tests.support.databases import migrated_home
from tests.support.given import given_settings
from tests.support.workspaces import PATIENCE as PATIENCE
from tests.support.workspaces import patient_workspace

LEAD = "@lead"


@dataclass
class Stage:
    """The workspace with what tests ask of it."""

    workspace: Workspace
    server: WorkspaceServer
    bot: BotProcess

    async def mention(self, text: str, *, user: str = MAYA, channel: str = "#backend") -> str:
        """Say `@lead text` in a channel and return the message's ts."""
        message = await self.workspace.say(user, channel, f"{LEAD} {text}")
        return str(message["ts"])

    async def reply(
        self, root: str, text: str, *, user: str = MAYA, channel: str = "#backend"
    ) -> str:
        """Reply in a thread without a mention."""
        message = await self.workspace.say(user, channel, text, thread_ts=root)
        return str(message["ts"])

    def thread(self, root: str, channel: str = "#backend") -> list[Json]:
        """Return what the bot wrote in a thread, oldest first."""
        posts = self.workspace.thread(channel, root)[1:]
        return [post for post in posts if post.get("bot_id")]

    async def wait_text(self, root: str, text: str, *, channel: str = "#backend") -> Json:
        """Wait for a bot's post in the thread that contains `text` anywhere in its blocks."""

        def found() -> Json | None:
            return next((p for p in self.thread(root, channel) if text in words(p)), None)

        return await self.workspace.wait_for(found, PATIENCE)

    async def wait_whisper(self, user: str, text: str) -> Json:
        """Wait for an ephemeral to `user` that contains `text`."""

        def found() -> Json | None:
            return next((w for w in self.workspace.whispers(user) if text in words(w)), None)

        return await self.workspace.wait_for(found, PATIENCE)

    async def delivered(self) -> None:
        """Wait until the bot has noted all its posts as sent."""
        database = self.bot.runtime.context.database
        async with asyncio.timeout(PATIENCE):
            while True:
                async with database.read() as uow:
                    if not await uow.outbox.depth():
                        return
                await asyncio.sleep(0.05)

    async def lead(self, text: str, *, user: str = MAYA, channel: str = "#backend") -> Json:
        """Run `/lead text` and return the answer."""
        return await self.workspace.command(user, channel, "/lead", text)


def words(post: Any) -> str:
    """Return all text in a post or block, however deep."""
    if isinstance(post, str):
        return post
    if isinstance(post, list):
        return "\n".join(words(item) for item in post)
    if isinstance(post, dict):
        return "\n".join(words(value) for key, value in post.items() if key != "value")
    return ""


def action_ids(post: Json) -> list[str]:
    """Return the action ids of a post's buttons."""
    return [
        str(element["action_id"])
        for block in post.get("blocks", [])
        for element in block.get("elements", [])
        if "action_id" in element
    ]


def settings_for(
    server: WorkspaceServer,
    home: Path,
    *,
    budget: BudgetSettings | None = None,
    decision: DecisionSettings | None = None,
    model: ModelSettings | None = None,
    access: AccessSettings | None = None,
    limit: LimitSettings | None = None,
    stream: Literal["auto", "off"] = "auto",
    escalation: EscalationSettings | None = None,
) -> Settings:
    """Return settings that point at the local workspace; nothing of the machine's own."""
    groups = {
        "app": AppSettings(home=home),
        "slack": SlackSettings(
            bot_token=SecretStr(server.workspace.bot_token),
            app_token=SecretStr(server.workspace.app_token),
            api_url=server.api_url,
        ),
        "database": DatabaseSettings(url=SecretStr("")),
        "outbox": OutboxSettings(per_channel_seconds=0, stream=stream),
        "model": model or ModelSettings(provider="offline"),
        "budget": budget,
        "decision": decision,
        "access": access,
        "limit": limit,
        "escalation": escalation,
        "worker": WorkerSettings(grace_seconds=0),
    }
    replaced = {name: group for name, group in groups.items() if group is not None}
    return given_settings().model_copy(update=replaced)


@asynccontextmanager
async def on_stage(
    home: Path,
    *,
    offline: Model | None = None,
    clock: Clock | None = None,
    slack_clock: Clock | None = None,
    ack_seconds: float = PATIENCE,
    **groups: Any,
) -> AsyncIterator[Stage]:
    """Run workspace and bot for as long as the block lasts; each may have a clock of its own.

    What is not acked within `ack_seconds` is delivered again.
    """
    workspace = patient_workspace(clock=slack_clock, ack_seconds=ack_seconds)
    async with WorkspaceServer(workspace) as server:
        settings = settings_for(server, home, **groups)
        await migrated_home(home)
        async with BotProcess(settings, offline=offline, clock=clock) as bot:
            await workspace.wait_for(lambda: workspace.hub.connections > 0)
            yield Stage(workspace, server, bot)
