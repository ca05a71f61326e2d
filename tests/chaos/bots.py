"""Bots as processes under a supervisor: whatever ends is started again, as a service would be."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from tests.support.processes import Home, patience

Process = asyncio.subprocess.Process


class Bots:
    """`count` processes of the same command; `async with` starts them and ends them politely."""

    def __init__(
        self, home: Home, environment: Mapping[str, str], *, count: int, words: tuple[str, ...]
    ) -> None:
        """`words` follow `python -m`, e.g. `("bot", "run")`; logs go to `home.folder`."""
        self._home = home
        self._environment = environment
        self._words = words
        self.count = count
        self.living: dict[int, Process] = {}
        self.exits: list[int] = []
        """Exit codes in order; negative ones are signals."""
        self.left_dead: set[int] = set()
        """Slots that nobody starts again."""
        self._keepers: list[asyncio.Task[None]] = []
        self._closing = False

    async def __aenter__(self) -> "Bots":
        self._keepers = [asyncio.create_task(self._keep(slot)) for slot in range(self.count)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        for process in self.living.values():
            for number in (signal.SIGCONT, signal.SIGTERM):
                send(process, number)
        try:
            async with patience():
                await asyncio.gather(*self._keepers)
        finally:
            for process in self.living.values():
                send(process, signal.SIGKILL)
            await asyncio.gather(*self._keepers, return_exceptions=True)

    def change(self, *words: str, **environment: str) -> None:
        """Let processes that start from now on be others."""
        self._words = words or self._words
        self._environment = {**self._environment, **environment}

    def log(self, slot: int, *, most: int = 4000) -> str:
        """Return the end of what a slot's processes wrote, up to `most` characters."""
        file = self._log(slot)
        return file.read_text(errors="replace")[-most:] if file.exists() else ""

    async def _keep(self, slot: int) -> None:
        with self._log(slot).open("ab") as log:
            while not self._closing and slot not in self.left_dead:
                process = await self._start(slot)
                self.living[slot] = process
                await _copy(process, log)
                code = await process.wait()
                self.living.pop(slot, None)
                self.exits.append(code)

    async def _start(self, slot: int) -> Process:
        # Coverage would double the time of a start, and a killed process writes no report.
        kept = self._home.environment(**self._environment, PGAPPNAME=application(slot))
        clean = {name: value for name, value in kept.items() if not name.startswith("COV")}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *self._words,
            env=clean,
            cwd=self._home.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    def _log(self, slot: int) -> Path:
        return self._home.folder / f"bot-{slot}.log"


def application(slot: int) -> str:
    """Return how PostgreSQL calls the sessions of a slot's processes."""
    return f"chaos-bot-{slot}"


async def _copy(process: Process, log: IO[bytes]) -> None:
    """Write down what it says until it ends; a file of its own would share its full disk."""
    assert process.stdout is not None
    while said := await process.stdout.read(2**16):
        log.write(said)
        log.flush()


def send(process: Process, number: int) -> None:
    """Send a signal to a process; one that has ended already does not mind."""
    if process.returncode is None:
        os.kill(process.pid, number)
