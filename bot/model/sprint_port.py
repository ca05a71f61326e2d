"""What is asked of a model at the five steps of planning a sprint; beside `bot.model.port`."""

from dataclasses import dataclass

from bot.domain.sprint.answers import Breakdown, Dependencies, Estimates, RiskPlan, Staffing
from bot.domain.sprint.lines import ItemLine
from bot.model.port import Request


@dataclass(frozen=True, kw_only=True)
class SprintBreakdownRequest(Request[Breakdown]):
    """Step 1: cut the requirements in `text` into items; `items` are there already."""

    result_type = Breakdown
    role = "lead"

    goal: str = ""
    limits: str = ""
    items: tuple[ItemLine, ...] = ()
    services: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    """Open actions of the last retrospective, as people wrote them."""


@dataclass(frozen=True, kw_only=True)
class SprintStaffRequest(Request[Staffing]):
    """Step 2: say who does each item; `load` are assignments a week that each finishes."""

    result_type = Staffing
    role = "lead"

    items: tuple[ItemLine, ...]
    load: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class SprintDependencyRequest(Request[Dependencies]):
    """Step 3: say what must be done before what; `problems` is why the last answer was refused."""

    result_type = Dependencies
    role = "lead"

    items: tuple[ItemLine, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SprintEstimateRequest(Request[Estimates]):
    """Step 4: one specialist estimates items; `usual` is the median of what it finished, if known.

    `seen` is how many finished items that rests on.
    """

    result_type = Estimates
    role = "specialist"

    specialist: str
    items: tuple[ItemLine, ...]
    unit: str
    scale: tuple[float, ...]
    usual: float | None = None
    seen: int = 0


@dataclass(frozen=True, kw_only=True)
class SprintRiskRequest(Request[RiskPlan]):
    """Step 5: name risks; `found` are those (with what helps) that our own rows show."""

    result_type = RiskPlan
    role = "lead"

    items: tuple[ItemLine, ...]
    found: tuple[tuple[str, str], ...]
    limits: str = ""
