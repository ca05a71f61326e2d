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
import pytest
from hypothesis import given, strategies

@given(strategies.none())
def test_property(n): pass

@pytest.mark.again
def test_each_with_each(): pass

def test_example(): pass
"""


@pytest.mark.parametrize(
    ("options", "passed"),
    [((), 5), (("--measured",), 1), (("-m", "again"), 4), (("-m", "not again"), 1)],
)
def test_the_folders_and_the_properties_are_left_out_where_asked(
    pytester: pytest.Pytester, options: tuple[str, ...], passed: int
) -> None:
    root = Path(pytester.path)
    small = "def test_bent(): pass"
    for folder, text in (("fuzz", small), ("unit/project", small), ("unit/facts", PROPERTY)):
        place = root / "tests" / folder
        place.mkdir(parents=True)
        (place / f"test_{place.name}.py").write_text(text)
    pytester.makeconftest(CONFTEST)
    ran = pytester.runpytest_inprocess("-p", "no:asyncio", "tests", *options)
    assert ran.parseoutcomes()["passed"] == passed


def test_each_folder_is_there() -> None:
    """One that was renamed would be measured, and nobody would notice."""
    tests = Path(measured.__file__).parents[1]
    assert all((tests / folder).is_dir() for folder in measured.AGAIN)
