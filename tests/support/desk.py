"""What use cases need, replaced for tests: a scripted model, kept news, a still clock."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.clock import Clock, ManualClock
from bot.domain.decision import DecisionProposal
from bot.domain.events import TaskEvent
from bot.domain.output import Answer, SpecialistOutput, Synthesis
from bot.domain.plan import Assignment, Plan
from bot.domain.usage import Usage
from bot.model.port import (
    AnswerRequest,
    PlanRequest,
    ReviseRequest,
    SynthesisRequest,
    WorkRequest,
)
from bot.services import wishes
from bot.services.context import Context, Models
from bot.services.wishes import Wish
from bot.settings import AppSettings, ModelSettings
from storage.models import Task
from storage.uow import Database, UnitOfWork
from tests.support.given import given_settings
from tests.support.scripted import ScriptedModel
from tests.support.small_team import small_team

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COST = Usage(tokens_in=100, tokens_out=20, cost_micros=1_000, seconds=0.5)


class KeptNews:
    """An announcer that keeps what it was told."""

    def __init__(self) -> None:
        self.events: list[TaskEvent] = []

    async def announce(self, uow: UnitOfWork, event: TaskEvent) -> None:
        """Keep it."""
        self.events.append(event)

    @property
    def names(self) -> list[str]:
        """The kinds of events, in order."""
        return [type(event).__name__ for event in self.events]

    def count(self, kind: type[TaskEvent]) -> int:
        """How many events of a kind there were."""
        return sum(type(event) is kind for event in self.events)


def item(key: str, *needs: str, specialist: str = "database-architect") -> Assignment:
    """Return an assignment."""
    return Assignment(
        id=key,
        specialist=specialist,
        title=f"Title of {key}",
        brief=f"Do {key}.",
        deliverable="a page",
        depends_on=needs,
        reason="It must be done.",
    )


def plan(*items: Assignment, kind: Any = "pattern") -> Plan:
    """Return a plan; without items, the diamond a1 -> (a2, a3) -> a4."""
    diamond = (
        item("a1"),
        item("a2", "a1"),
        item("a3", "a1", specialist="api-architect"),
        item("a4", "a2", "a3"),
    )
    return Plan(kind=kind, title="Invoices", pattern=None, assignments=items or diamond)


def output(request: WorkRequest) -> SpecialistOutput:
    """Return what a specialist hands in: its headline names the assignment and its inputs."""
    given = ",".join(sorted(request.inputs))
    return SpecialistOutput(headline=f"{request.assignment.id}({given})", bullets=("b",))


def proposal(title: str = "PostgreSQL") -> DecisionProposal:
    """Return a proposed decision."""
    return DecisionProposal(title=title, context="c", outcome=f"{title}, because.")


def synthesis(*proposals: DecisionProposal) -> Synthesis:
    """Return a recommendation."""
    return Synthesis(headline="Do it", summary="All agree.", decisions=proposals)


def scripted(*, usage: Usage = COST) -> ScriptedModel:
    """Return a model that plans the diamond, works it and recommends one decision."""
    model = ScriptedModel(usage=usage)
    model.always(AnswerRequest, Answer(text="42"))
    model.always(PlanRequest, plan())
    model.always(WorkRequest, output)
    model.always(SynthesisRequest, synthesis(proposal()))
    model.always(ReviseRequest, proposal("PostgreSQL 18"))
    return model


@dataclass
class Desk:
    """A context with its replaceable parts at hand."""

    ctx: Context
    model: ScriptedModel
    news: KeptNews = field(default_factory=KeptNews)

    @property
    def clock(self) -> ManualClock:
        """The still clock."""
        assert isinstance(self.ctx.clock, ManualClock)
        return self.ctx.clock

    async def take_in(self, text: str = "an API for invoices", **more: Any) -> Task:
        """Take a wish in and return its task."""
        task = await wishes.take_in(self.ctx, wish(text, **more))
        assert task is not None
        return task

    async def task(self, task_id: str) -> Task:
        """Read a task anew."""
        async with self.ctx.database.read() as uow:
            return await uow.tasks.get(task_id)


def wish(text: str = "an API for invoices", **more: Any) -> Wish:
    """Return a wish for team work said in a channel."""
    ts = more.pop("ts", "1700000001.000100")
    values: dict[str, Any] = {
        "workspace_id": "T1",
        "channel_id": "C1",
        "user_id": "U1",
        "text": text,
        "ts": ts,
        "root_ts": ts,
        "key": f"msg:{more.get('channel_id', 'C1')}:{ts}",
        "mode": "team",
    }
    return Wish(**values | more)


def desk(
    database: Database,
    home: Path,
    *,
    model: ScriptedModel | None = None,
    clock: Clock | None = None,
    news: KeptNews | None = None,
    **groups: Any,
) -> Desk:
    """Return a desk on `database`; `groups` replace whole groups of settings."""
    model = model or scripted()
    news = news or KeptNews()
    given = {
        "app": AppSettings(home=home),
        "model": ModelSettings(provider="offline"),
    } | groups
    ctx = Context(
        database=database,
        clock=clock or ManualClock(MORNING),
        settings=given_settings().model_copy(update=given),
        team=small_team(),
        models=Models(model, default="offline", claude=None),
        announcer=news,
    )
    return Desk(ctx, model, news)
