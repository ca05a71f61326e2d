"""When work on a change began: the first commit of a branch, as the push that made it tells.

A pull request says neither when its commits were made nor which was the first.
"""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from bot.domain.measure.fact import Fact, FactKind
from bot.domain.measure.shape import Json, moment
from bot.errors import UserFacingError

LONGEST_WORK = timedelta(days=90)
"""Ours: a commit that much older than the newest was taken from elsewhere, or its clock was wrong.
"""
_BRANCH = "refs/heads/"


def head_of(source: str, repository: str, branch: str) -> str:
    """Return what a branch is known by: names of people stand in its name, so a digest."""
    if not branch:
        return ""
    told = f"{source} {repository} {branch.removeprefix(_BRANCH)}"
    return hashlib.sha256(told.encode()).hexdigest()


def start_of(
    source: str, origin: str, ref: str, after: str, commits: Iterable[Json], *, now: datetime
) -> Fact | None:
    """Return when the work on a new branch began; None where its commits do not say.

    `ref` is the branch that the push made, `after` its newest commit, by which a repeated push is
    the same. A commit whose moment cannot be is left out.
    """
    if not ref.startswith(_BRANCH) or not after:
        return None
    moments = []
    for commit in commits:
        with suppress(UserFacingError):
            at = moment(commit, "timestamp", now=now)
            moments += [at] if at is not None else []
    if not moments:
        return None
    newest = max(moments)
    key = hashlib.sha256(f"{source} {origin} {ref} {after}".encode()).hexdigest()
    return Fact(
        FactKind.BRANCH_START,
        source,
        key,
        origin,
        newest,
        {"head": head_of(source, origin, ref)},
        {"first_commit_at": min(at for at in moments if newest - at <= LONGEST_WORK)},
    )
