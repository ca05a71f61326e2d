"""An architecture review's agenda as the rows give it, and what may come of it."""

import math
from collections.abc import Iterable
from enum import StrEnum
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.decision import DecisionProposal
from bot.domain.performance_target import Comparison
from bot.domain.technology import Ring

T = TypeVar("T")


class PointKind(StrEnum):
    """The seed's five points, in its order."""

    DECISIONS = "decisions"
    DEBT = "debt"
    CHANGES = "changes"
    TECHNOLOGY = "technology"
    PERFORMANCE = "performance"


MOST_ITEMS = 20
"""Ours: more of one kind is told by its number; nobody reads on."""
MOST_FINDINGS = 5
MOST_OUTPUTS = 10
"""Ours: all stand in one message of at most 12,000 characters, each with its three buttons."""
MOST_DECISIONS = 3


class AgendaItem(BaseModel):
    """One row that a point speaks of."""

    model_config = ConfigDict(frozen=True)

    ref: str
    """How people call it, e.g. `D-3`; a technology's name."""
    title: str
    sign: str
    """Why it is on the agenda: `open`, `expired`, `overdue`, `missed`, …"""
    note: str = ""
    """The same for people, e.g. `expires in 5 days`."""
    services: tuple[str, ...] = ()
    dependants: int = 0
    """How many other services need those."""
    owner: str = ""
    """A person's id."""
    metric: str = ""
    comparison: Comparison = "most"
    value: float = 0
    unit: str = ""


class AgendaPoint(BaseModel):
    """One point with what it speaks of; `more` rows are counted only."""

    model_config = ConfigDict(frozen=True)

    kind: PointKind
    items: tuple[AgendaItem, ...]
    more: int = 0


class DebtProposal(BaseModel):
    """A debt to register, or, with `ref`, a plan for one that is registered."""

    model_config = ConfigDict(frozen=True)

    title: str = Field(description="the debt as a noun phrase, at most 100 characters")
    service: str = Field(default="", description="the service that has it")
    interest: str = Field(default="", description="what it costs while it stands, one sentence")
    plan: str = Field(description="how it is remedied, in order, at most three sentences")
    effort_days: int | None = Field(default=None, description="person-days, null if not known")
    due_in_days: int | None = Field(default=None, description="days from today")
    ref: str = Field(default="", description="the registered debt it is about, e.g. TD-3")


class TechnologyProposal(BaseModel):
    """A move on the technology radar."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(description="the technology's name")
    ring: Ring
    reason: str = Field(description="why, one sentence with its basis")


class TargetProposal(BaseModel):
    """What is to be done so that a service keeps a performance target."""

    model_config = ConfigDict(frozen=True)

    service: str
    metric: str = Field(description="one word, e.g. p95")
    comparison: Comparison = Field(description="most: at most the value; least: at least")
    value: float = Field(description="the target")
    unit: str = Field(default="", description="e.g. ms")
    initiative: str = Field(description="what is done, and how one measures that it worked")
    due_in_days: int | None = Field(default=None, description="days from today")


class Proposals(BaseModel):
    """What a point or a review wants changed."""

    model_config = ConfigDict(frozen=True)

    decisions: tuple[DecisionProposal, ...] = Field(default=(), description="at most three")
    debts: tuple[DebtProposal, ...] = ()
    technologies: tuple[TechnologyProposal, ...] = ()
    targets: tuple[TargetProposal, ...] = ()


class PointResult(Proposals):
    """What one specialist says of one point."""

    headline: str = Field(description="the finding in one sentence, at most 140 characters")
    findings: tuple[str, ...] = Field(description="at most five, each at most 180 characters")
    questions: tuple[str, ...] = Field(default=(), description="for the people in the thread")


class ReviewResult(Proposals):
    """The lead's summary after the talk: what is proposed now."""

    headline: str = Field(description="what matters most, one sentence")
    findings: tuple[str, ...] = Field(description="at most five, the most important first")
    questions: tuple[str, ...] = Field(default=(), description="what stays open")


class WorkedPoint(BaseModel):
    """A point with its specialist's result; None: it could not be worked."""

    model_config = ConfigDict(frozen=True)

    agenda: AgendaPoint
    result: PointResult | None


def sound_point(result: PointResult) -> PointResult:
    """Return it with what can be stored and shown."""
    return result.model_copy(
        update={"findings": result.findings[:MOST_FINDINGS], **_sound(result).__dict__}
    )


def sound_review(result: ReviewResult) -> ReviewResult:
    """Return it with what can be stored and shown, each proposal once."""
    return result.model_copy(
        update={"findings": result.findings[:MOST_FINDINGS], **_sound(result).__dict__}
    )


def _sound(result: Proposals) -> Proposals:
    """Leave out what names nothing, what comes twice, and what is beyond the most."""
    debts = _once((d, (d.title.casefold(), d.service.casefold())) for d in result.debts if d.title)
    moves = _once((t, t.name.casefold()) for t in result.technologies if t.name.strip())
    targets = _once(
        (t, (t.service.casefold(), t.metric.casefold()))
        for t in result.targets
        if t.service.strip() and t.metric.strip() and math.isfinite(t.value)
    )
    room = MOST_OUTPUTS
    debts = debts[:room]
    moves = moves[: room - len(debts)]
    targets = targets[: room - len(debts) - len(moves)]
    decisions = _once((d, d.title.casefold()) for d in result.decisions if d.title.strip())
    return Proposals(
        decisions=tuple(decisions[:MOST_DECISIONS]),
        debts=tuple(debts),
        technologies=tuple(moves),
        targets=tuple(targets),
    )


def _once(items: Iterable[tuple[T, object]]) -> list[T]:
    kept: dict[object, T] = {}
    for item, key in items:
        kept.setdefault(key, item)
    return list(kept.values())


OutputKind = Literal["debt", "technology", "target"]
OUTPUTS: dict[str, type[DebtProposal] | type[TechnologyProposal] | type[TargetProposal]] = {
    "debt": DebtProposal,
    "technology": TechnologyProposal,
    "target": TargetProposal,
}
"""Of what each kind of output's body is made."""
