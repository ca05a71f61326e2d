"""A token by which another program reaches the MCP server: its name, scopes, secret and end."""

import hashlib
import re
import secrets
from collections.abc import Iterable
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
