"""Runs one command in a sandbox: bounded in time, output and all else; none of it lives on."""

import asyncio
import json
import os
import select
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.tools.sandbox.bubblewrap import command_line, users_file
from bot.tools.sandbox.limits import MEGA, Limits
from bot.tools.sandbox.process import Process
from bot.tools.sandbox.syscalls import call_filter
from bot.tools.sandbox.watch import Watch

_HEAD, _TAIL = 8_000, 24_000
"""Ours, in bytes of output that are kept: what a test says last matters most."""
_DEATH_SECONDS = 10.0


@dataclass(frozen=True)
class Run:
    """A command, word by word; no shell reads it."""

    words: tuple[str, ...]
    worktree: Path
    limits: Limits
    mounts: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()
    writable: bool = True
    keep: int = _HEAD + _TAIL
    """Bytes of output that are kept."""


@dataclass(frozen=True)
class Ended:
    """How a command ended; `why` is empty unless it was ended from outside."""

    code: int
    output: str
    seconds: float
    why: str = ""


async def run(wanted: Run) -> Ended:
    """Run a command to its end; when this returns, or is cancelled, none of it lives any more."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    output, watch = (
        _Output(wanted.keep, most=wanted.limits.output),
        Watch(wanted.worktree, wanted.limits),
    )
    with _Pipe() as info, _Pipe() as users, _Pipe() as calls:
        users.fill(users_file())
        calls.fill(call_filter())
        starting = asyncio.ensure_future(
            _start(wanted, info=info.write, users=users.read, calls=calls.read)
        )
        try:
            process = await asyncio.shield(starting)
            why = await _until_end(process, output, watch, wanted.limits)
        finally:
            process = await starting  # also when this was cancelled before it had begun
            await _end(process, info.read)
    code = process.returncode if process.returncode is not None else -1
    return Ended(code, output.text(), loop.time() - started, why)


async def _start(wanted: Run, *, info: int, users: int, calls: int) -> Process:
    line = command_line(
        wanted.words,
        worktree=wanted.worktree,
        limits=wanted.limits,
        mounts=wanted.mounts,
        hidden=wanted.hidden,
        writable=wanted.writable,
        info=info,
        users=users,
        calls=calls,
    )
    return await Process.start(line, keep=(info, users, calls))


async def _until_end(process: Process, output: "_Output", watch: Watch, limits: Limits) -> str:
    """Wait until a command ends or has to be ended; returns why it has to be."""
    reading = asyncio.ensure_future(output.read(process))
    watching = asyncio.ensure_future(watch.until_too_much(process.pid))
    try:
        done, _ = await asyncio.wait(
            (reading, watching), timeout=limits.seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if reading in done:
            return reading.result()
        return watching.result() if watching in done else f"it took over {limits.seconds:g} s"
    finally:
        for each in (reading, watching):
            each.cancel()
        await asyncio.gather(reading, watching, return_exceptions=True)


async def _end(process: Process, info: int) -> None:
    """Kill what lives and wait until the last of it is gone: nothing may write after that."""
    if process.returncode is None:
        await asyncio.shield(asyncio.to_thread(_kill_all, process.pid))
    await asyncio.shield(_drain(process))
    await asyncio.shield(asyncio.to_thread(_wait_gone, info))


async def _drain(process: Process) -> None:
    """Read what a dead process left in its pipe, so that the pipe is closed."""
    while await process.stdout.read(65_536):
        pass
    await process.wait()


def _kill_all(pid: int) -> None:
    """Kill a process and all below it.

    It is stopped first, so that it makes no more of them: bubblewrap's own first child, killed
    alone at a bad moment, does not take the others along.
    """
    import psutil  # loaded where commands run, which is nowhere by default

    try:
        first = psutil.Process(pid)
        first.suspend()
        below = first.children(recursive=True)
    except psutil.Error:
        return
    for each in (*below, first):
        with suppress(psutil.Error):
            each.kill()
    psutil.wait_procs(below, timeout=_DEATH_SECONDS)


def _wait_gone(info: int) -> None:
    """Wait for the first process of the sandbox's own numbering: with it, all others end."""
    os.set_blocking(info, False)
    try:
        handle = os.pidfd_open(int(json.loads(os.read(info, 4_096))["child-pid"]))
    except (OSError, ValueError, KeyError):
        return  # gone, or it never began
    try:
        select.select([handle], [], [], _DEATH_SECONDS)
    finally:
        os.close(handle)


class _Output:
    """Keeps the beginning and the end of what a command says."""

    def __init__(self, keep: int, *, most: int) -> None:
        self._head, self._tail, self._size = bytearray(), bytearray(), 0
        self._first, self._last = keep // 4, keep - keep // 4
        self._most = most

    async def read(self, process: Process) -> str:
        """Read until the end; returns why the command has to be ended when it says too much."""
        while piece := await process.stdout.read(65_536):
            self._keep(piece)
            if self._size > self._most:
                return f"it wrote more than {self._most / MEGA:g} MB of output"
        await process.wait()
        return ""

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        room = self._first - len(self._head)
        self._head += piece[:room]
        self._tail += piece[room:] if room > 0 else piece
        if len(self._tail) > 2 * self._last:
            del self._tail[: -self._last]

    def text(self) -> str:
        """Return what is kept, and how much is not."""
        tail = self._tail[-self._last :] if self._last else b""
        left = self._size - len(self._head) - len(tail)
        middle = f"\n[{left:,} bytes are not shown]\n".encode() if left > 0 else b""
        return (bytes(self._head) + middle + bytes(tail)).decode("utf-8", "replace")


@dataclass
class _Pipe:
    """Two descriptors that are closed at the end, whatever happens."""

    read: int = -1
    write: int = -1

    def __enter__(self) -> "_Pipe":
        self.read, self.write = os.pipe()
        return self

    def fill(self, data: bytes) -> None:
        """Write what there is to read, a pipe's worth at most, and let it end there."""
        os.write(self.write, data)
        os.close(self.write)
        self.write = -1

    def __exit__(self, *_: object) -> None:
        if self.write >= 0:
            os.close(self.write)
        os.close(self.read)
