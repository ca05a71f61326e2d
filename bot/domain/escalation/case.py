"""A case as its rules see it, its states, and what can happen to it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.escalation.calendar import WorkHours
from bot.domain.escalation.policy import Policy


class EscalationState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    """Nobody said that they are on it: the level's timers run."""
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class Kind(StrEnum):
    """What happened to a case: by a person, or by a timer of that name."""

    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    RENEWED = "renewed"
    """Whoever acknowledged says that they are still on it."""
    SNOOZED = "snoozed"
    HANDED_OVER = "handed-over"
    RAISED = "raised"
    """To another level, by a person or because the time of the level is over."""
    UPDATED = "updated"
    RESOLVED = "resolved"
    LINKED = "linked"
    """A task works on it."""
    REMINDED = "reminded"
    ASKED = "asked"
    """Whether the person is still on it, or how it stands."""
    LAPSED = "lapsed"
    """An acknowledgement without a sign of life: the case is open again."""
    WOKE = "woke"
    PAGED = "paged"


@dataclass(frozen=True)
class Due:
    """The next timer, and when."""

    kind: Kind
    at: datetime


@dataclass(frozen=True)
class Case:
    """What the rules need of a row. `since` begins the present spell of state, level and owner."""

    public_id: str
    state: EscalationState
    level: int
    since: datetime
    asked_at: datetime
    """The last reminder or question of this spell; its beginning before the first."""
    owner_id: str = ""
    hours: WorkHours = field(default_factory=WorkHours)
    """When the owner works."""
    pages: int = 0
    """Calls of level 4 in this spell."""
    snoozed_until: datetime | None = None
    policy: Policy = field(default_factory=Policy)

    @property
    def is_open(self) -> bool:
        """Whether it still wants somebody."""
        return self.state is not EscalationState.RESOLVED
