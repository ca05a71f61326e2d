"""The composition root: makes every collaborator, each replaceable by an argument."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.clock import Clock, SystemClock
from bot.domain.playbook import Card
from bot.domain.routing import matching_cards
from bot.domain.setting import effective
from bot.errors import SettingInvalid
from bot.model.embedding import WordLlamaEmbedder, is_installed
from bot.model.offline import OfflineModel
from bot.model.port import Model
from bot.services.context import Announcer, Context, Models
from bot.services.embedding_search import Meanings
from bot.services.sources import Sources
from bot.settings import Settings
from bot.team import Team, load_team
from bot.tools import Tools
from bot.tools.mcp_client import McpTools
from bot.tools.sandbox import Sandbox
from storage.engine import database_url, open_engine
from storage.files import database_file, make_private
from storage.migrate import migrate
from storage.swap import is_cut_off
from storage.uow import Database

CARDS_FOR_CLAUDE = 6
"""More would cost tokens on every call and push the request out of sight."""


@dataclass(frozen=True)
class Runtime:
    """What a process holds while it runs; close it once."""

    context: Context

    async def close(self) -> None:
        """Give back connections, models first; end commands of tool servers."""
        await self.context.models.close()
        if self.context.tools is not None:
            await self.context.tools.close()
        await self.context.database.close()


async def build(
    settings: Settings,
    announcer: Announcer,
    *,
    clock: Clock | None = None,
    team: Team | None = None,
    claude: Callable[[], Model] | None = None,
    offline: Model | None = None,
    sources: Sources | None = None,
    tools: Tools | None = None,
) -> Runtime:
    """Open and migrate the database, load the team, prepare the models.

    `claude` builds the Claude model when first needed; by default from the settings. `sources` is
    where attached files are read.
    Raises SettingInvalid and TeamFileInvalid.
    """
    clock = clock or SystemClock()
    effective(settings, {})  # whom the environment names must be readable
    team = team or load_team(settings.app.team_dir)
    meanings = meanings_of(settings)
    database = await open_database(settings)
    if claude is None and settings.uses_claude:
        claude = _claude_builder(settings, team, clock)
    models = Models(
        offline or OfflineModel(team, clock=clock),
        default="claude" if settings.uses_claude else "offline",
        claude=claude,
    )
    return Runtime(
        Context(
            database=database,
            clock=clock,
            settings=settings,
            team=team,
            models=models,
            announcer=announcer,
            sources=sources,
            tools=tools or McpTools(private_addresses=settings.tools.private_addresses),
            sandbox=Sandbox(settings.sandbox, settings.app.home),
            meanings=meanings,
        )
    )


def meanings_of(settings: Settings) -> Meanings | None:
    """Return what finds notes by their meaning, None where it is off; raises SettingInvalid."""
    if not settings.embedding.enabled:
        return None
    if not is_installed():
        raise SettingInvalid(
            "TEAMLEAD_EMBEDDING_ENABLED",
            "needs the extra `embeddings`, which is not installed.",
            hint="pip install 'teamlead[embeddings]', or set it to false.",
        )
    return Meanings(WordLlamaEmbedder(), most=settings.embedding.most)


async def open_database(settings: Settings) -> Database:
    """Open the database of the settings and bring its schema up to date; raises SettingInvalid."""
    url = prepared_url(settings)
    engine = open_engine(url)
    try:
        _refuse_half(url)
        await migrate(engine)
    except (DBAPIError, OSError, SettingInvalid) as error:
        await engine.dispose()
        raise unreachable(error) from None
    return Database(engine)


def _refuse_half(url: URL) -> None:
    """Raise SettingInvalid where a restore was cut off: a new database would hide the old one."""
    if url.get_backend_name() == "sqlite" and is_cut_off(database_file(url)):
        raise SettingInvalid(
            "DATABASE_URL",
            f"names {database_file(url)}, which a restore that was cut off left empty.",
            hint="Restore again; what was there is beside it, named `.before-…`.",
        )


def prepared_url(settings: Settings) -> URL:
    """Return the database's URL, with the folder for SQLite's files made; raises SettingInvalid."""
    url = database_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        make_home(settings.app.home)
    return url


def make_home(folder: Path) -> None:
    """Make a folder for our files; raises SettingInvalid."""
    try:
        make_private(folder)
    except OSError as error:
        raise SettingInvalid(
            "TEAMLEAD_HOME",
            f"leads to {folder}, which cannot be made ({error.strerror}).",
            hint="Set it to a folder that this user may write to.",
        ) from None


def unreachable(error: Exception) -> SettingInvalid:
    """Return the sentence for a database that does not answer, or not as it should."""
    if isinstance(error, SettingInvalid):
        return error
    driver = getattr(error, "orig", None)
    lines = str(driver or error).strip().splitlines()
    cause = lines[0] if lines else type(error).__name__
    if isinstance(driver, sqlite3.OperationalError) and (hint := _hint_of(cause)):
        return SettingInvalid(
            "DATABASE_URL", f"names a file that takes nothing: {cause}.", hint=hint
        )
    if isinstance(driver, sqlite3.Error) or not isinstance(error, (OperationalError, OSError)):
        return SettingInvalid(
            "DATABASE_URL",
            f"names a database that cannot be used: {cause}.",
            hint="`teamlead doctor` looks closer; docs/backup.md has the way back.",
        )
    return SettingInvalid(
        "DATABASE_URL",
        f"names a database that does not answer: {cause}.",
        hint="Start the database or correct the address; `teamlead doctor` looks closer.",
    )


def _hint_of(cause: str) -> str:
    """Return what helps against what SQLite says of a disk; empty for all else."""
    if "full" in cause:
        return "Make room on its disk and start again: what is in it is whole."
    if "I/O" in cause:  # what SQLite says, too, when a full disk has no room for its first page
        return "Look whether its disk is full or broken; docs/backup.md has the way back."
    if "readonly" in cause or "unable to open" in cause:
        return "Let this user write to the file and its folder, also for the `-wal` file beside it."
    return ""


def _claude_builder(settings: Settings, team: Team, clock: Clock) -> Callable[[], Model]:
    # A call is estimated with its plan, then before it is made, and perhaps made again; between
    # them lie the calls of all tasks that are worked at the same time.
    @lru_cache(maxsize=2048)
    def cards_for(text: str) -> Sequence[Card]:
        """The playbook cards that match a request, best first: context for Claude too."""
        return [team.cards[found.name] for found in matching_cards(text, team)[:CARDS_FOR_CLAUDE]]

    def build_claude() -> Model:
        # Imported here: anthropic costs a second that the offline model need not pay.
        from bot.model.claude import ClaudeModel, config_from

        return ClaudeModel(config_from(settings), team, clock, cards_for=cards_for)

    return build_claude
