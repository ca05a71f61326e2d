"""The port that every model stands behind: typed requests in, typed replies with usage out."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar, cast

from pydantic import BaseModel

from bot.domain.architecture import ServiceArchitecture
from bot.domain.architecture_review import AgendaPoint, PointResult, ReviewResult, WorkedPoint
from bot.domain.decision import DecisionProposal
from bot.domain.matrix import Criterion
from bot.domain.matrix.opinion import MatrixOpinion
from bot.domain.output import Answer, SpecialistOutput, Synthesis
from bot.domain.plan import Assignment, Plan
from bot.domain.research import LibraryDocs
from bot.domain.thinking import Thinking
from bot.domain.tool_call import ToolResult, WorkTurn
from bot.domain.tool_server import Tool
from bot.domain.usage import Usage

R_co = TypeVar("R_co", bound=BaseModel, covariant=True)
R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True)
class Said:
    """One earlier message of the thread; `trusted` is false for text that is data, not orders."""

    who: str
    text: str
    trusted: bool = True
    kind: str = "message"
    """`message`, or what was attached: `file`, `link`; that is never trusted."""


@dataclass(frozen=True)
class Request(Generic[R_co]):
    """What all requests share: the wish in `text`, what came since in `said`, oldest first."""

    result_type: ClassVar[type[BaseModel]]
    role: ClassVar[Literal["lead", "specialist", "triage"]]

    text: str
    said: tuple[Said, ...] = ()

    @property
    def expects(self) -> type[R_co]:
        """What a reply to it holds: `result_type`, which no class can declare as its own type."""
        return cast("type[R_co]", self.result_type)


@dataclass(frozen=True)
class AnswerRequest(Request[Answer]):
    """Answer directly, without a team; `records` is what our own tables say on the matter."""

    result_type = Answer
    role = "triage"

    records: str = ""


@dataclass(frozen=True)
class PlanRequest(Request[Plan]):
    """Decide between an answer, one specialist and a pattern, and plan the work.

    `workload` counts open assignments per specialist. `mode` is what the person insisted on.
    `problems` is why the last plan was refused. `earlier` is the plan of the task's last round,
    `outputs` its results by assignment id: a follow-up plans only what is missing.
    """

    result_type = Plan
    role = "lead"

    workload: dict[str, int] = field(default_factory=dict)
    mode: Literal["auto", "team", "answer"] = "auto"
    problems: tuple[str, ...] = ()
    earlier: Plan | None = None
    outputs: dict[str, SpecialistOutput] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class WorkRequest(Request[SpecialistOutput]):
    """Do one assignment; `inputs` are the outputs of what it depends on, by assignment id."""

    result_type = SpecialistOutput
    role = "specialist"

    plan: Plan
    assignment: Assignment
    inputs: dict[str, SpecialistOutput] = field(default_factory=dict)


@dataclass(frozen=True)
class ToolExchange:
    """An earlier turn of the same work: what the model said, and what its wishes brought."""

    content: tuple[dict[str, Any], ...]
    results: tuple[ToolResult, ...]


@dataclass(frozen=True, kw_only=True)
class ToolWorkRequest(Request[WorkTurn]):
    """Do one assignment, with tools: say what to look up first, or hand in the output.

    `work` is the assignment; `tools` go by the names that wishes must use. After the `last` turn
    there is no other: no wish is granted in it.
    """

    result_type = WorkTurn
    role = "specialist"

    work: WorkRequest
    tools: tuple[Tool, ...]
    exchanges: tuple[ToolExchange, ...] = ()
    last: bool = False


@dataclass(frozen=True, kw_only=True)
class ThinkRequest(Request[Thinking]):
    """Weigh a hard decision step by step, from what the specialists delivered."""

    result_type = Thinking
    role = "lead"

    plan: Plan
    outputs: dict[str, SpecialistOutput]


@dataclass(frozen=True, kw_only=True)
class SynthesisRequest(Request[Synthesis]):
    """Make one recommendation of all outputs; `failed` maps assignment ids to why they failed.

    `thoughts` are how a hard decision was weighed before.
    """

    result_type = Synthesis
    role = "lead"

    plan: Plan
    outputs: dict[str, SpecialistOutput]
    failed: dict[str, str] = field(default_factory=dict)
    thoughts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReviseRequest(Request[DecisionProposal]):
    """Redraft a decision after "request changes"; `comment` is what the person wants changed."""

    result_type = DecisionProposal
    role = "lead"

    decision: DecisionProposal
    comment: str


@dataclass(frozen=True, kw_only=True)
class ScoreRequest(Request[MatrixOpinion]):
    """Score every option of a matrix by every criterion; `text` is its question.

    `documents` are what was looked up of options beforehand, where a server has documentation.
    """

    result_type = MatrixOpinion
    role = "specialist"

    specialist: str
    options: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    documents: tuple[LibraryDocs, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ArchitectureRequest(Request[ServiceArchitecture]):
    """Cut a domain into services; `known` are the services that there are, by name."""

    result_type = ServiceArchitecture
    role = "lead"

    known: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReviewPointRequest(Request[PointResult]):
    """Work one point of an architecture review from what the rows say."""

    result_type = PointResult
    role = "specialist"

    specialist: str
    point: AgendaPoint


@dataclass(frozen=True, kw_only=True)
class ReviewSummaryRequest(Request[ReviewResult]):
    """Sum an architecture review up: what its points propose after what people said."""

    result_type = ReviewResult
    role = "lead"

    points: tuple[WorkedPoint, ...]


@dataclass(frozen=True)
class Reply(Generic[R]):
    """A model's result, which model gave it and what it used."""

    value: R
    model: str
    usage: Usage


class Model(Protocol):
    """A model: Claude, the offline playbook, or a scripted one in tests."""

    label: str
    """How it names itself to people, e.g. "claude-sonnet-5-5" or "offline playbook, no model"."""

    def estimate(self, request: Request[BaseModel]) -> Usage:
        """Return what the call will use at most, roughly; the budget reserves its cost."""
        ...

    async def call(self, request: Request[R]) -> Reply[R]:
        """Do it; raises ModelUnavailable or ModelAnswerInvalid."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
