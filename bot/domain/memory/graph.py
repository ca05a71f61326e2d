"""The memory as other programs see it: entities with what is said of them, and their relations."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class View:
    """What somebody sees: public things, and those of the one channel that they look from."""

    workspace_id: str
    channel_id: str = ""


@dataclass(frozen=True)
class Entity:
    """One name, whatever it was made of."""

    name: str
    kind: str
    observations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edge:
    """`source` stands in relation `kind` to `target`; both by their names."""

    source: str
    target: str
    kind: str


@dataclass(frozen=True)
class Saying:
    """One observation with what it rests on."""

    entity: str
    text: str
    at: datetime
    by: str
    """A person's Slack id; empty: a record or a program."""
    source: str
    """A record as people call it, e.g. D-12, a program, or a note by its number."""


@dataclass(frozen=True)
class Graph:
    """A part of the memory, and what of it is not here."""

    entities: tuple[Entity, ...]
    edges: tuple[Edge, ...]
    left_out: str = ""
    """A sentence; empty when nothing was cut."""
    following: str = ""
    """Where the next part begins; empty: this is the last."""
