"""The table of `/lead` subcommands: help, the router and the docs all read this one list."""

import difflib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Act
from bot.errors import UserFacingError
from bot.slack.post import Post
from handlers.desk import Desk
from handlers.modals import named
from handlers.people import SlackDirectory


@dataclass(frozen=True)
class Call:
    """Who ran a subcommand, where, with what words behind it."""

    desk: Desk
    workspace_id: str
    channel_id: str
    user_id: str
    words: str
    """As they were typed: Slack's escapes are undone."""
    client: AsyncWebClient
    """Slack, for this workspace."""
    receipt: str = ""
    """Names this use of the command: its second delivery changes nothing."""
    trigger_id: str = ""
    """Opens a modal, for three seconds."""

    async def require(self, act: Act, *, channel_id: str) -> None:
        """Raise NotAllowed unless the person may do that in a channel; empty: everywhere."""
        await self.desk.require(
            act,
            client=self.client,
            workspace_id=self.workspace_id,
            user_id=self.user_id,
            channel_id=channel_id,
        )

    async def people(self) -> SlackDirectory:
        """Return who people are in the workspace."""
        return self.desk.directory(self.client, self.workspace_id)

    async def open(self, view: dict[str, Any]) -> None:
        """Show a modal."""
        shown = await named(view, self.people)
        await self.client.views_open(trigger_id=self.trigger_id, view=shown)


@dataclass(frozen=True)
class Subcommand:
    """One line of the table."""

    name: str
    usage: str
    help: str
    run: Callable[[Call], Awaitable[Post]]
    act: Act | None = "look"
    """What one must be allowed for it; None: everybody, or it asks itself."""


_THINGS = {"T": "task", "D": "decision", "X": "escalation", "M": "matrix", "C": "conflict"}
_SHOWS = _THINGS | {
    "H": "handoff", "S": "schedule", "SP": "sprint", "RT": "retro", "AR": "review", "TD": "debt",
}  # fmt: skip
"""The letters before a number, and the subcommand that shows such a thing."""
_NAMED = re.compile(r"([A-Z]{1,2})-?([0-9]{1,9})")


def number(words: str, letter: str, *, noun: str) -> int:
    """Return the number of "T-12", "t12", "#12" or "12."; raises UserFacingError with an example.

    `noun` is the subcommand that asks.
    """
    said = words.strip(" #.,`").upper()
    named = _NAMED.fullmatch(said)
    if named is not None and named[1] != letter and named[1] in _SHOWS:
        shows = f"`/lead {_SHOWS[named[1]]} {named[1]}-{named[2]}` shows it."
        raise UserFacingError(f"That is no {_THINGS.get(letter, noun)}.", hint=shows)
    digits = said.removeprefix(letter).removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise UserFacingError(
            f"I need the {_THINGS.get(letter, noun)}'s number.",
            hint=f"E.g. `/lead {noun} {letter}-12`.",
        )
    return int(digits)


def closest(name: str, names: list[str]) -> str | None:
    """Return the known name that was probably meant."""
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return found[0] if found else None
