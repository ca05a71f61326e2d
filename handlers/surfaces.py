"""Lists what `register` attaches, for the manifest, the reference and their test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from slack_bolt.async_app import AsyncApp

from bot.manifest import SlashCommand
from handlers import register
from handlers.commands.help import COMMAND
from handlers.commands.lead import SUBCOMMANDS
from handlers.desk import Desk


@dataclass(frozen=True)
class Surface:
    """One listener: its kind (`event`, `command`, `action`, …), its name, what it does."""

    kind: str
    name: str
    meaning: str


class _Recorder:
    """Stands in for the app and notes what is attached; middleware and errors are no surface."""

    def __init__(self) -> None:
        self.surfaces: list[Surface] = []

    def middleware(self, *_: object) -> None:
        """Middleware sees everything and has no name."""

    def error(self, _: object) -> None:
        """Neither has the error door."""

    def __getattr__(self, kind: str) -> Callable[[object], Callable[[Any], Any]]:
        def attach(constraint: object) -> Callable[[Any], Any]:
            def take(listener: Any) -> Any:
                meaning = (listener.__doc__ or "").strip().splitlines()[0]
                sort = "shortcut" if kind.endswith("_shortcut") else kind
                self.surfaces.append(Surface(sort, str(constraint), meaning))
                return listener

            return take

        return attach


def surfaces() -> list[Surface]:
    """Return every listener in the order of registration."""
    recorder = _Recorder()
    # Registering only stores the desk; nothing is looked up on it before a request comes.
    desk = Desk(ctx=cast(Any, None), starter=cast(Any, None))
    register(cast(AsyncApp, recorder), desk)
    return recorder.surfaces


def slash_commands() -> list[SlashCommand]:
    """Return every slash command that `register` attaches."""
    # Slack's composer shows the beginning; `help` says the rest.
    hint = "help | " + " | ".join(name for name in SUBCOMMANDS if name != "help")
    return [SlashCommand(COMMAND, "Tasks, decisions and the backend team.", hint)]


def subcommands() -> list[tuple[str, str]]:
    """Return (what to type, what it does) for each line of the table."""
    return [(f"{COMMAND} {item.usage}", item.help) for item in SUBCOMMANDS.values()]
