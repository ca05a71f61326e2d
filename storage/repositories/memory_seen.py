"""Which things, and which words of them, may be shown in a channel."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, or_
from sqlalchemy.orm import aliased

from storage.models import MemoryEntity, MemoryObservation
from storage.repositories.base import read_by_us, visible

_SEEN_FROM: Any = bindparam("seen_from")
"""The channel of who looks."""
_LOOKER: Any = bindparam("workspace_id")
"""The workspace of that channel: what binds the one binds the other."""


def seen(seen_from: Any = _SEEN_FROM) -> ColumnElement[bool]:
    """Return the condition under which a thing may be shown in channel `seen_from`.

    Where outsiders read, a thing of everybody's is shown if something of it was said there.
    """
    looker = _looker(seen_from)
    ours = read_by_us(MemoryEntity.workspace_id if looker is None else looker, seen_from)
    word = aliased(MemoryObservation)
    said_here = exists().where(
        word.entity_id == MemoryEntity.id,
        word.channel_id == seen_from,
        word.superseded_at.is_(None),
    )
    return MemoryEntity.forgotten_at.is_(None) & or_(
        (MemoryEntity.scope == "") & or_(ours, said_here),
        visible(MemoryEntity.workspace_id, MemoryEntity.scope, seen_from, looker=looker),
    )


def said(seen_from: Any = _SEEN_FROM) -> ColumnElement[bool]:
    """Return the condition under which an observation holds and may be shown there."""
    place = (MemoryObservation.workspace_id, MemoryObservation.channel_id)
    seen_there = visible(*place, seen_from, looker=_looker(seen_from))
    return MemoryObservation.superseded_at.is_(None) & seen_there


def _looker(seen_from: Any) -> Any:
    return _LOOKER if seen_from is _SEEN_FROM else None
