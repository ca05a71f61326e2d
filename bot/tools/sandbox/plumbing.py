"""Runs Git's plumbing on a folder and index that are named, never on what lies in a worktree.

A worktree is written by a model: nothing that stands in it may make Git run a program. Its
settings, hooks, filters and attributes count nothing, because Git's folder lies elsewhere.
"""

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.tools.repository import Outside
from bot.tools.repository.git import SAFE, environment

SECONDS = 60.0
MOST_BYTES = 32_000_000
"""Ours: of what one command says."""
AUTHOR = {
    "GIT_AUTHOR_NAME": "Teamlead",
    "GIT_AUTHOR_EMAIL": "teamlead@localhost",
    "GIT_COMMITTER_NAME": "Teamlead",
    "GIT_COMMITTER_EMAIL": "teamlead@localhost",
}
_MORE = (
    "-c", "core.excludesFile=/dev/null", "-c", "core.untrackedCache=false", "-c", "gc.auto=0",
    "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false", "-c", "diff.renames=false",
    "-c", "diff.ignoreSubmodules=all", "-c", "commit.gpgSign=false",
)  # fmt: skip


@dataclass(frozen=True)
class Plumbing:
    """Git in one folder; `extra` is added to its environment, e.g. GIT_DIR and GIT_WORK_TREE."""

    folder: Path
    extra: Mapping[str, str] = field(default_factory=dict)
    pathspecs: bool = False
    """Whether paths may be patterns, for those that this program makes itself."""

    async def raw(self, *args: str, data: bytes = b"") -> bytes:
        """Return what Git says; raises Outside, also when it says too much."""
        said = await self.beginning(*args, data=data, most=MOST_BYTES)
        if len(said) > MOST_BYTES:
            raise Outside("the repository is too large for this")
        return said

    async def beginning(self, *args: str, data: bytes = b"", most: int) -> bytes:
        """Return what Git says, at most `most` bytes and one more; raises Outside."""
        options = [each for each in SAFE if not (self.pathspecs and each == "--literal-pathspecs")]
        if not await asyncio.to_thread(self.folder.is_dir):
            raise Outside("the folder of the repository is not there")
        process = await asyncio.create_subprocess_exec(
            "git", *options, *_MORE, *args,
            cwd=self.folder,
            env={**environment(self.folder), **self.extra},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(SECONDS):
                said, complaint, _ = await asyncio.gather(
                    _kept(process, most + 1),
                    _complaint(process),
                    _fed(process.stdin, data),
                )
                code = await process.wait()
        except TimeoutError:
            raise Outside(f"Git took longer than {SECONDS:.0f} s") from None
        finally:
            _kill(process)
            await process.wait()
        if len(said) > most:
            return said
        if code:
            words = complaint.decode("utf-8", "replace").strip().splitlines() or ["no"]
            raise Outside(f"Git says: {words[0][:200]}")
        return said

    async def text(self, *args: str, data: bytes = b"") -> str:
        """Return what Git says as one line; raises Outside."""
        return (await self.raw(*args, data=data)).decode("utf-8", "replace").strip()


async def _fed(stream: asyncio.StreamWriter | None, data: bytes) -> None:
    assert stream is not None
    # uvloop says RuntimeError when Git has ended already.
    with suppress(BrokenPipeError, ConnectionResetError, RuntimeError):
        stream.write(data)
        await stream.drain()
    stream.close()


async def _kept(process: asyncio.subprocess.Process, most: int) -> bytes:
    """Read to the end, or until there is more than may be: then the rest is not waited for."""
    assert process.stdout is not None
    kept = bytearray()
    while piece := await process.stdout.read(65_536):
        kept += piece[: most - len(kept)]
        if len(kept) >= most:
            _kill(process)
    return bytes(kept)


async def _complaint(process: asyncio.subprocess.Process) -> bytes:
    assert process.stderr is not None
    kept = b""
    while piece := await process.stderr.read(65_536):
        kept += piece[: 4_000 - len(kept)]
    return kept


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()


def own_index(place: Path) -> dict[str, str]:
    """Return the environment in which Git has an index of its own at `place`."""
    return {"GIT_INDEX_FILE": os.fspath(place)}
