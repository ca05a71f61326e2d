"""A task's and an assignment's states and the moves between them."""

from enum import StrEnum

from bot.errors import TransitionRefused


class TaskState(StrEnum):
    """Where a task stands; the order is the usual life."""

    ACCEPTED = "accepted"
    PLANNING = "planning"
    AWAITING_APPROVAL = "awaiting-approval"
    WORKING = "working"
    SYNTHESISING = "synthesising"
    PAUSED = "paused"
    """Waits for money, for the model to come back, or for a person: nothing is lost."""
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class AssignmentState(StrEnum):
    """Where one specialist's piece stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({TaskState.DONE, TaskState.STOPPED, TaskState.FAILED})
OPEN = frozenset(TaskState) - ENDED

_INTERRUPTIONS = frozenset({TaskState.PAUSED, TaskState.STOPPED, TaskState.FAILED})
AT_WORK = frozenset(
    {TaskState.ACCEPTED, TaskState.PLANNING, TaskState.WORKING, TaskState.SYNTHESISING}
)
"""States in which a run must be under way."""
_AGAIN = frozenset(
    {
        TaskState.PLANNING,
        TaskState.AWAITING_APPROVAL,
        TaskState.WORKING,
        TaskState.SYNTHESISING,
    }
)

_MOVES: dict[TaskState, frozenset[TaskState]] = {
    TaskState.ACCEPTED: _INTERRUPTIONS | {TaskState.PLANNING},
    TaskState.PLANNING: _INTERRUPTIONS
    | {TaskState.AWAITING_APPROVAL, TaskState.WORKING, TaskState.DONE},
    TaskState.AWAITING_APPROVAL: _INTERRUPTIONS | {TaskState.PLANNING, TaskState.WORKING},
    TaskState.WORKING: _INTERRUPTIONS | {TaskState.SYNTHESISING, TaskState.DONE},
    TaskState.SYNTHESISING: _INTERRUPTIONS | {TaskState.DONE},
    TaskState.PAUSED: _AGAIN | {TaskState.STOPPED, TaskState.FAILED},
    TaskState.DONE: frozenset({TaskState.PLANNING}),
    TaskState.STOPPED: _AGAIN,
    TaskState.FAILED: _AGAIN,
}


def move(identifier: str, source: TaskState, target: TaskState) -> TaskState:
    """Return `target` if a task may go there from `source`; raises TransitionRefused.

    Staying where one is always allowed: a durable step may run twice.
    """
    if target is not source and target not in _MOVES[source]:
        raise TransitionRefused("task", identifier, source.value, target.value)
    return target
