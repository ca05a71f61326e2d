"""The table of `/lead` subcommands: help, the router and the docs all read this one list."""

import difflib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.errors import UserFacingError
from bot.slack.post import Post
from handlers.desk import Desk


@dataclass(frozen=True)
class Call:
    """Who ran a subcommand, where, with what words behind it."""

    desk: Desk
    workspace_id: str
    channel_id: str
    user_id: str
    words: str
    receipt: str = ""
    """Names this use of the command: its second delivery changes nothing."""


@dataclass(frozen=True)
class Subcommand:
    """One line of the table."""

    name: str
    usage: str
    help: str
    run: Callable[[Call], Awaitable[Post]]


def number(words: str, letter: str, *, noun: str) -> int:
    """Return the number of "T-12", "t12" or "12"; raises UserFacingError with an example."""
    digits = words.strip().upper().removeprefix(letter).removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise UserFacingError(
            f"I need the {noun}'s number.", hint=f"E.g. `/lead {noun} {letter}-12`."
        )
    return int(digits)


def closest(name: str, names: list[str]) -> str | None:
    """Return the known name that was probably meant."""
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return found[0] if found else None
