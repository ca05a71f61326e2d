"""A task's throw-away worktree: in which state it is, and what its branch is called."""

from enum import StrEnum


class WorktreeState(StrEnum):
    """Where a worktree stands."""

    OPEN = "open"
    """Its task's specialists may write and run in it."""
    CLOSED = "closed"
    """Its round has ended: the patch was handed over, the folder goes."""


def branch_name(task_number: int, round_number: int) -> str:
    """Return the branch of a task's changes; a later round has one of its own."""
    later = f"-{round_number}" if round_number > 1 else ""
    return f"teamlead/t-{task_number}{later}"
