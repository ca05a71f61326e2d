"""Arguments and results of the tools that read records, and of the one that delegates."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from bot.mcp.tool import Placed, Shape

_ID = "How people call it, e.g. {}"
_LIMIT = Field(20, ge=1, le=100, description="Most rows in the answer")
Cursor = Field("", max_length=10, description="nextCursor of the part before")


class ListTasks(Placed):
    """Arguments of list_tasks."""

    state: Literal["open", "ended", "all"] = Field("all", description="Which tasks")
    cursor: str = Cursor
    limit: int = _LIMIT


class TaskLine(Shape):
    """One task in a list."""

    id: str
    title: str
    state: str
    reason: str = Field(description="Why it is paused, stopped or failed; else empty")
    channel: str
    requested_by: str = Field(description="A person's Slack id")
    created_at: datetime
    ended_at: datetime | None


class TaskList(Shape):
    """Tasks, the newest first."""

    tasks: list[TaskLine]
    next_cursor: str | None = Field(description="Where the next part begins; null: nowhere")


class GetTask(Placed):
    """Arguments of get_task."""

    id: str = Field(max_length=20, description=_ID.format("T-12"))


class Piece(Shape):
    """One specialist's piece of a task."""

    specialist: str
    title: str
    state: str
    headline: str = Field(description="What it recommends; empty until it is done")
    points: list[str]


class Recommendation(Shape):
    """What the task came to."""

    headline: str
    summary: str
    risks: list[str]
    next_steps: list[str]
    questions: list[str]


class TaskStory(TaskLine):
    """All of a task's present round."""

    text: str = Field(description="What was asked for")
    round: int
    answer: str = Field(description="The answer to a small question; empty for team work")
    pieces: list[Piece]
    recommendation: Recommendation | None = Field(
        description="null until there is one; a task of one piece has its result there"
    )
    decisions: list[str] = Field(description="Decisions that it proposed, e.g. D-3")
    cost_dollars: float | None = Field(description="What it cost; null where a price is unknown")


class DelegateTask(Placed):
    """Arguments of delegate_task."""

    channel: str = Field(
        min_length=1,
        max_length=40,
        description="Id of the channel where the task's thread is opened, e.g. C012AB3CD",
    )
    text: str = Field(description="What is to be done, as one would write it to the lead")
    idempotency_key: str = Field(
        min_length=1,
        max_length=200,
        description="Your own name for this wish: the same again returns the same task, so that a"
        " call that got no answer can be made once more",
    )


class DelegatedTask(Shape):
    """The task that a wish became."""

    task: TaskLine
    is_new: bool = Field(description="false: this key had asked for it before")


class SearchDecisions(Placed):
    """Arguments of search_decisions."""

    query: str = Field(
        "",
        max_length=2_000,
        description="Words, or numbers such as D-3; empty: the newest decisions",
    )
    cursor: str = Cursor
    limit: int = _LIMIT


class DecisionLine(Shape):
    """One decision in a list."""

    id: str
    title: str
    state: str = Field(description="Only an accepted one is in force")
    outcome: str
    services: list[str]
    decided_by: str = Field(description="A person's Slack id; empty: nobody yet")
    decided_at: datetime | None
    review_by: date | None


class DecisionList(Shape):
    """Decisions, those in force first; without words, the newest first."""

    decisions: list[DecisionLine]
    total: int = Field(description="How many fit, those of all parts")
    next_cursor: str | None = Field(description="Where the next part begins; null: nowhere")


class GetDecision(Placed):
    """Arguments of get_decision and why_decision."""

    id: str = Field(max_length=20, description=_ID.format("D-3"))


class Option(Shape):
    """One way that was considered."""

    title: str
    good: list[str]
    bad: list[str]


class Link(Shape):
    """Another decision, and how the two hang together."""

    how: str
    id: str
    title: str


class DecisionRecord(DecisionLine):
    """A whole decision."""

    context: str
    drivers: list[str]
    options: list[Option]
    consequences: list[str]
    confirmation: str
    reason: str = Field(description="Why it was rejected or sent back, in the person's words")
    source_url: str
    links: list[Link]


class Act(Shape):
    """What somebody did to a decision."""

    at: datetime
    who: str
    did: str


class DecisionReasons(Shape):
    """Why a decision is as it is."""

    decision: DecisionRecord
    task: str = Field(description="The task that proposed it, e.g. T-12; empty: a person or a file")
    acts: list[Act] = Field(description="Who did what, oldest first")


class ListServices(Placed):
    """Arguments of list_services."""


class ServiceLine(Shape):
    """One service in a list."""

    name: str
    about: str
    owner: str = Field(description="A person's Slack id; empty: nobody")
    depends_on: list[str]
    used_by: list[str]


class ServiceList(Shape):
    """Services by name."""

    services: list[ServiceLine]


class GetService(Placed):
    """Arguments of get_service."""

    name: str = Field(min_length=1, max_length=60, description="The service's name")


class ServiceStory(ServiceLine):
    """All that is known of one service."""

    decisions: list[DecisionLine] = Field(description="The newest that affect it")
    history: list[Act] = Field(description="Its dependencies as they came and went, newest first")


class ListStandups(Placed):
    """Arguments of list_standups."""

    channel: str = Field(
        min_length=1, max_length=40, description="Id of the channel whose standups are meant"
    )
    since: date | None = Field(None, description="First day; without it, two weeks before `until`")
    until: date | None = Field(None, description="Last day; without it, today")


class StandupLine(Shape):
    """One standup in a list."""

    id: str
    name: str
    day: date
    state: str
    asked: int
    answered: int
    blockers: int


class StandupList(Shape):
    """Standups, the oldest first."""

    standups: list[StandupLine]
    left_out: str = Field(description="What was cut, in a sentence; empty for nothing")


class GetStandup(Placed):
    """Arguments of get_standup."""

    channel: str = Field(
        min_length=1, max_length=40, description="Id of the channel that it is held in"
    )
    id: str = Field(max_length=40, description="Its id, as list_standups says")


class Blocker(Shape):
    """What blocks somebody."""

    id: str
    text: str
    who: str
    times: int = Field(description="In how many standups it was named")
    solved: bool


class Answers(Shape):
    """What one person said."""

    who: str
    answers: dict[str, str] = Field(description="By question")
    late: bool


class StandupReport(StandupLine):
    """A standup with its report."""

    blockers_named: list[Blocker]
    still_open: list[Blocker] = Field(description="Of earlier standups")
    people: list[Answers]
    missing: list[str]
    done: list[str] = Field(description="Tasks done since the last standup")
    failed: list[str]
    running: list[str]
    waiting: list[str]
    risks: list[str]
    milestone: str
