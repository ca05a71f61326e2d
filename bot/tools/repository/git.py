"""Runs Git on a repository: bounded, without its user's settings, hooks, programs or a network."""

import asyncio
import os
import re
from contextlib import suppress
from pathlib import Path

from bot.tools.repository.jail import SECRET_FILES, Outside

SECONDS = 20.0
MOST_BYTES = 400_000
"""Ours: of what one command says; more is cut off and the command ended."""
_REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}(?:[~^]\d{0,3}){0,3}")
SAFE = (
    "--no-pager", "--literal-pathspecs", "-c", "safe.directory=*", "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null", "-c", "core.pager=cat", "-c", "color.ui=false",
    "-c", "core.quotePath=false", "-c", "protocol.allow=never", "-c", "submodule.recurse=false",
    "-c", "core.attributesFile=/dev/null", "-c", "log.showSignature=false",
    "-c", "gpg.program=/bin/false", "-c", "diff.external=", "-c", "diff.submodule=short",
)  # fmt: skip
HIDDEN = tuple(f":(top,exclude,icase,glob)**/{name}" for name in SECRET_FILES)
"""Pathspecs that leave out files of secrets; they need `pathspecs=True` and one beside them."""


def revision(text: str) -> str:
    """Return a name of a commit that cannot be an option or a range; raises Outside."""
    name = text.strip()
    if not _REVISION.fullmatch(name) or ".." in name or "@{" in name:
        raise Outside(f"{text[:80]!r} is no commit, branch or tag")
    return name


async def git(
    root: Path, *args: str, pathspecs: bool = False, allowed: tuple[int, ...] = (0,)
) -> str:
    """Return what Git says; raises Outside with its first words when it fails.

    `pathspecs` lets paths be patterns, for those that this program makes itself.
    """
    options = [each for each in SAFE if not (pathspecs and each == "--literal-pathspecs")]
    process = await asyncio.create_subprocess_exec(
        "git",
        *options,
        *args,
        cwd=root,
        env=environment(root),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    said, complaint, complete = await _bounded(process)
    if complete and process.returncode not in allowed:
        raise Outside(f"Git says: {complaint.strip().splitlines()[0][:200] if complaint else 'no'}")
    return said


async def _bounded(process: asyncio.subprocess.Process) -> tuple[str, str, bool]:
    """Return the two outputs and whether they are whole; a command that goes on is ended."""
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        async with asyncio.timeout(SECONDS):
            said, complaint = await asyncio.gather(
                _read(process.stdout, MOST_BYTES), _read(process.stderr, 4_000)
            )
            whole = len(said) < MOST_BYTES
            if whole:
                await process.wait()
    except TimeoutError:
        raise Outside(f"Git took longer than {SECONDS:.0f} s; ask for less") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return said.decode("utf-8", "replace"), complaint.decode("utf-8", "replace"), whole


async def _read(stream: asyncio.StreamReader, most: int) -> bytes:
    kept = bytearray()
    while len(kept) < most and (piece := await stream.read(min(65_536, most - len(kept)))):
        kept += piece
    return bytes(kept)


def environment(root: Path) -> dict[str, str]:
    """Return an environment in which Git has no settings but its folder's own."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        # A folder that is no repository must not become part of one around it.
        "GIT_CEILING_DIRECTORIES": str(root.parent),
    }
