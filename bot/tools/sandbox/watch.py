"""Watches a command from outside for what the kernel's limits do not add up: memory and disk."""

import asyncio
import os
from pathlib import Path

import psutil

from bot.tools.sandbox.limits import MEGA, Limits

EVERY_SECONDS = 0.2
"""Ours: a fast disk takes some hundred megabytes meanwhile."""
MOST_FILES = 200_000
"""Ours: inodes that one command may take."""


class Watch:
    """Looks at a process tree and at the disk that its worktree lies on."""

    def __init__(self, worktree: Path, limits: Limits) -> None:
        self._worktree = worktree
        self._limits = limits
        self._room, self._inodes = self._free()

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
        if memory_of(pid) > self._limits.memory:
            return f"it held more than {self._limits.memory // MEGA:,} MB of memory"
        return ""

    def _free(self) -> tuple[int, int]:
        found = os.statvfs(self._worktree)
        return found.f_bavail * found.f_frsize, found.f_favail


def memory_of(pid: int) -> int:
    """Return what a process and all below it hold, in bytes; 0 when it is gone."""
    total = 0
    try:
        first = psutil.Process(pid)
        for each in (first, *first.children(recursive=True)):
            try:
                total += each.memory_info().rss
            except psutil.Error:
                continue
    except psutil.Error:
        return total
    return total
