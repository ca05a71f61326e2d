"""A machine with sandboxes for tests: its host has secrets, and a repository to work in."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.settings_sandbox import SandboxSettings
from bot.tools.sandbox import Ended, Sandbox, Worktree
from bot.tools.sandbox.worktree import head_of

CANARY = "canary-of-the-host"
PYTHON = "/usr/bin/python3"
"""The system's, as the tests' own may lie where no sandbox sees it."""
SETTINGS = SandboxSettings(
    seconds=8, memory_mb=300, processes=32, file_mb=4, disk_mb=40, output_mb=1
)


def git(folder: Path, *args: str) -> str:
    """Run Git as an operator would, without the settings of who runs the tests."""
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *identity, *args], cwd=folder, check=True, env=env, capture_output=True, text=True
    )
    return done.stdout.strip()


def a_repository(folder: Path, **files: str) -> Path:
    """Return a repository with one commit; `a__b_py` names `a/b.py`."""
    folder.mkdir(parents=True)
    for name, text in (files or {"app_py": "answer = 42\n"}).items():
        head, _, ending = name.replace("__", "/").rpartition("_")
        place = folder / f"{head}.{ending}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    return folder


async def sandbox_or_skip(sandbox: Sandbox) -> Sandbox:
    """Return it when it works, else skip with the reason; what CI installs must be there in CI."""
    problem = await sandbox.problem()
    if not problem and shutil.which(PYTHON) is None:
        problem = f"There is no {PYTHON}."
    if problem.startswith("There is no") and os.environ.get("CI"):
        pytest.fail(f"no sandbox here: {problem}")
    if problem:
        pytest.skip(f"no sandbox here: {problem}")
    return sandbox


@dataclass(frozen=True)
class Host:
    """A machine: the bot's home with its database, other repositories, one worktree."""

    home: Path
    sandbox: Sandbox
    tree: Worktree
    base: str

    @property
    def folder(self) -> Path:
        """The worktree's folder."""
        return self.tree.folder

    async def run(self, *words: str, seconds: float | None = None) -> Ended:
        """Run a command in the sandbox."""
        return await self.sandbox.run(words, self.folder, seconds=seconds)

    async def python(self, script: str, seconds: float | None = None) -> Ended:
        """Run a script in the sandbox."""
        return await self.run(PYTHON, "-I", "-u", "-c", script, seconds=seconds)


@contextmanager
def a_host() -> Iterator[Host]:
    """Give a machine, with what an attempt would like to have; it is gone afterwards."""
    # Not below pytest's folder: whom root has commands run as could not go there, nor be tempted.
    place = Path(tempfile.mkdtemp(prefix="teamlead-host-", dir="/var/tmp"))
    try:
        place.chmod(0o755)
        (place / "teamlead.db").write_text(CANARY)
        (place / "secret.txt").write_text(CANARY)
        (place / "secret.txt").chmod(0o666)
        a_repository(place / "other", secret_txt=CANARY)
        repository = a_repository(
            place / "shop", app_py="answer = 42\n", src__deep_py="deep = 1\n", big_txt="x\n" * 50
        )
        sandbox = asyncio.run(sandbox_or_skip(Sandbox(SETTINGS, place)))
        tree, base = sandbox.worktree("T1", "w1"), asyncio.run(head_of(repository))
        asyncio.run(tree.make(repository, base))
        yield Host(place, sandbox, tree, base)
    finally:
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(Sandbox(SETTINGS, place).folder, ignore_errors=True)
