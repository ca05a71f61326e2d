"""A throw-away worktree: a commit's files in a folder, and what was changed in it as a patch.

Git's own folder lies beside it and borrows the repository's objects: the repository is not written
to, and neither its settings nor what a task writes is asked for by Git (ADR 21).
"""

import asyncio
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from bot.tools.repository import Outside
from bot.tools.repository.git import HIDDEN
from bot.tools.repository.jail import is_secret
from bot.tools.sandbox.folders import give_away, remove, scrub
from bot.tools.sandbox.limits import owner
from bot.tools.sandbox.plumbing import Plumbing

_ATTRIBUTES = "* -text !filter !ident !diff !merge !eol !working-tree-encoding\n"
"""Stands above every `.gitattributes`: files are what they are."""
_DIFF = (
    "diff", "--cached", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames",
    "--ignore-submodules=all",
)  # fmt: skip


@dataclass(frozen=True)
class Patch:
    """What was changed, as `git apply` takes it; `data` is None when there is too much of it."""

    data: bytes | None
    files: int
    added: int
    removed: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing was changed."""
        return not self.files


class Worktree:
    """One worktree, at `<root>/<workspace>/<id>`; whether it is there is the caller's to ask."""

    def __init__(self, root: Path, workspace_id: str, worktree_id: str) -> None:
        self._root = root
        self.folder = root / workspace_id / worktree_id
        self._git_dir = root / workspace_id / f"{worktree_id}.git"

    @property
    def is_there(self) -> bool:
        """Whether it was made whole: Git's folder gets its name last."""
        return self._git_dir.is_dir() and self.folder.is_dir()

    async def make(self, repository: Path, base: str, *, patch: bytes = b"") -> None:
        """Lay out a commit's files, with a patch on them; raises Outside. Files of secrets are left
        out. What a killed process left behind is replaced.
        """
        await self.remove()
        await asyncio.to_thread(make_folder, self._root)
        await asyncio.to_thread(self._make_folders)
        half = self._git_dir.with_suffix(".half")
        try:
            outside = Plumbing(self.folder.parent)
            await outside.raw("init", "--quiet", "--bare", "--template=", str(half))
            git = self._git(half)
            objects = await _objects_of(repository)
            await asyncio.to_thread(_borrow, half, objects)
            await git.raw("read-tree", base)
            if patch:
                await git.raw("apply", "--cached", "--whitespace=nowarn", "-", data=patch)
            await self._leave_out_secrets(git)
            await git.raw("checkout-index", "--all", "--quiet")
            if (who := owner()) is not None:
                await asyncio.to_thread(give_away, self.folder, who)
            half.rename(self._git_dir)
        except BaseException:  # also cancelled: half a worktree is none
            await asyncio.shield(self.remove())
            raise

    async def patch(self, base: str, *, most: int) -> Patch:
        """Return what differs from the commit, at most so many bytes; raises Outside."""
        await asyncio.to_thread(scrub, self.folder)
        git = self._git(self._git_dir, pathspecs=True)
        await git.raw("add", "--all", "--", ".", *HIDDEN)
        counted = await git.raw(*_DIFF, "--numstat", "-z", base)
        lines = [line.split(b"\t") for line in counted.split(b"\0") if line.count(b"\t") >= 2]
        added = sum(int(line[0]) for line in lines if line[0].isdigit())
        removed = sum(int(line[1]) for line in lines if line[1].isdigit())
        data = await git.beginning(*_DIFF, "--binary", "--full-index", base, most=most)
        return Patch(data if len(data) <= most else None, len(lines), added, removed)

    async def remove(self) -> None:
        """Remove it with all that lies in it; what is not there is no matter."""
        for each in (self.folder, self._git_dir, self._git_dir.with_suffix(".half")):
            await asyncio.to_thread(remove, each)

    def _git(self, git_dir: Path, *, pathspecs: bool = False) -> Plumbing:
        extra = {"GIT_DIR": str(git_dir), "GIT_WORK_TREE": str(self.folder)}
        return Plumbing(self.folder, extra, pathspecs)

    def _make_folders(self) -> None:
        self.folder.parent.mkdir(mode=_passed_through(), exist_ok=True)
        self.folder.mkdir(mode=0o700)

    async def _leave_out_secrets(self, git: Plumbing) -> None:
        names = (await git.raw("ls-files", "-z")).split(b"\0")
        hidden = [name for name in names if name and is_secret(os.fsdecode(name))]
        if hidden:
            data = b"\0".join(hidden) + b"\0"
            await git.raw("update-index", "--skip-worktree", "-z", "--stdin", data=data)


async def head_of(repository: Path) -> str:
    """Return the commit that a repository stands at; raises Outside for one without any."""
    git = Plumbing(repository)
    try:
        return await git.text("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except Outside:
        raise Outside("this is no Git repository with a commit") from None


def make_folder(root: Path) -> None:
    """Make the folder of all worktrees; raises Outside when another one could write to it."""
    try:
        root.mkdir(mode=_passed_through(), parents=True, exist_ok=True)
        found = root.lstat()
    except OSError as error:
        raise Outside(f"{root} cannot be made ({error.strerror})") from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise Outside(f"{root} is not mine alone")


def _passed_through() -> int:
    """Return the rights of a folder above worktrees: whom root has commands run as goes through.

    Otherwise nobody does: a file that becomes its owner would make them the bot.
    """
    return 0o700 if owner() is None else 0o711


async def _objects_of(repository: Path) -> Path:
    said = await Plumbing(repository).text("rev-parse", "--git-path", "objects")
    return (repository / said).resolve(strict=True)


def _borrow(git_dir: Path, objects: Path) -> None:
    info = git_dir / "objects" / "info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "alternates").write_text(f"{objects}\n", encoding="utf-8")
    (git_dir / "info").mkdir(exist_ok=True)
    (git_dir / "info" / "attributes").write_text(_ATTRIBUTES, encoding="utf-8")
