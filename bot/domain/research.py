"""What is looked up of a library before it is chosen: in which words to ask, what came of it."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

MOST_CHARACTERS = 4_000
"""Ours: of one library, so that six fit beside the question."""
_LIBRARY_ID = re.compile(r"(?<![\w/.:-])/[\w.-]+/[\w.-]+(?:/[\w.-]+)?(?![\w/])")
_LONGEST_ID = 120
_LABELLED = re.compile(r"library ID:\s*(/[\w./-]+)", re.IGNORECASE)
_FIRST = re.compile(r"[^\n]*[A-Za-z][^\n]*")


class LibraryDocs(BaseModel):
    """What a server's documentation says of an option: data, never orders."""

    model_config = ConfigDict(frozen=True)

    option: str
    source: str
    """Server and library, as people are shown it, e.g. `context7, /nats-io/nats.docs`."""
    text: str


def library_id(text: str) -> str:
    """Return the first library that an answer of `resolve-library-id` names; empty for none."""
    labelled, found = _LABELLED.search(text), _LIBRARY_ID.search(text)
    name = labelled[1] if labelled else found[0] if found else ""
    return name.rstrip(".") if len(name) <= _LONGEST_ID else ""


def arguments(parameters: Mapping[str, Any], **values: str) -> dict[str, str]:
    """Return arguments under the names that a tool's schema has for them, old ones too.

    `name` is the library's, `id` what the server calls it, `topic` what is asked of it.
    """
    known = {
        "libraryName": values.get("name", ""),
        "libraryId": values.get("id", ""),
        "context7CompatibleLibraryID": values.get("id", ""),
        "query": values.get("topic", ""),
        "topic": values.get("topic", ""),
    }
    has = parameters.get("properties")
    names = has.keys() if isinstance(has, Mapping) and has else known.keys()
    return {name: known[name] for name in known if name in names and known[name]}


def first_line(text: str, *, most: int = 160) -> str:
    """Return the first line that says something, cut."""
    found = _FIRST.search(text)
    line = " ".join(found[0].strip(" #*->=").split()) if found else ""
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
