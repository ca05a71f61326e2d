"""Calls of tools: what a model wishes, in which state a call is, what it brought."""

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.domain.output import SpecialistOutput


class CallState(StrEnum):
    """Where a call stands."""

    WAITING = "waiting"
    """For a person's yes."""
    ALLOWED = "allowed"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    """By a person, or nobody said yes in time."""
    LOST = "lost"
    """The process died during a call that changes something: whether it did is not known."""


CALL_ENDED = frozenset({CallState.DONE, CallState.FAILED, CallState.REFUSED, CallState.LOST})


class ToolWish(BaseModel):
    """One call that a model wants made; `name` is the name that it was offered under."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    arguments: dict[str, Any] = {}


class WorkTurn(BaseModel):
    """What a specialist who has tools says: an output, or wishes first.

    `content` is the model's message as it came: it has to be shown back with the results.
    """

    model_config = ConfigDict(frozen=True)

    output: SpecialistOutput | None = None
    wishes: tuple[ToolWish, ...] = ()
    content: tuple[dict[str, Any], ...] = ()


class ToolResult(BaseModel):
    """What a call brought: text that is data, never orders."""

    model_config = ConfigDict(frozen=True)

    wish: ToolWish
    text: str
    failed: bool = False


def fingerprint(arguments: Mapping[str, Any]) -> tuple[str, int]:
    """Return a hash of a call's arguments and their size in bytes."""
    raw = json.dumps(arguments, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    return hashlib.sha256(raw).hexdigest(), len(raw)


def storable(text: str) -> str:
    """Return text that every database stores: no NUL, no half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def storable_json(value: Any) -> Any:
    """Return JSON whose texts every database stores."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(key)): storable_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable_json(item) for item in value]
    return value


def bounded(text: str, most: int, *, size: int | None = None) -> str:
    """Return at most `most` characters and say how much was cut: nobody takes a part for all.

    `size` is the whole's length where `text` is its beginning only.
    """
    size, shown = max(size or 0, len(text)), text[:most]
    if len(shown) == size:
        return text
    return f"{shown}\n[cut: {size - len(shown):,} of {size:,} characters are not shown]"
