"""The sandboxes of this machine: whether there can be any, and where worktrees stand."""

import asyncio
import fcntl
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from weakref import WeakValueDictionary

from bot.errors import TeamleadError
from bot.settings_sandbox import SandboxSettings
from bot.tools.repository import Outside
from bot.tools.sandbox.limits import MEGA, Limits, owner
from bot.tools.sandbox.runner import Ended, Run, run
from bot.tools.sandbox.syscalls import known_here
from bot.tools.sandbox.worktree import Worktree, make_folder

PROGRAMS = ("bwrap", "prlimit", "git")
_PROBE_SECONDS = 10.0
_LOCKS = ".locks"
_HELD_SECONDS = 0.2
_AGAIN_SECONDS = 60.0
"""Ours: how soon it is looked again after the machine could not."""
_INSTALL = "Install it (`apt-get install bubblewrap util-linux git`); until then nothing is run."


class Unavailable(TeamleadError):
    """No sandbox can be had here; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Sandbox:
    """Runs commands in worktrees, a few at once, one at a time in each."""

    def __init__(self, settings: SandboxSettings, home: Path) -> None:
        self.settings = settings
        self._home = home
        self.folder = settings.folder or _default_folder(home)
        self._room = asyncio.Semaphore(settings.at_once)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._problem: str | None = None
        self._looked_at = 0.0

    def worktree(self, workspace_id: str, worktree_id: str) -> Worktree:
        """Return the worktree of that name, whether it is there or not."""
        return Worktree(self.folder, workspace_id, worktree_id)

    @asynccontextmanager
    async def alone(self, worktree_id: str) -> AsyncIterator[None]:
        """Let one call at a time work in a worktree, also of other processes on this machine."""
        async with self._lock(worktree_id):
            while (held := await asyncio.to_thread(self._hold, worktree_id)) is None:  # noqa: ASYNC110 - others are processes
                await asyncio.sleep(_HELD_SECONDS)
            try:
                yield
            finally:
                os.close(held)

    async def remove_unless_busy(self, workspace_id: str, worktree_id: str) -> bool:
        """Remove a worktree; False while a call works in it, whichever process makes it."""
        lock = self._lock(worktree_id)
        if lock.locked():
            return False
        async with lock:
            if (held := await asyncio.to_thread(self._hold, worktree_id)) is None:
                return False
            try:
                await self.worktree(workspace_id, worktree_id).remove()
                (self.folder / _LOCKS / worktree_id).unlink(missing_ok=True)
            finally:
                os.close(held)
        return True

    def _lock(self, worktree_id: str) -> asyncio.Lock:
        lock = self._locks.get(worktree_id)
        if lock is None:
            lock = self._locks[worktree_id] = asyncio.Lock()
        return lock

    def _hold(self, worktree_id: str) -> int | None:
        """Return a descriptor that keeps others out until it is closed, None while one has it.

        It ends with its process, so a killed one keeps nobody out.
        """
        make_folder(self.folder)
        place = self.folder / _LOCKS
        place.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(place / worktree_id, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        return handle

    def limits(self, seconds: float | None = None) -> Limits:
        """Return how far a command may go; it may ask for less time than it could have."""
        chosen = self.settings
        return Limits(
            seconds=min(seconds or chosen.seconds, chosen.seconds),
            memory=chosen.memory_mb * MEGA,
            processes=chosen.processes,
            file=chosen.file_mb * MEGA,
            disk=chosen.disk_mb * MEGA,
            output=chosen.output_mb * MEGA,
        )

    async def run(
        self,
        words: Sequence[str],
        worktree: Path,
        *,
        seconds: float | None = None,
        hidden: Iterable[Path] = (),
        mounts: Iterable[Path] = (),
        writable: bool = True,
        keep: int = 32_000,
    ) -> Ended:
        """Run a command to its end; raises Unavailable where it would not be held in."""
        if problem := await self.problem():
            raise Unavailable(problem)
        left = (await asyncio.to_thread(shutil.disk_usage, self.folder)).free
        if left < 2 * self.limits().disk:
            raise Unavailable(
                f"Only {left // MEGA:,} MB are left on the worktrees' disk, so nothing is run."
            )
        async with self._room:
            return await run(
                Run(
                    tuple(words),
                    worktree,
                    self.limits(seconds),
                    mounts=(*self.settings.seen, *mounts),
                    hidden=(self._home, self.folder, *hidden),
                    writable=writable,
                    keep=keep,
                )
            )

    @property
    def was_tried(self) -> bool:
        """Whether `problem` answers at once: at first a command is run, which takes its time."""
        return self._problem is not None

    async def problem(self) -> str:
        """Return why there can be no sandbox here, empty when there can: tried, not guessed."""
        now = asyncio.get_running_loop().time()
        if self._problem is None or (self._problem and now > self._looked_at + _AGAIN_SECONDS):
            self._problem, self._looked_at = await self._look(), now
        return self._problem

    async def _look(self) -> str:
        for program in PROGRAMS:
            if shutil.which(program) is None:
                return f"There is no `{program}` on this machine. {_INSTALL}"
        if not known_here():
            return "Sandboxes run on x86-64 and 64-bit ARM; this machine is another."
        probe = self.folder / ".probe"
        try:
            await asyncio.to_thread(make_folder, self.folder)
            await asyncio.to_thread(_make_probe, probe)
            limits = self.limits(_PROBE_SECONDS)
            ended = await run(Run(("true",), probe, limits, mounts=self.settings.seen))
        except Outside as refused:
            return f"{refused}. Name another folder in TEAMLEAD_SANDBOX_FOLDER."
        except OSError as error:
            return f"bubblewrap cannot be started here ({error.strerror})."
        if ended.code:
            said = (ended.output.strip().splitlines() or [f"it ended with {ended.code}"])[0][:200]
            return (
                f"bubblewrap cannot make a sandbox here ({said}). The system must let users make"
                " namespaces (docs/sandbox.md)."
            )
        return ""


def _default_folder(home: Path) -> Path:
    """Return where worktrees stand: whom root has commands run as must be able to go there."""
    if owner() is None:
        return home / "sandbox"
    mark = hashlib.sha256(os.fsencode(home.absolute())).hexdigest()[:12]
    return Path("/var/tmp") / f"teamlead-sandbox-{mark}"


def _make_probe(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if (who := owner()) is not None:
        os.chown(folder, who, who)
