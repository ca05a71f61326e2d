"""Statements made into text once for all databases of a run.

SQLAlchemy keeps them for each engine, and each test opens engines of its own: a fifth of what a
test on a database cost went into making the same texts again.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

MOST = 5_000
"""Statements to keep: more than a run makes on both databases."""


def share() -> None:
    """Give engines one place for their statements; those of one dialect find each other's."""
    kept: LRUCache[Any, Any] = LRUCache(MOST)
    # An engine writes a place of its own down; the property leaves that unheard.
    Engine._compiled_cache = property(lambda engine: kept, lambda engine, own: None)  # type: ignore[assignment]
    DefaultDialect.__eq__ = _alike  # type: ignore[method-assign, assignment]
    DefaultDialect.__hash__ = _kind  # type: ignore[method-assign, assignment]


def _alike(dialect: DefaultDialect, other: object) -> bool:
    return type(dialect) is type(other)


def _kind(dialect: DefaultDialect) -> int:
    return hash(type(dialect))
