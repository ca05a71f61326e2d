"""What the cards of escalations show, as plain values."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation import Due, EscalationState, Kind
from bot.domain.escalation.summary import Summary


@dataclass(frozen=True)
class Word:
    """What somebody said last on how it stands."""

    text: str
    by_id: str
    at: datetime


@dataclass(frozen=True)
class EscalationCard:
    """A case with its buttons, or with what solved it."""

    escalation_id: str
    public_id: str
    title: str
    state: EscalationState
    level: int
    owner_id: str
    opened_by: str
    opened_at: datetime
    impact: str = ""
    tried: str = ""
    source: str = "command"
    source_url: str = ""
    task_public_id: str = ""
    due: Due | None = None
    snoozed_until: datetime | None = None
    last_word: Word | None = None
    resolution: str = ""
    resolved_by: str = ""
    resolved_at: datetime | None = None


@dataclass(frozen=True)
class EscalationStep:
    """One thing that happened to a case, as a message in its thread or where level 4 is called.

    `group` is the user group that level 4 mentions, `next_at` the timer that was set then.
    """

    card: EscalationCard
    kind: Kind
    by_id: str
    at: datetime
    level: int
    owner_id: str
    text: str = ""
    next_at: datetime | None = None
    group: str = ""
    call: int = 0
    summary: Summary | None = None
    is_unnamed: bool = False
    """Its level names nobody, so that it stays with its owner."""
    is_secret: bool = False
    """Said outside the private channel that the case belongs to: nothing of it may show."""
    channel_id: str = ""
    """Where the case is, for what is said elsewhere."""


@dataclass(frozen=True)
class EscalationLine:
    """One line of a timeline."""

    kind: Kind
    by_id: str
    at: datetime
    level: int
    owner_id: str
    text: str = ""
    late_seconds: int = 0
