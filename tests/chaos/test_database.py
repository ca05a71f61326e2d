"""The database goes away in the middle of work: restarted, locked, or its disk full."""

import asyncio
import resource
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.chaos.conftest import Open
from tests.chaos.world import World
from tests.support.databases import PostgresServer, SqliteFiles

pytestmark = pytest.mark.chaos

LOCKED_SECONDS = 10.0
"""As the issue asks; SQLite's own patience ends at the same moment (BUSY_TIMEOUT_MS)."""
_ROOM = 48 * 2**20
"""Bytes of the small disk."""


@pytest.mark.postgres
@pytest.mark.parametrize("url", ["postgres"], indirect=True)
async def test_postgres_restarted(
    open_world: Open, own_postgres: PostgresServer, faults: int
) -> None:
    """Stopped politely and abruptly, back at once or after some seconds."""
    async with open_world("database restarted") as world:
        for number in range(max(2, faults // 10)):
            await world.busy()
            await world.moment()
            await asyncio.to_thread(own_postgres.halt, abruptly=number % 2 == 0)
            await asyncio.sleep(world.dice.choice([0, 0, 2]))
            await asyncio.to_thread(own_postgres.go_on)
            world.faults += 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.long
async def test_sqlite_locked(open_world: Open, url: str, faults: int) -> None:
    """Another process keeps the write lock, e.g. a backup or somebody's shell."""
    file = Path(make_url(url).database or "")
    async with open_world("database locked") as world:
        for number in range(max(1, faults // 20)):
            await world.busy()
            await world.moment()
            target = file if number % 2 == 0 else file.with_name(f"{file.stem}-engine.db")
            with closing(sqlite3.connect(target, isolation_level=None, timeout=10)) as holder:
                holder.execute("BEGIN IMMEDIATE")
                await asyncio.sleep(LOCKED_SECONDS)
                holder.execute("ROLLBACK")
            world.faults += 1
    assert world.bots.exits == [0]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own; skips where mounting is not allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_ROOM}", "teamlead-chaos", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def url_on_small_disk(small_disk: Path, sqlite_files: SqliteFiles) -> Iterator[str]:
    with sqlite_files.fresh(small_disk) as url:
        yield url


@pytest.mark.parametrize("url", ["small disk"], indirect=True)
@pytest.mark.long
async def test_disk_full(open_world: Open, small_disk: Path, faults: int) -> None:
    """Not a byte is left for some seconds; then there is space again."""
    async with open_world("disk full") as world:
        for _ in range(max(2, faults // 20)):
            await world.busy()
            await world.moment()
            with _filled(small_disk):
                await world.moment()
                await asyncio.sleep(world.dice.uniform(0.5, 4))
            world.faults += 1
    assert world.bots.exits == [0]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.long
async def test_files_may_not_grow(open_world: Open, faults: int) -> None:
    """A quota on the size of files, which fails with another error than a full disk."""
    async with open_world("quota reached") as world:
        for _ in range(max(1, faults // 40)):
            await world.busy()
            await world.moment()
            with _no_growth(world):
                await asyncio.sleep(world.dice.uniform(0.5, 4))
            world.faults += 1
    assert world.bots.exits == [0]


@contextmanager
def _filled(folder: Path) -> Iterator[None]:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (2**16, 2**12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def _no_growth(world: World) -> Iterator[None]:
    pid = world.bots.living[0].pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
