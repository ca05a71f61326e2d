"""What need not be measured for coverage is not even looked for in a run that measures.

`-m "not again"` leaves those tests out only after each process has read and imported their folders.
"""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test

NAME = "--measured"
AGAIN = frozenset(
    {"browser", "fuzz", "retrieval", "routing", "security", "unit/project", "workspace"}
)
"""Folders whose tests go through code that others cover: CI spares them coverage's slowness."""


def add_option(parser: pytest.Parser) -> None:
    """Offer the option; without it every test that -m names runs."""
    parser.addoption(
        NAME, action="store_true", help="only tests that coverage needs: none marked `again`"
    )


def is_ignored(config: pytest.Config, path: Path, tests: Path) -> bool:
    """Return whether a file or folder under `tests` is not to be read."""
    return bool(config.getoption(NAME)) and _is_within(path, tests)


def mark(config: pytest.Config, items: list[pytest.Item], tests: Path) -> int:
    """Mark what is again; returns how many it left out, before other plugins prepare for them."""
    again = [item for item in items if _is_again(item, tests)]
    for item in again:
        item.add_marker("again")
    if not again or not config.getoption(NAME):
        return 0
    left_out = {id(item) for item in again}
    items[:] = [item for item in items if id(item) not in left_out]
    config.hook.pytest_deselected(items=again)
    return len(again)


def _is_again(item: pytest.Item, tests: Path) -> bool:
    # What a property finds in a hundred examples an example covers: measuring doubles its time.
    is_property = isinstance(item, pytest.Function) and is_hypothesis_test(item.obj)
    marked = item.get_closest_marker("again") is not None
    return is_property or marked or _is_within(item.path.parent, tests)


@cache
def _is_within(path: Path, tests: Path) -> bool:
    """Whether a path is one of the folders, or lies in one."""
    inner = path.relative_to(tests) if path.is_relative_to(tests) else Path()
    return any(each.as_posix() in AGAIN for each in (inner, *inner.parents))
