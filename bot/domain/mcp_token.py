"""A token by which another program reaches the MCP server: its name, scopes, secret and end."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from bot.errors import UserFacingError

Scope = Literal["memory:read", "memory:write", "records:read", "tasks:write"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
READING: tuple[Scope, ...] = ("memory:read", "records:read")
"""What a token may do unless more was asked for."""
LONGEST_DAYS = 3_650
_PREFIX = "tlmcp_"
_BYTES = 32
"""256 bits: nobody guesses it, so that a plain hash keeps it."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_TOKEN = re.compile(rf"{_PREFIX}[A-Za-z0-9_-]{{43}}")


@dataclass(frozen=True)
class Agent:
    """Another program: what it is called, in whose name it speaks, what it may do."""

    workspace_id: str
    name: str
    scopes: tuple[str, ...]
    user_id: str = ""
    """The person whose token it has; empty: the workspace's, or the operator's."""
    is_operator: bool = False
    """Started by who runs the bot: asked for no rights but sees no more than is asked for."""
    channel_id: str = ""
    """The channel that it looks from unless it names another."""

    @property
    def actor(self) -> str:
        """Who did it, for the log."""
        if self.user_id:
            return self.user_id
        return "operator" if self.is_operator else f"agent:{self.name}"

    @property
    def source(self) -> str:
        """What a thing comes from that it said, as people read it."""
        return f"agent {self.name}"


def new_token() -> str:
    """Return a fresh secret; whoever has it has what the token may do."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def digest_of(token: str) -> str:
    """Return what is stored of a token; empty for what no token of ours can be."""
    return hashlib.sha256(token.encode()).hexdigest() if _TOKEN.fullmatch(token) else ""


def check_name(text: str) -> str:
    """Return a token's name; raises UserFacingError."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise UserFacingError(
            f"“{text.strip()[:40]}” is no name for a token.",
            hint="Take letters, digits and hyphens, at most 32, e.g. `main-orchestrator`.",
        )
    return name


def check_scopes(words: Iterable[str]) -> tuple[Scope, ...]:
    """Return scopes, each once, in their own order; none named: those that read.

    Raises UserFacingError.
    """
    given = {word.strip() for words_ in words for word in words_.split(",") if word.strip()}
    if unknown := sorted(given - set(SCOPES)):
        raise UserFacingError(
            f"“{unknown[0][:40]}” is no scope.", hint=f"There are {', '.join(SCOPES)}."
        )
    return tuple(scope for scope in SCOPES if scope in given) or READING


def end_of(days: int, *, now: datetime) -> datetime | None:
    """Return when a token of so many days ends; None for 0, one without an end."""
    if not 0 <= days <= LONGEST_DAYS:
        raise UserFacingError(
            f"A token lasts 1 to {LONGEST_DAYS:,} days, or 0 for one without an end."
        )
    return now + timedelta(days=days) if days else None
