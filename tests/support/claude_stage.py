"""The stage with Claude behind it: the bot on a local workspace, its model on a local server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from bot.cli.bot_process import BotProcess
from bot.settings import BudgetSettings, ClaudeSettings, ModelSettings, Settings
from bot.workspace import WorkspaceServer
from bot.workspace.seed import MAYA
from bot.workspace.shapes import Json
from tests.support.databases import migrated_home
from tests.support.stage import PATIENCE, Stage, action_ids, settings_for, words
from tests.support.workspaces import patient_workspace


def with_claude(settings: Settings, url: str) -> Settings:
    """Return settings whose Claude is the server at `url`."""
    claude = ClaudeSettings(api_key=SecretStr("a key"), base_url=url)
    return settings.model_copy(update={"claude": claude})


@asynccontextmanager
async def on_claude_stage(
    home: Path, url: str, *, budget: BudgetSettings | None = None, attempts: int = 1
) -> AsyncIterator[Stage]:
    """Run workspace and bot; every call is tried `attempts` times before Claude counts as down."""
    workspace = patient_workspace()
    async with WorkspaceServer(workspace) as slack:
        model = ModelSettings(provider="claude", attempts=attempts)
        settings = with_claude(settings_for(slack, home, budget=budget, model=model), url)
        await migrated_home(home)
        async with BotProcess(settings) as bot:
            await workspace.wait_for(lambda: workspace.hub.connections > 0)
            yield Stage(workspace, slack, bot)


async def wait_card(stage: Stage, root: str, text: str) -> Json:
    """Wait until the task's card, the first post of the thread, shows `text`."""

    def shown() -> Json | None:
        card = next(iter(stage.thread(root)), None)
        return card if card is not None and text in words(card) else None

    return await stage.workspace.wait_for(shown, PATIENCE)


async def press(stage: Stage, card: Json, action: str) -> None:
    """Press a button that the card must have."""
    assert action in action_ids(card), action_ids(card)
    await stage.workspace.click(MAYA, "#backend", str(card["ts"]), action)
