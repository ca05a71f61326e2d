"""Services and what depends on what: names, kinds of dependency, circles, Mermaid."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

from bot.errors import UserFacingError

LONGEST_NAME = 60
_NAME = re.compile(r"[\w][\w .+/&-]*", re.UNICODE)
_RESERVED = frozenset({"owner", "about", "add", "remove", "depends", "on", "by", "no"})


class DependencyKind(StrEnum):
    """How one service uses another."""

    SYNC = "sync"
    """It calls and waits for the answer."""
    ASYNC = "async"
    """It hears of it by messages."""
    DATA = "data"
    """It reads the other's data itself."""


_WORDS: dict[DependencyKind, tuple[str, ...]] = {
    DependencyKind.SYNC: ("sync", "call", "calls", "http", "rest", "grpc", "graphql", "api"),
    DependencyKind.ASYNC: (
        "async",
        "event",
        "events",
        "message",
        "messages",
        "queue",
        "kafka",
        "webhook",
        "webhooks",
    ),
    DependencyKind.DATA: ("data", "database", "db", "table", "tables", "schema", "file", "files"),
}


@dataclass(frozen=True)
class Edge:
    """`source` uses `target`."""

    source: str
    target: str
    kind: DependencyKind


def check_name(text: str) -> str:
    """Return a service's name with its spaces in order; raises UserFacingError."""
    name = " ".join(text.strip().strip("`\"'“”").split())
    if not name or not _NAME.fullmatch(name) or name.casefold() in _RESERVED:
        raise UserFacingError(
            f"“{text.strip()[:40]}” is no name for a service.",
            hint="Letters, digits, spaces and `. + / & -`.",
        )
    if len(name) > LONGEST_NAME:
        raise UserFacingError(f"A service's name has at most {LONGEST_NAME} characters.")
    return name


def key_of(name: str) -> str:
    """Return what two spellings of one name share."""
    return " ".join(name.split()).casefold()


def read_kind(text: str) -> DependencyKind:
    """Return the kind that a word means; raises UserFacingError with the words there are."""
    word = text.strip().lower()
    for kind, words in _WORDS.items():
        if word in words:
            return kind
    raise UserFacingError(
        f"I do not know how “{text.strip()[:30]}” connects services.",
        hint="Say `by calls`, `by events` or `by data`.",
    )


def close_to(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant."""
    by_key = {key_of(other): other for other in known}
    found = difflib.get_close_matches(key_of(name), list(by_key), n=1, cutoff=0.8)
    return by_key[found[0]] if found else None


def circle(edges: Iterable[Edge]) -> tuple[str, ...]:
    """Return services that wait for each other by calls, first one repeated; none is normal.

    Only synchronous calls count: messages do not wait.
    """
    graph: dict[str, set[str]] = {}
    for edge in edges:
        if edge.kind is DependencyKind.SYNC:
            graph.setdefault(edge.source, set()).add(edge.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: Sequence[str] = error.args[1]
        return tuple(reversed(found))
    return ()


_ARROWS: Mapping[DependencyKind, str] = {
    DependencyKind.SYNC: "-->",
    DependencyKind.ASYNC: "-.->",
    DependencyKind.DATA: "==>",
}


def mermaid(names: Sequence[str], edges: Iterable[Edge]) -> str:
    """Return the graph as Mermaid's source; names are quoted, ids are ours."""
    ids = {name: f"s{number}" for number, name in enumerate(names)}
    lines = ["flowchart TD"]
    lines += [f'    {ids[name]}["{_quoted(name)}"]' for name in names]
    lines += [
        f"    {ids[edge.source]} {_ARROWS[edge.kind]}|{edge.kind.value}| {ids[edge.target]}"
        for edge in edges
        if edge.source in ids and edge.target in ids
    ]
    return "\n".join(lines)


def _quoted(name: str) -> str:
    return name.replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
