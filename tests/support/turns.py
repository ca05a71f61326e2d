"""Unit tests run on SQLite each time and take turns on PostgreSQL, where CI has not time for all.

What reads and writes rows has its contract tests on both databases every time (`tests/storage`).
"""

from datetime import date
from zlib import crc32

import pytest

NAME = "--turns"


def add_option(parser: pytest.Parser) -> None:
    """Offer the option; without it, and with 1, every test runs."""
    parser.addoption(
        NAME, type=int, default=1, help="unit tests on PostgreSQL: one part of so many a day"
    )


def is_on(name: str, turns: int, day: date) -> bool:
    """Return whether a test runs on that day; each does once in `turns` days."""
    return crc32(name.encode()) % turns == day.toordinal() % turns


def deselect(config: pytest.Config, items: list[pytest.Item], day: date) -> int:
    """Leave out what has its turn on another day; returns how many."""
    turns = int(config.getoption(NAME))
    later = [
        item
        for item in items
        if item.nodeid.startswith("tests/unit/")
        and item.get_closest_marker("postgres")
        and not is_on(item.nodeid, turns, day)
    ]
    if later:
        left_out = {id(item) for item in later}
        items[:] = [item for item in items if id(item) not in left_out]
        config.hook.pytest_deselected(items=later)
    return len(later)
