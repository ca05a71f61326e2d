"""How far a command in a sandbox may go, and as whom it runs."""

import math
import os
from dataclasses import dataclass

UNPRIVILEGED = 64_777
"""Ours: an id that no distribution gives. A bot of root's must not have commands run as root, for
whom the kernel counts no processes."""
MEGA = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Bounds of one command with all that it starts; sizes in bytes."""

    seconds: float
    memory: int
    processes: int
    file: int
    disk: int
    output: int

    @property
    def scratch(self) -> int:
        """What /tmp and /dev/shm hold: they are memory."""
        return max(self.disk // 4, MEGA)

    def words(self) -> tuple[str, ...]:
        """Return the words that are put before a command, for what is seen to from inside.

        RLIMIT_DATA and not RLIMIT_AS: Go, Java and Node reserve far more than they use.
        """
        whole = max(1, math.ceil(self.seconds))
        # The bot ends a command in time; `timeout` sees to it should the bot be gone.
        return (
            "timeout", "--signal=KILL", str(whole + 5),
            "prlimit", f"--data={self.memory}", f"--nproc={self.processes}",
            f"--fsize={self.file}", f"--cpu={whole + 1}", "--core=0", "--nofile=1024",
            "--memlock=65536", "--msgqueue=0", "--",
        )  # fmt: skip


def owner() -> int | None:
    """Return the user id that commands run as and own worktrees; None for the bot's own."""
    return UNPRIVILEGED if os.geteuid() == 0 else None
