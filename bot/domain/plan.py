"""The plan: who does what, after whom and why; and the rules that make a plan a plan."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_ASSIGNMENTS = 24
"""More than this is a project, not a task: the seed's largest pattern has 12 steps."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
"""An id becomes part of keys and of buttons: it cannot be a sentence, or markup."""

PlanKind = Literal["answer", "specialist", "pattern"]


class Assignment(BaseModel):
    """One specialist's piece of the work."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="short id, unique in the plan, e.g. a1")
    specialist: str = Field(description="name of the specialist, e.g. database-architect")
    title: str = Field(description="what is made, at most 60 characters")
    brief: str = Field(description="what to do, for this request, two or three sentences")
    deliverable: str = Field(description="the thing that exists when it is done")
    depends_on: tuple[str, ...] = Field(default=(), description="ids whose output is needed first")
    reason: str = Field(description="why this specialist, why now, one sentence")
    phase: int = Field(default=1, description="number of the pattern's phase, from 1")
    phase_title: str = Field(default="", description="title of that phase")


class Plan(BaseModel):
    """An answer without a team, one specialist, or a pattern with a dependency graph."""

    model_config = ConfigDict(frozen=True)

    kind: PlanKind
    title: str = Field(description="the task in at most 50 characters, e.g. Billing API")
    pattern: str | None = Field(default=None, description="name of the pattern, for kind pattern")
    answer: str | None = Field(default=None, description="the answer itself, for kind answer")
    assignments: tuple[Assignment, ...] = ()

    def assignment(self, assignment_id: str) -> Assignment:
        """Return the assignment with that id; raises KeyError."""
        for item in self.assignments:
            if item.id == assignment_id:
                return item
        raise KeyError(assignment_id)


def problems(plan: Plan, specialists: frozenset[str], patterns: frozenset[str]) -> tuple[str, ...]:
    """Return what is wrong with a plan, one sentence each; empty when it can be worked.

    Checks: an answer has text, work has assignments, ids are short words and unique, specialists
    and pattern are known, dependencies exist and form no cycle (so that every assignment is
    reachable).
    """
    if plan.kind == "answer":
        return () if (plan.answer or "").strip() else ("the answer is empty",)
    found: list[str] = []
    if not plan.assignments:
        found.append("there are no assignments")
    if len(plan.assignments) > MAX_ASSIGNMENTS:
        found.append(f"{len(plan.assignments)} assignments are more than {MAX_ASSIGNMENTS}")
    if plan.pattern is not None and plan.pattern not in patterns:
        found.append(f"pattern {plan.pattern!r} is unknown")
    found += _assignment_problems(plan, specialists)
    cycle = waves(plan)[1]
    if cycle:
        found.append(f"assignments wait for each other: {', '.join(sorted(cycle))}")
    return tuple(found)


def _assignment_problems(plan: Plan, specialists: frozenset[str]) -> list[str]:
    found: list[str] = []
    ids = [item.id for item in plan.assignments]
    for item in plan.assignments:
        if not _ID.fullmatch(item.id):
            found.append(f"id {item.id[:40]!r} is no short word of letters and digits, e.g. a1")
        if ids.count(item.id) > 1:
            found.append(f"id {item.id!r} stands twice")
        if item.specialist not in specialists:
            found.append(f"{item.id}: specialist {item.specialist!r} is unknown")
        missing = [need for need in item.depends_on if need not in ids]
        if missing:
            found.append(f"{item.id}: depends on unknown {', '.join(map(repr, missing))}")
    return list(dict.fromkeys(found))


def waves(plan: Plan) -> tuple[tuple[tuple[str, ...], ...], frozenset[str]]:
    """Return the ids in layers that could run together, and the ids that can never start.

    Unknown dependencies count as done: they are reported by `problems`, not here.
    """
    known = {item.id for item in plan.assignments}
    waiting = {item.id: set(item.depends_on) & known for item in plan.assignments}
    layers: list[tuple[str, ...]] = []
    while ready := tuple(name for name, needs in waiting.items() if not needs):
        layers.append(ready)
        for name in ready:
            del waiting[name]
        for needs in waiting.values():
            needs.difference_update(ready)
    return tuple(layers), frozenset(waiting)
