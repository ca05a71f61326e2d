"""What tool servers can do, by the names that their tools have today and had before.

The seed names tools as they were called then, e.g. `mcp__context7__get-library-docs`; servers are
asked what they have, and either name finds the tool that is there.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MEMORY, LIBRARY_DOCS, THINKING, CODE, FILES = (
    "memory", "library-docs", "thinking", "code", "files",
)  # fmt: skip
REPOSITORY = "repository"
SANDBOX = "sandbox"
CAPABILITIES = (MEMORY, LIBRARY_DOCS, THINKING, CODE, FILES, REPOSITORY, SANDBOX)
"""What a charter may ask for; every other word in it is a server's name."""


@dataclass(frozen=True)
class Known:
    """A tool by its present name; `marks` says that a server which has it has the capability."""

    name: str
    capability: str
    reads: bool = True
    old: tuple[str, ...] = ()
    marks: bool = False


_KNOWN = (
    Known("search_nodes", MEMORY, marks=True),
    Known("open_nodes", MEMORY),
    Known("read_graph", MEMORY),
    Known("create_entities", MEMORY, reads=False),
    Known("create_relations", MEMORY, reads=False),
    Known("add_observations", MEMORY, reads=False),
    Known("delete_entities", MEMORY, reads=False),
    Known("delete_observations", MEMORY, reads=False),
    Known("delete_relations", MEMORY, reads=False),
    Known("resolve-library-id", LIBRARY_DOCS, marks=True),
    Known("query-docs", LIBRARY_DOCS, old=("get-library-docs",), marks=True),
    Known("sequentialthinking", THINKING, old=("sequential-thinking",), marks=True),
    Known("find_symbol", CODE, marks=True),
    Known("get_symbols_overview", CODE, marks=True),
    Known("find_referencing_symbols", CODE),
    Known("search_for_pattern", CODE),
    Known("find_file", CODE),
    Known("list_dir", CODE),
    Known("get_current_config", CODE),
    Known("read_text_file", FILES, old=("read-file",), marks=True),
    Known("read_multiple_files", FILES),
    Known("read_media_file", FILES),
    Known("list_directory", FILES),
    Known("list_directory_with_sizes", FILES),
    Known("list_allowed_directories", FILES, marks=True),
    Known("directory_tree", FILES),
    Known("get_file_info", FILES),
    Known("search_files", FILES),
    Known("write_file", FILES, reads=False),
    Known("edit_file", FILES, reads=False),
    Known("create_directory", FILES, reads=False),
    Known("move_file", FILES, reads=False),
)
_PREFIX = re.compile(r"mcp__[A-Za-z0-9-]+__")
"""How the seed, and coding agents, write a server's tool."""


def plain(name: str) -> str:
    """Return a tool's name without a server's prefix, in one spelling."""
    return _PREFIX.sub("", name.strip()).lower().replace("-", "_")


_BY_NAME = {plain(name): item for item in _KNOWN for name in (item.name, *item.old)}


def known(name: str) -> Known | None:
    """Return what is known of a tool by its name, old or new."""
    return _BY_NAME.get(plain(name))


def capabilities(names: Iterable[str]) -> frozenset[str]:
    """Return what a server with tools of these names can do."""
    found = (known(name) for name in names)
    return frozenset(item.capability for item in found if item is not None and item.marks)


def resolve(wanted: str, available: Iterable[str]) -> str | None:
    """Return the tool that is meant by a name, old or new, of those that are there."""
    there = list(available)
    if wanted in there:
        return wanted
    meant = known(wanted)
    for name in there:
        if plain(name) == plain(wanted) or (meant is not None and known(name) is meant):
            return name
    return None


def adapted(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments as the tool takes them today.

    The seed calls sequential thinking with `prompt`; the server wants numbered thoughts.
    """
    given = dict(arguments)
    found = known(name)
    if found is not None and found.capability == THINKING and "thought" not in given:
        thought = given.pop("prompt", None) or given.pop("question", None)
        if thought is not None:
            given = {
                "thought": str(thought), "thoughtNumber": 1, "totalThoughts": 1,
                "nextThoughtNeeded": False,
            }  # fmt: skip
    return given


_FAILED = re.compile(
    r"\W*(fetch failed|error\b[^.\n]{0,40}:|failed to |request failed|no such )", re.IGNORECASE
)
_SHORT = 300
"""Ours, in characters: longer texts are results that may begin with such words."""


def says_it_failed(text: str) -> bool:
    """Return whether a result is an error although the server does not mark it as one.

    context7 without a network answers "fetch failed" as if all were well.
    """
    return len(text) <= _SHORT and _FAILED.match(text.strip()) is not None
