"""Tests that take turns are all run once in so many days, and only those that may."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.support.turns import is_on

pytest_plugins = ["pytester"]
MANY = """
import pytest

@pytest.mark.postgres
@pytest.mark.parametrize("n", range(30))
def test_rows(n): pass

def test_rule(): pass
"""
CONFTEST = """
from datetime import date
from tests.support import turns

def pytest_addoption(parser): turns.add_option(parser)

def pytest_configure(config): config.addinivalue_line("markers", "postgres: on PostgreSQL")

def pytest_collection_modifyitems(config, items): turns.deselect(config, items, date(2026, 3, 2))
"""


def test_each_has_its_turn_once() -> None:
    days = [date(2026, 3, 2) + timedelta(days=ahead) for ahead in range(3)]
    names = [f"tests/unit/test_x.py::test_{n}[postgres]" for n in range(300)]
    per_day = Counter(day for day in days for name in names if is_on(name, 3, day))
    assert sum(per_day.values()) == len(names)
    assert min(per_day.values()) > 60
    assert all(is_on(name, 1, day) for day in days for name in names)


@pytest.mark.parametrize(
    ("folder", "options", "whole"),
    [
        ("tests/unit", ("--turns", "3"), False),
        ("tests/unit", (), True),
        ("tests/storage", ("--turns", "3"), True),
    ],
)
def test_only_unit_tests_take_turns(
    pytester: pytest.Pytester, folder: str, options: tuple[str, ...], whole: bool
) -> None:
    place = Path(pytester.path) / folder
    place.mkdir(parents=True)
    (place / "test_many.py").write_text(MANY)
    pytester.makeconftest(CONFTEST)
    passed = pytester.runpytest_inprocess("-p", "no:asyncio", *options).parseoutcomes()["passed"]
    assert (passed == 31) is whole
    assert passed > 1
