"""Teamlead as a process of its own, so that tests can kill it; and what its ledger says then."""

import asyncio
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from tests.support.stage import PATIENCE

ROOT = Path(__file__).parents[2]
_OURS = ("SLACK_", "ANTHROPIC_", "TEAMLEAD_", "DATABASE_")
START = 60.0
"""Seconds that a start may take on a busy machine: two of work where it is quick and has the
bytecode, twelve where neither is so."""
_TICK = 0.1


@dataclass(frozen=True)
class Home:
    """A folder for one Teamlead and the address of its Claude."""

    folder: Path
    claude: str

    def environment(self, **more: str) -> dict[str, str]:
        """Return this process's environment with our own settings instead of its own."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(_OURS) and not name.lower().endswith("_proxy")
        }
        return {
            **kept,
            "HOME": str(self.folder),
            "TEAMLEAD_HOME": str(self.folder / "teamlead"),
            "ANTHROPIC_BASE_URL": self.claude,
            "ANTHROPIC_API_KEY": "a key",
            "PYTHONPATH": str(ROOT),
            "TEAMLEAD_WORKER_GRACE_SECONDS": "1",
            # Tests about faults put dozens of wishes in a minute.
            "TEAMLEAD_LIMIT_TASKS_PER_USER_HOUR": "0",
            "TEAMLEAD_LIMIT_TASKS_PER_CHANNEL_HOUR": "0",
            **more,
        }

    def calls(self) -> list[tuple[str, str]]:
        """Return (step, state) of every model call in the ledger."""
        return self._rows("SELECT step, state FROM model_call")

    def tasks(self) -> list[tuple[str, str]]:
        """Return (text, state) of every task."""
        return self._rows("SELECT text, state FROM task")

    def _rows(self, query: str) -> list[tuple[str, str]]:
        file = self.folder / "teamlead" / "teamlead.db"
        if not file.exists():
            return []
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            try:
                return list(connection.execute(query))
            except sqlite3.OperationalError:
                return []  # not migrated yet

    def states(self) -> Counter[str]:
        """Return how many calls are in which state."""
        return Counter(state for _, state in self.calls())


@asynccontextmanager
async def teamlead(
    home: Home, *words: str, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `python -m bot WORDS` in `home`; whatever is left of it at the end is killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        env=home.environment(**more),
        cwd=home.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        # Read to the end: an open pipe outlives the loop otherwise.
        await process.communicate()


@asynccontextmanager
async def patience(seconds: float = START) -> AsyncIterator[None]:
    """Raise TimeoutError after so many seconds in which this process was let run.

    Who stops a test and its bots for minutes, and lets them go on, ends no wait of theirs.
    """
    async with asyncio.timeout(None) as limit:
        count = asyncio.create_task(_count(limit, seconds))
        try:
            yield
        finally:
            count.cancel()


async def _count(limit: asyncio.Timeout, seconds: float) -> None:
    for _ in range(round(seconds / _TICK)):
        await asyncio.sleep(_TICK)
    limit.reschedule(asyncio.get_running_loop().time())


async def kill(process: asyncio.subprocess.Process) -> None:
    """End it as a power cut would (SIGKILL); it must have been alive."""
    assert process.returncode is None, (await process.communicate())[1].decode()
    process.kill()
    await process.wait()


async def until(condition: object, *, process: asyncio.subprocess.Process | None = None) -> None:
    """Wait until `condition()` holds; a process that ended before says why."""
    assert callable(condition)
    async with patience(START + PATIENCE):
        while not condition():
            if process is not None and process.returncode is not None:
                _, errors = await process.communicate()
                raise AssertionError(f"it ended with {process.returncode}: {errors.decode()}")
            await asyncio.sleep(0.005)
