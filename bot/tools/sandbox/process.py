"""A process started by the standard library: uvloop changes no user and closes no descriptor."""

import asyncio
import os
import subprocess
from collections.abc import Sequence

from bot.tools.sandbox.limits import owner

_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


class Process:
    """A running command: its output as it comes, and its end."""

    def __init__(
        self,
        popen: subprocess.Popen[bytes],
        stdout: asyncio.StreamReader,
        pipe: asyncio.ReadTransport,
    ) -> None:
        self._popen, self._pipe = popen, pipe
        self.stdout = stdout

    @classmethod
    async def start(cls, line: Sequence[str], *, keep: Sequence[int]) -> "Process":
        """Start a command as `owner()`, with none of our descriptors but `keep`.

        Raises OSError where it cannot be started.
        """
        popen = await asyncio.to_thread(_popen, line, keep)
        assert popen.stdout is not None
        stdout = asyncio.StreamReader()
        pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stdout), popen.stdout
        )
        return cls(popen, stdout, pipe)

    @property
    def pid(self) -> int:
        """Its number, also after its end."""
        return self._popen.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code; None while it lives."""
        return self._popen.poll()

    async def wait(self) -> None:
        """Wait for its end; nothing more is read then."""
        await asyncio.to_thread(self._popen.wait)
        self._pipe.close()


def _popen(line: Sequence[str], keep: Sequence[int]) -> subprocess.Popen[bytes]:
    who = owner()
    return subprocess.Popen(
        line,
        cwd=os.sep,
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=keep,
        start_new_session=True,
        user=who,
        group=who,
        extra_groups=None if who is None else (),
    )
