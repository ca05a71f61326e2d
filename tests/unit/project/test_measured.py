"""A run that measures coverage leaves out what need not be measured, and every other run has it."""

from pathlib import Path

import pytest

from tests.support import measured

pytest_plugins = ["pytester"]
CONFTEST = """
from pathlib import Path
import pytest
from tests.support import measured

HERE = Path(__file__).parent / "tests"

def pytest_addoption(parser): measured.add_option(parser)

def pytest_configure(config): config.addinivalue_line("markers", "again: not measured")

def pytest_ignore_collect(collection_path, config):
    return measured.is_ignored(config, collection_path, HERE) or None

@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items): measured.mark(config, items, HERE)
"""
PROPERTY = """
from hypothesis import given, strategies

@given(strategies.none())
def test_property(n): pass

def test_example(): pass
"""


@pytest.mark.parametrize(
    ("options", "passed"),
    [((), 3), (("--measured",), 1), (("-m", "again"), 2), (("-m", "not again"), 1)],
)
def test_the_folders_and_the_properties_are_left_out_where_asked(
    pytester: pytest.Pytester, options: tuple[str, ...], passed: int
) -> None:
    root = Path(pytester.path)
    for folder, text in (("fuzz", "def test_bent(): pass"), ("unit", PROPERTY)):
        (root / "tests" / folder).mkdir(parents=True)
        (root / "tests" / folder / f"test_{folder}.py").write_text(text)
    pytester.makeconftest(CONFTEST)
    ran = pytester.runpytest_inprocess("-p", "no:asyncio", "tests", *options)
    assert ran.parseoutcomes()["passed"] == passed


def test_each_folder_is_there() -> None:
    """One that was renamed would be measured, and nobody would notice."""
    tests = Path(measured.__file__).parents[1]
    assert all((tests / folder).is_dir() for folder in measured.AGAIN)
