"""Watches a command from outside for what the kernel's limits do not add up: memory and disk."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

from bot.tools.sandbox.limits import MEGA, Limits

EVERY_SECONDS = 0.2
"""Ours: a fast disk takes some hundred megabytes meanwhile."""
MOST_FILES = 200_000
"""Ours: inodes that one command may take."""
MOST_OPEN = 8_192
"""Ours: what all of a command's processes may hold open; unread sockets are memory, too."""
_CLOSED_BOOK = 1_024
"""Counted for a process that does not let us look: as many as it may hold open."""
_MEMORY = Path("/proc/meminfo")
_NOBODYS = ("Shmem:", "SUnreclaim:")


class Watch:
    """Looks at a process tree and at the disk that its worktree lies on."""

    def __init__(self, worktree: Path, limits: Limits) -> None:
        self._worktree = worktree
        self._limits = limits
        self._room, self._inodes = self._free()
        self._kernel = kernel_held()

    async def until_too_much(self, pid: int) -> str:
        """Return, once it takes too much, what it took; never while it stays within its limits."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            if found := await asyncio.to_thread(self._look, pid):
                return found

    def _look(self, pid: int) -> str:
        room, inodes = self._free()
        # What others write meanwhile counts as well: ended too early rather than too late.
        if self._room - room > self._limits.disk:
            return f"it filled more than {self._limits.disk // MEGA:,} MB of disk"
        if self._inodes - inodes > MOST_FILES:
            return f"it made more than {MOST_FILES:,} files"
        held, handles = held_by(pid)
        # No process has what lies in memory files, in maps that were let go of, in names in /tmp.
        hidden = kernel_held() - self._kernel - 2 * self._limits.scratch
        if max(held, hidden) > self._limits.memory:
            return f"it held more than {self._limits.memory // MEGA:,} MB of memory"
        if handles > MOST_OPEN:
            return f"it held more than {MOST_OPEN:,} files and sockets open"
        return ""

    def _free(self) -> tuple[int, int]:
        found = os.statvfs(self._worktree)
        return found.f_bavail * found.f_frsize, found.f_favail


def kernel_held() -> int:
    """Return what the kernel holds on this machine for no process, in bytes: shared memory, and
    what it keeps of files in memory, of sockets and the like.
    """
    found = (line.split() for line in _MEMORY.read_text(encoding="ascii").splitlines())
    return sum(int(words[1]) * 1_024 for words in found if words[0] in _NOBODYS)


def held_by(pid: int) -> tuple[int, int]:
    """Return what a process and all below it hold: bytes of memory, open files; 0 when gone."""
    import psutil  # loaded where commands run, which is nowhere by default

    memory = handles = 0
    with suppress(psutil.Error):  # it ends while it is looked at
        first = psutil.Process(pid)
        for each in (first, *first.children(recursive=True)):
            try:
                memory += each.memory_info().rss
                handles += each.num_fds()
            except psutil.AccessDenied:
                handles += _CLOSED_BOOK
            except psutil.Error:
                continue
    return memory, handles
