"""A patch as a commit on a new branch of its repository; the checkout there stays as it is."""

import tempfile
from datetime import datetime
from pathlib import Path

from bot.tools.repository import Outside
from bot.tools.sandbox.plumbing import AUTHOR, Plumbing, own_index


async def make_branch(
    repository: Path, name: str, *, base: str, patch: bytes, message: str, at: datetime
) -> str:
    """Commit a patch on its base and let a branch stand there; returns the commit.

    Made again after a kill it is the same commit. Raises Outside, also for a branch of that name
    that stands elsewhere.
    """
    moment = f"{round(at.timestamp())} +0000"
    dates = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
    with tempfile.TemporaryDirectory(prefix="teamlead-index-") as folder:
        git = Plumbing(repository, {**own_index(Path(folder) / "index"), **AUTHOR, **dates})
        await git.raw("read-tree", base)
        await git.raw("apply", "--cached", "--whitespace=nowarn", "-", data=patch)
        tree = await git.text("write-tree")
        commit = await git.text("commit-tree", tree, "-p", base, "-m", message)
    ref = f"refs/heads/{name}"
    there = await git.text("for-each-ref", "--format=%(objectname)", ref)
    if there and there != commit:
        raise Outside(f"there is a branch {name} already, with other changes")
    if not there:
        await git.raw("update-ref", ref, commit, "0" * len(commit))
    return commit
