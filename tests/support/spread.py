"""The order of a run on several processes: tests that wait stand beside tests that reckon.

By folders, as pytest finds them, one process had all scenarios, which wait for sockets, and what
was left of them at the end went round among processes that all waited: the machine stood idle.

What shares something dear, Chromium, stays together with its folder, so that one process starts it.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Protocol, TypeVar


class Filed(Protocol):
    """What stands in a file: a test."""

    @property
    def path(self) -> Path: ...


Test = TypeVar("Test", bound=Filed)

TOGETHER = frozenset({"browser"})
"""Folders whose files follow each other."""


def spread(tests: Iterable[Test]) -> list[Test]:
    """Return each folder's files spread evenly over the whole run; a file's tests stay together."""
    files = [list(found) for _, found in groupby(tests, key=_place)]
    sizes = Counter[Path]()
    for found in files:
        sizes[found[0].path.parent] += len(found)
    before = Counter[Path]()
    placed: list[tuple[float, list[Test]]] = []
    for found in files:
        folder = found[0].path.parent
        placed.append(((before[folder] + len(found) / 2) / sizes[folder], found))
        before[folder] += len(found)
    # Equal places keep pytest's order: all processes must agree.
    placed.sort(key=lambda one: one[0])
    return [test for _, found in placed for test in found]


def _place(test: Filed) -> Path:
    folder = test.path.parent
    return folder if folder.name in TOGETHER else test.path
