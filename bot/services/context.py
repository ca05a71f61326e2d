"""What every use case is handed: the database, the clock, the team, the models, the news desk."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.clock import Clock
from bot.domain.events import TaskEvent
from bot.model.port import Model
from bot.services.caller import Caller
from bot.services.embedding_search import Meanings
from bot.services.gate import Gate
from bot.services.groups import Groups
from bot.services.sources import Sources
from bot.settings import Settings
from bot.team import Team
from bot.tools import Tools
from bot.tools.sandbox import Sandbox
from storage.models import Task
from storage.uow import Database, UnitOfWork


class Announcer(Protocol):
    """Tells people what happened, by rows in the same transaction as the thing itself."""

    async def announce(self, uow: UnitOfWork, event: TaskEvent) -> None:
        """Queue whatever `event` should show."""
        ...


class Starter(Protocol):
    """Starts durable work; starting the same work twice runs it once."""

    async def start_task(self, task_id: str, workflow_id: str) -> None:
        """Start or join the run `workflow_id` of a task."""
        ...

    async def start_revision(self, decision_id: str, revision: int) -> None:
        """Start redrafting a decision into `revision`."""
        ...


class Models:
    """The offline model, always there, and Claude, built when first needed or `load` is called."""

    def __init__(self, offline: Model, *, default: str, claude: Callable[[], Model] | None) -> None:
        self.offline = offline
        self.default = default
        self._build_claude = claude
        self._claude: Model | None = None

    @property
    def default_label(self) -> str:
        """How the model that works by default names itself."""
        return self.label_of("")

    def label_of(self, wanted: str) -> str:
        """Return how a model names itself; empty for the one that works by default."""
        claude = (wanted or self.default) == "claude" and self._build_claude is not None
        return "Claude" if claude else self.offline.label

    def of(self, task: Task) -> Model:
        """Return the model that works this task."""
        wanted = task.model or self.default
        if wanted == "offline" or self._build_claude is None:
            return self.offline
        if self._claude is None:
            self._claude = self._build_claude()
        return self._claude

    def load(self) -> None:
        """Build Claude where it works by default; raises SettingInvalid, e.g. for its prices.

        Its libraries take a fifth of a second, more on a cold disk: in a process that listens,
        all that is heard meanwhile waits.
        """
        if self.default == "claude" and self._claude is None and self._build_claude is not None:
            self._claude = self._build_claude()

    async def close(self) -> None:
        """Give back connections."""
        await self.offline.close()
        if self._claude is not None:
            await self._claude.close()


@dataclass(frozen=True)
class Context:
    """The arguments that nearly every use case needs, together."""

    database: Database
    clock: Clock
    settings: Settings
    team: Team
    models: Models
    announcer: Announcer
    gate: Gate = field(default_factory=Gate)
    caller: Caller = field(default_factory=Caller)
    beginnings: Groups[Any, Any] = field(default_factory=Groups)
    """Model steps that begin together."""
    sources: Sources | None = None
    """Where what people attach is read; None where nothing can be attached."""
    tools: Tools | None = None
    """Servers of tools; None where specialists have none."""
    sandbox: Sandbox | None = None
    """Where specialists write and run code; None where they never do."""
    meanings: Meanings | None = None
    """Finds what is remembered by what it means; None where that is off."""
