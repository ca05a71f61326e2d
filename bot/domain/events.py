"""What can be told about tasks, decisions and boards, as facts; announcers turn them into posts."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, Self

from bot.domain.decision import DueKind


@dataclass(frozen=True)
class TaskEvent:
    """Something happened to a task; `task_id` is empty for a decision that belongs to none."""

    task_id: str


@dataclass(frozen=True)
class TaskAccepted(TaskEvent):
    """The wish is stored; work will begin."""


@dataclass(frozen=True)
class FollowUpTaken(TaskEvent):
    """A message of the thread joined the task; `ts` is that message's."""

    ts: str


@dataclass(frozen=True)
class AttachmentRefused(TaskEvent):
    """Something attached could not be read; `sentence` says why. The task goes on."""

    attachment_id: str
    sentence: str


@dataclass(frozen=True)
class TaskThanked(TaskEvent):
    """The message needed no words back, only a nod; `ts` is that message's."""

    ts: str


@dataclass(frozen=True)
class TaskAnswered(TaskEvent):
    """The lead answered directly, no team."""


@dataclass(frozen=True)
class TaskPlanned(TaskEvent):
    """The plan stands; it may still need a person's yes."""


@dataclass(frozen=True)
class AssignmentStarted(TaskEvent):
    """A specialist began; `key` is the assignment's id in the plan."""

    key: str


@dataclass(frozen=True)
class AssignmentEnded(TaskEvent):
    """A specialist is done, or failed and says why."""

    key: str


@dataclass(frozen=True)
class TaskSynthesised(TaskEvent):
    """The recommendation stands."""


@dataclass(frozen=True)
class TaskMoved(TaskEvent):
    """Its state changed in a way that only the card shows (working, synthesising, resumed)."""


@dataclass(frozen=True)
class TaskPaused(TaskEvent):
    """It waits for money, for the model or for a person; the reason stands in the row."""


@dataclass(frozen=True)
class BudgetNearing(TaskEvent):
    """Most of a budget is gone: `scope` is `task`, `channel` or `day`."""

    scope: str
    spent_micros: int
    limit_micros: int


@dataclass(frozen=True)
class TaskEnded(TaskEvent):
    """Done, stopped or failed."""


@dataclass(frozen=True)
class DecisionProposed(TaskEvent):
    """A decision wants a person's word; also sent again after a redraft."""

    decision_id: str


@dataclass(frozen=True)
class DecisionMoved(TaskEvent):
    """A person accepted, rejected or sent a decision back."""

    decision_id: str


@dataclass(frozen=True)
class DecisionCameUp(TaskEvent):
    """A decision in force is due for review, ends soon or has ended; `day` is which day that is."""

    decision_id: str
    kind: DueKind
    day: date


Board = Literal["matrix", "architecture", "conflict", "hand-off", "sprint", "review"]


class HasBoard(Protocol):
    """A row whose card is shown by itself."""

    @property
    def id(self) -> str: ...
    @property
    def workspace_id(self) -> str: ...


@dataclass(frozen=True)
class BoardMoved(TaskEvent):
    """A row changed that has a card of its own, which belongs to no task."""

    board: Board
    workspace_id: str
    board_id: str

    @classmethod
    def of(cls, board: Board, row: HasBoard) -> Self:
        """Return the event of a row."""
        return cls("", board=board, workspace_id=row.workspace_id, board_id=row.id)


@dataclass(frozen=True)
class PostsQueued(TaskEvent):
    """What there is to show is in the outbox already, perhaps of many things at once."""

    task_id: str = ""
