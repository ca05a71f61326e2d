"""What every kind of fault needs: a database of its own, its share of the faults, a world."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.plugin import PROPERTY
from tests.chaos.world import World, world
from tests.support.databases import PostgresMissing, PostgresServer, SqliteFiles, own_folder

Open = Callable[..., AbstractAsyncContextManager[World]]
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's proxies out of this process; the bots' environment is made anew."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def own_postgres(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """A PostgreSQL that nobody else uses, for it is stopped in the middle of work.

    `postgres_server` is asked for only because its absence is handled there.
    """
    try:
        server = PostgresServer(own_folder())
    except PostgresMissing as missing:
        pytest.fail(f"a second PostgreSQL cannot start: {missing}")
    yield server
    server.stop()


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh migrated database, once on each kind."""
    if request.param == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        with files.fresh(tmp_path) as sqlite_url:
            yield sqlite_url
    elif request.param == "small disk":
        yield request.getfixturevalue("url_on_small_disk")
    else:
        server: PostgresServer = request.getfixturevalue("own_postgres")
        with server.fresh() as postgres_url:
            yield postgres_url


@pytest.fixture
def faults(request: pytest.FixtureRequest) -> int:
    """How many faults each database is to get, over all kinds."""
    return int(request.config.getoption("--chaos-faults"))


@pytest.fixture
def open_world(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    url: str,
    record_property: Callable[[str, object], None],
) -> Open:
    """Open a world by `async with open_world(kind)`.

    Its end waits until all work is over, ends the bots, and audits: nothing may be lost or doubled.
    """
    seed = int(request.config.getoption("--chaos-seed"))

    @asynccontextmanager
    async def opened(fault: str, **options: Any) -> AsyncIterator[World]:
        async with world(url, tmp_path, seed=seed, **options) as made:
            yield made
            await made.settle()
            await made.connected()  # told to end while it starts, a process has no exit code yet
        found = made.audit()
        row = found.row(fault, made.books.kind, made.faults)
        record_property(PROPERTY, vars(row))
        assert row.clean, "\n".join([*found.notes[:40], made.logs()])

    return opened
