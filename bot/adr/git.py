"""An export as one commit on a branch; the checkout of whoever works there stays as it is."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from bot.errors import UserFacingError

_PATIENCE = 120
"""Seconds for one Git command; a push to a slow host takes some."""
_AUTHOR = {
    "GIT_AUTHOR_NAME": "Teamlead",
    "GIT_AUTHOR_EMAIL": "teamlead@localhost",
    "GIT_COMMITTER_NAME": "Teamlead",
    "GIT_COMMITTER_EMAIL": "teamlead@localhost",
}


class GitTarget:
    """The folder `inside` of a branch of a local repository, plain or bare.

    The branch is made from what is checked out when it is new. Files are put into an index of
    their own, so that neither the user's index nor the working tree is touched.
    """

    def __init__(self, repository: Path, branch: str, inside: str, *, push: bool = False) -> None:
        """Raises UserFacingError for what is no repository, no branch or no folder in it."""
        self._repository = repository
        self._branch = branch
        self._push = push
        self._inside = _relative(inside)
        if not repository.is_dir() or _run(repository, "rev-parse", "--git-dir")[0]:
            raise UserFacingError(
                f"{repository} is no Git repository.", hint="Clone it, then name the clone."
            )
        if _run(repository, "check-ref-format", "--branch", branch)[0]:
            raise UserFacingError(f"{branch!r} cannot be the name of a branch.")
        if self._is_checked_out():
            raise UserFacingError(
                f"{branch} is checked out in {repository}.",
                hint="Name another branch, such as adr/teamlead; your checkout is left alone.",
            )
        found = self._commit(f"refs/heads/{branch}")
        self._old = found
        self._parent = found or self._commit("HEAD")

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes as the branch has it."""
        if not self._parent:
            return None
        failed, data, _ = _run(
            self._repository, "cat-file", "blob", f"{self._parent}:{self._inside}{name}"
        )
        return None if failed else data

    def write(self, files: Mapping[str, bytes], message: str) -> str:
        """Commit the files onto the branch, and push it when asked to."""
        with tempfile.TemporaryDirectory(prefix="teamlead-index-") as folder:
            extra = {"GIT_INDEX_FILE": str(Path(folder) / "index"), **_AUTHOR}
            if self._parent:
                self._git("read-tree", self._parent, extra=extra)
            for name, data in files.items():
                blob = self._git("hash-object", "-w", "--stdin", data=data)
                place = f"100644,{blob},{self._inside}{name}"
                self._git("update-index", "--add", "--cacheinfo", place, extra=extra)
            tree = self._git("write-tree", extra=extra)
            if self._parent and tree == self._git("rev-parse", f"{self._parent}^{{tree}}"):
                return f"Nothing to commit on {self._branch}.{self._pushed()}"
            parents = ("-p", self._parent) if self._parent else ()
            commit = self._git("commit-tree", tree, *parents, "-m", message, extra=extra)
        # The old value is named: a commit that came meanwhile is not lost.
        old = self._old or "0" * len(commit)
        self._git("update-ref", f"refs/heads/{self._branch}", commit, old)
        self._old = self._parent = commit
        return f"Committed {commit[:10]} on {self._branch}.{self._pushed()}"

    def catch_up(self) -> str:
        """Push what was committed before, when asked to push."""
        return self._pushed().strip()

    def _pushed(self) -> str:
        if not self._push or not self._old:
            return ""
        self._git("push", "origin", f"refs/heads/{self._branch}:refs/heads/{self._branch}")
        return " Pushed to origin."

    def _is_checked_out(self) -> bool:
        """Return whether any worktree stands on the branch; its files would seem changed there."""
        failed, data, _ = _run(self._repository, "worktree", "list", "--porcelain")
        trees = [] if failed else data.decode(errors="replace").split("\n\n")
        line = f"branch refs/heads/{self._branch}"
        return any(line in tree.splitlines() and "bare" not in tree.splitlines() for tree in trees)

    def _commit(self, name: str) -> str:
        failed, data, _ = _run(
            self._repository, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"
        )
        return "" if failed else data.decode().strip()

    def _git(self, *words: str, data: bytes = b"", extra: Mapping[str, str] | None = None) -> str:
        failed, out, why = _run(self._repository, *words, data=data, extra=extra)
        if failed:
            raise UserFacingError(
                f"git {words[0]} failed in {self._repository}: {why or 'no reason given'}.",
                hint="Nothing of your checkout was touched; try the same by hand.",
            )
        return out.decode(errors="replace").strip()


def repository_label(folder: Path) -> str:
    """Return how a folder's files are told from another project's.

    In a Git repository by its name and the place within it, elsewhere by its whole path.
    """
    folder = folder.resolve()
    failed, data, _ = _run(folder, "rev-parse", "--show-toplevel")
    if failed:
        return folder.as_posix()
    top = Path(data.decode(errors="replace").strip())
    _, url, _ = _run(folder, "config", "--get", "remote.origin.url")
    name = PurePosixPath(url.decode(errors="replace").strip().replace(":", "/")).name
    name = name.removesuffix(".git") or top.name
    inside = folder.relative_to(top.resolve()).as_posix() if folder != top else ""
    return f"{name}/{inside}" if inside not in ("", ".") else name


def _relative(inside: str) -> str:
    path = PurePosixPath(inside)
    if path.is_absolute() or ".." in path.parts or ".git" in path.parts:
        raise UserFacingError(
            f"{inside} is no folder within a repository.",
            hint="With `--git`, name a folder in it such as docs/decisions.",
        )
    return "" if not path.parts else f"{path.as_posix()}/"


def _run(
    repository: Path, *words: str, data: bytes = b"", extra: Mapping[str, str] | None = None
) -> tuple[int, bytes, str]:
    """Run Git without a shell; returns its code, what it printed, and its first line of error."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment = {**kept, **(extra or {}), "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    command = ["git", "-C", str(repository), *words]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, env=environment, timeout=_PATIENCE
        )
    except FileNotFoundError:
        raise UserFacingError("Git is not installed here.", hint="Install it first.") from None
    except subprocess.TimeoutExpired:
        return 1, b"", f"no answer within {_PATIENCE} seconds"
    errors = done.stderr.decode(errors="replace").strip().splitlines()
    return done.returncode, done.stdout, errors[0].rstrip(".") if errors else ""
