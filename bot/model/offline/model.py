"""The model that is always there: no network, no cost, the same text for the same request."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.clock import Clock, SystemClock
from bot.domain.plan import Plan
from bot.domain.standup.risks import RiskList
from bot.domain.usage import Usage
from bot.errors import Bug
from bot.model.assessment_port import AssessmentRequest, RetroGroupRequest
from bot.model.offline import architecture, sprint
from bot.model.offline.answering import answer
from bot.model.offline.assessing import group_cards, read_assessment
from bot.model.offline.planning import make_plan
from bot.model.offline.portions import Portion, portions
from bot.model.offline.reading import Reader, Reading
from bot.model.offline.reviewing import summarise, work_point
from bot.model.offline.revising import revise
from bot.model.offline.scoring import score
from bot.model.offline.synthesis import synthesise
from bot.model.offline.thinking import think
from bot.model.offline.working import do_work
from bot.model.port import (
    AnswerRequest,
    ArchitectureRequest,
    PlanRequest,
    Reply,
    Request,
    ReviewPointRequest,
    ReviewSummaryRequest,
    ReviseRequest,
    ScoreRequest,
    SynthesisRequest,
    ThinkRequest,
    WorkRequest,
)
from bot.model.sprint_port import (
    SprintBreakdownRequest,
    SprintDependencyRequest,
    SprintEstimateRequest,
    SprintRiskRequest,
    SprintStaffRequest,
)
from bot.model.standup_port import StandupRiskRequest
from bot.team import Team

R = TypeVar("R", bound=BaseModel)
_KEPT_PLANS = 32


class OfflineModel:
    """Composes plans and advice from the team's playbook; implements `bot.model.port.Model`."""

    label = "offline playbook, no model"

    def __init__(self, team: Team, *, clock: Clock | None = None) -> None:
        self._reader = Reader(team)
        self._clock = clock or SystemClock()
        self._portions: OrderedDict[tuple[object, ...], dict[str, Portion]] = OrderedDict()
        self._jobs: dict[type[Request[Any]], Callable[[Any], BaseModel]] = {
            AnswerRequest: self._answer,
            PlanRequest: self._plan,
            WorkRequest: self._work,
            SynthesisRequest: lambda r: synthesise(r, self._reader.read(r.text, r.said)),
            ThinkRequest: think,
            ReviseRequest: lambda r: revise(r.decision, r.comment),
            ArchitectureRequest: lambda r: architecture.propose(self._reader.read(r.text, r.said)),
            ScoreRequest: lambda r: score(r, self._reader.team),
            AssessmentRequest: read_assessment,
            RetroGroupRequest: group_cards,
            StandupRiskRequest: lambda r: RiskList(risks=r.known),
            ReviewPointRequest: work_point,
            ReviewSummaryRequest: summarise,
            SprintBreakdownRequest: lambda r: sprint.break_down(r, self._reader),
            SprintStaffRequest: lambda r: sprint.staff(r, self._reader),
            SprintDependencyRequest: lambda r: sprint.depend(r),
            SprintEstimateRequest: lambda r: sprint.estimate(r),
            SprintRiskRequest: lambda r: sprint.name_risks(r),
        }

    def estimate(self, request: Request[BaseModel]) -> Usage:
        """Return nothing: it uses no tokens and costs no money."""
        return Usage()

    async def call(self, request: Request[R]) -> Reply[R]:
        """Do it; raises Bug for a kind of request that it does not know."""
        job = self._jobs.get(type(request))
        if job is None:
            raise Bug(f"the offline model knows no {type(request).__name__}")
        start = self._clock.monotonic()
        value = job(request)
        if not isinstance(value, request.expects):
            raise Bug(f"{type(request).__name__} was answered with {type(value).__name__}")
        usage = Usage(seconds=self._clock.monotonic() - start)
        return Reply(value=value, model="offline", usage=usage)

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    def _answer(self, request: AnswerRequest) -> BaseModel:
        return answer(self._reader.read(request.text), request.records)

    def _plan(self, request: PlanRequest) -> BaseModel:
        later = request.said if request.earlier is None else ()
        reading = self._reader.read(request.text, later)
        return make_plan(request, reading, answer(reading).text)

    def _work(self, request: WorkRequest) -> BaseModel:
        reading = self._reader.read(request.text, request.said)
        dealt = self._portions_of(request.plan, reading)
        return do_work(request, reading, dealt.get(request.assignment.id, Portion()))

    def _portions_of(self, plan: Plan, reading: Reading) -> dict[str, Portion]:
        key = (reading.text, reading.later, plan)
        if key not in self._portions:
            self._portions[key] = portions(plan, reading)
            if len(self._portions) > _KEPT_PLANS:
                self._portions.popitem(last=False)
        return self._portions[key]
