"""A configured tool server: its name and address, and what each of its tools may do unasked."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from bot.domain.tool_capability import known, resolve
from bot.errors import UserFacingError

Permission = Literal["off", "read", "write", "ask"]
"""`read` and `write` are used unasked, `ask` waits for a person's yes, `off` is not offered.

A `read` call whose process died is made again; a `write` call never is, as it may have happened.
"""
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
MOST_TOOLS = 64
"""Ours: of one server; a longer list is cut."""
MOST_DESCRIPTION = 600
MOST_SCHEMA = 8_000
"""Ours, in characters: what a server says of a tool is in every prompt; a tool with a larger schema
is left out."""
MOST_WIRE_NAME = 64
"""The longest tool name that the Messages API takes (`^[a-zA-Z0-9_-]{1,64}$`)."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_RESERVED = frozenset({"repository", "sandbox", "mcp"})


class Tool(BaseModel):
    """A tool as its server describes it, cut to what is kept."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str = ""
    parameters: dict[str, Any] = {"type": "object"}
    """A JSON schema."""


def check_name(text: str) -> str:
    """Return a server's name; raises UserFacingError."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise UserFacingError(
            f"“{text.strip()[:40]}” is no name for a tool server.",
            hint="Take letters, digits and hyphens, at most 32, e.g. `context7`.",
        )
    return name


def check_url(text: str, *, plain: bool = False) -> str:
    """Return a server's address; raises UserFacingError. Where it leads is checked at each call.

    `plain` lets http through, for addresses in the operator's own network.
    """
    url = text.strip()
    hint = "E.g. https://mcp.example.com/mcp."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UserFacingError("That is no address.", hint=hint) from None
    schemes = ("https", "http") if plain else ("https",)
    if parts.scheme not in schemes or not parts.hostname or port == 0 or len(url) > 500:
        raise UserFacingError("A tool server's address begins with https://.", hint=hint)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UserFacingError(
            "A tool server's address holds no user, password or query.",
            hint="A token has a field of its own.",
        )
    return url


def default_permission(tool: str) -> Permission:
    """Return what a tool may do before anybody chose: only tools known to read are used unasked.

    What a server says of its own tools (MCP's `readOnlyHint`) is not believed.
    """
    found = known(tool)
    return "read" if found is not None and found.reads else "ask"


def permission_of(chosen: Mapping[str, str], tool: str) -> Permission:
    """Return what a tool may do; a choice under an old name of the tool counts."""
    if tool not in chosen:
        meant = known(tool)
        older = [name for name in chosen if meant is not None and known(name) is meant]
        if not older:
            return default_permission(tool)
        tool = older[0]
    word = chosen[tool]
    return word if word in PERMISSIONS else "ask"


def chosen_permissions(given: Mapping[str, str], available: list[str]) -> dict[str, str]:
    """Return choices under the names that the server has; raises UserFacingError for others."""
    found: dict[str, str] = {}
    for name, word in given.items():
        tool = resolve(name, available)
        if tool is None:
            raise UserFacingError(
                f"The server has no tool “{name[:60]}”.",
                hint=f"It has {', '.join(available[:12]) or 'none'}.",
            )
        if word not in PERMISSIONS:
            raise UserFacingError(
                f"“{word[:20]}” is no permission.", hint="Take read, write, ask or off."
            )
        found[tool] = word
    return found


def wire_name(server: str, tool: str) -> str:
    """Return what a model calls a server's tool: safe, short, one for each."""
    whole = f"{server}__{tool}"
    name = re.sub(r"[^a-zA-Z0-9_-]", "_", whole)
    if len(name) > MOST_WIRE_NAME or name != whole:
        mark = hashlib.sha256(f"{server} {tool}".encode()).hexdigest()[:8]
        name = f"{name[: MOST_WIRE_NAME - 9]}_{mark}"
    return name
