"""What the cards show: plain values that services fill from rows and renderers turn into blocks."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.decision import DecisionProposal, DecisionState
from bot.domain.output import SpecialistOutput, Synthesis
from bot.domain.task import AssignmentState, TaskState
from bot.domain.usage import Usage


@dataclass(frozen=True)
class Voice:
    """Under whose name and icon a post appears."""

    name: str
    title: str
    icon: str


@dataclass(frozen=True)
class AssignmentLine:
    """One line of the plan card. `waits_for` names titles of unfinished dependencies."""

    key: str
    title: str
    specialist: str
    state: AssignmentState
    phase: int
    phase_title: str
    waits_for: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class EarlierRound:
    """What specialists did in a round before the one that is shown."""

    round: int
    lines: tuple[AssignmentLine, ...]


@dataclass(frozen=True)
class UsageLine:
    """What the ledger says: `ran` of `team_size` specialists; `lost` calls died midway.

    Who ran and how long is the round's; calls and money are the task's, which `later` rounds say.
    """

    ran: tuple[str, ...]
    team_size: int
    calls: int
    lost: int
    usage: Usage
    models: tuple[str, ...]
    wall_seconds: float | None
    later: bool = False


@dataclass(frozen=True)
class TaskCard:
    """The one card of a task that is edited in place."""

    task_id: str
    public_id: str
    title: str
    text: str
    requester_id: str
    state: TaskState
    state_reason: str
    round: int
    pattern: str | None
    lines: tuple[AssignmentLine, ...]
    estimate_micros: int | None
    budget_micros: int
    model_label: str
    usage: UsageLine
    error_id: str | None = None
    resume_at: datetime | None = None
    earlier: tuple[EarlierRound, ...] = ()
    """Where somebody looks the task up; the card in the thread shows its own round only."""


@dataclass(frozen=True)
class SpecialistPost:
    """A specialist's message; `usage` is that of its own calls."""

    task_id: str
    key: str
    voice: Voice
    title: str
    output: SpecialistOutput
    usage: Usage
    model: str
    lookups: int = 0
    """Calls of tools."""


@dataclass(frozen=True)
class SynthesisPost:
    """The lead's recommendation with the footer of who ran."""

    task_id: str
    public_id: str
    synthesis: Synthesis
    footer: UsageLine
    titles: dict[str, str]
    """Specialists' titles by name."""
    round: int = 1
    cuts_services: bool = False
    """Whether the plan was about cutting something into services."""
    weighed: bool = False
    """Whether there are thoughts to show of a hard decision."""


@dataclass(frozen=True)
class LinkLine:
    """Another decision that a card names: `words` say how the two hang together."""

    words: str
    public_id: str
    title: str


@dataclass(frozen=True)
class DecisionCard:
    """A decision with its buttons, or with who decided."""

    decision_id: str
    public_id: str
    revision: int
    state: DecisionState
    proposal: DecisionProposal
    review_by: date | None
    needs: str
    """Who may decide, in words: "anyone here" or names."""
    decided_by: str | None
    decided_at: datetime | None
    reason: str
    source_url: str = ""
    """The message that a person recorded it from."""
    redraftable: bool = True
    """Whether changes can be asked for: of the lead, or of the person who wrote it."""
    author_id: str | None = None
    """The person who wrote it and can edit it; None: the lead or a file."""
    quorum: int = 1
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    """Who has said what on this revision."""
    expires_on: date | None = None
    links: tuple[LinkLine, ...] = ()
    source: str = ""
    """The file it was imported from, with its own words on the status where those were unclear."""


@dataclass(frozen=True)
class TaskRow:
    """One line of `/lead tasks`."""

    public_id: str
    title: str
    state: TaskState
    state_reason: str
    updated_at: datetime
    task_id: str = ""


@dataclass(frozen=True)
class DecisionRow:
    """One line of `/lead decisions`."""

    public_id: str
    title: str
    state: DecisionState
    decided_by: str | None
    decided_at: datetime | None
    review_by: date | None
    decision_id: str = ""
    revision: int = 1
    url: str = ""
    """Where its card stands, if known."""
    outcome: str = ""


@dataclass(frozen=True)
class TeamLoad:
    """How busy the team is, and what money is left today, for the App Home."""

    team_size: int
    running: int
    waiting: int
    day_left_micros: int
    day_limit_micros: int


@dataclass(frozen=True)
class SpecialistRow:
    """One line of `/lead team`."""

    voice: Voice
    when: tuple[str, ...]
    running: int
    waiting: int


@dataclass(frozen=True)
class StatusCard:
    """What `/lead status` shows: load, money and whether anything is stuck."""

    open_tasks: int
    waiting_decisions: int
    model_label: str
    channel_left_micros: int
    channel_limit_micros: int
    day_left_micros: int
    day_limit_micros: int
    outbox_depth: int
    oldest_waiting_seconds: float | None
    database: str
    version: str
    good: int = 0
    bad: int = 0
    """What people said of answers and recommendations."""
    escalations: tuple[tuple[int, int], ...] = ()
    """Open ones: level and how many."""
    timers: str = ""
    """What is wrong with their timers; empty: they go off in time."""
    conflicts: str = ""
    """What is not resolved, as lines of mrkdwn."""
    records_behind: bool = False
    """Whether decisions could not be committed to their repository; why is the operator's."""
