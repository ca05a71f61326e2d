"""Fixtures that many tests share: a fresh database, on SQLite and on PostgreSQL."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from greenlet import _greenlet  # type: ignore[import-untyped]
from hypothesis import settings

from bot.cli import logs
from bot.cli.process import loop
from bot.clock import SystemClock
from storage.engine import database_url as parse_url
from storage.engine import open_engine
from storage.repositories.channels import ChannelRepository
from storage.uow import Database
from tests.chaos import plugin
from tests.chaos.plugin import pytest_runtest_logreport, summarise
from tests.support import certificates, measured, statements, turns
from tests.support.databases import PostgresMissing, PostgresServer, SqliteFiles
from tests.support.spread import spread

# A slow machine is no failure: hypothesis must not measure time. Every run draws other examples,
# so that fewer a run are many in a week; HYPOTHESIS=thorough takes ten times as many.
settings.register_profile("teamlead", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=250)
settings.load_profile(os.environ.get("HYPOTHESIS", "teamlead"))

# `logs` first of all: structlog knows nothing of rich then, as in the program. Rich takes a third
# of a second to draw a stack trace with all its values.
__all__ = ["logs", "pytest_runtest_logreport"]
# When a thread dies, greenlet looks through the whole heap for what it may have left: half a second
# for each database, in a process that has run thousands of tests.
_greenlet.enable_optional_cleanup(False)
statements.share()
certificates.share()

_HERE = Path(__file__).parent
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options of all tests."""
    plugin.pytest_addoption(parser)
    turns.add_option(parser)
    measured.add_option(parser)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read no folder that a run which measures would leave out whole."""
    return measured.is_ignored(config, collection_path, _HERE) or None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None]:
    """Mark what need not be measured for coverage; leave out what has its turn another day."""
    measured.mark(config, items, _HERE)
    turns.deselect(config, items, SystemClock().now().date())
    yield
    # By now without what -m leaves out; a single process keeps the order in which people read.
    if hasattr(config, "workerinput"):
        items[:] = spread(items)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run tests on the loop that the bot runs on."""
    return {"bot": loop.maker("uvloop") or asyncio.new_event_loop}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send nothing that a passed test printed to the process that prints: nobody reads it there.

    It still comes along when the test fails later, at its clean-up.
    """
    report = yield
    if report.passed and hasattr(item.config, "workerinput"):
        report.sections.clear()
    return report


def pytest_sessionstart() -> None:
    """Look for no garbage while imports make a million objects that stay: a sixth of their time."""
    gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Look for garbage again, but not among what is there by now."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Commands that are run inside a test set the logs up, some from warnings on, for the rest of
    the process: a later test would look for a line that is not written.
    """
    import structlog  # not before `logs`

    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def sqlite_files() -> SqliteFiles:
    """The migrated SQLite file that tests get copies of."""
    return SqliteFiles()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """PostgreSQL for this run; its absence skips at a desk and fails in CI."""
    try:
        server = PostgresServer()
    except PostgresMissing as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL cannot start here: {missing}")
    yield server
    server.stop()


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh migrated database, once on each kind."""
    if request.param == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        with files.fresh(tmp_path) as url:
            yield url
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.fresh() as url:
            yield url


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that has no table yet, once on each kind."""
    if request.param == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        with files.empty(tmp_path) as url:
            yield url
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        with server.empty() as url:
            yield url


@pytest.fixture(autouse=True)
def our_own_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the front door nobody asks Slack who reads in a channel: a new one is ours there."""
    monkeypatch.setitem(cast(Any, ChannelRepository.ensure).__kwdefaults__, "is_shared", False)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh migrated database, once on each kind."""
    opened = Database(open_engine(parse_url(database_url)))
    yield opened
    await opened.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why PostgreSQL was left out, for a silent skip looks like a pass; what chaos found."""
    summarise(terminalreporter)
    reasons = {
        str(report.longrepr[2])
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and "PostgreSQL" in report.longrepr[2]
    }
    for reason in sorted(reasons):
        terminalreporter.write_line(reason, yellow=True)
