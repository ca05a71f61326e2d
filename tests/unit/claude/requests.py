"""One request of every kind, shared by the tests of the Claude model."""

from bot.domain.architecture_review import (
    AgendaItem,
    AgendaPoint,
    PointKind,
    PointResult,
    WorkedPoint,
)
from bot.domain.assessment import Figure
from bot.domain.decision import DecisionProposal
from bot.domain.matrix import DEFAULTS
from bot.domain.output import SpecialistOutput
from bot.domain.plan import Assignment, Plan
from bot.model.assessment_port import AssessmentRequest, RetroGroupRequest
from bot.model.port import (
    AnswerRequest,
    ArchitectureRequest,
    PlanRequest,
    ReviewPointRequest,
    ReviewSummaryRequest,
    ReviseRequest,
    ScoreRequest,
    SynthesisRequest,
    ThinkRequest,
    WorkRequest,
)

TEXT = "Design a billing API with an index for 500 requests/s on PostgreSQL."

PLAN = Plan(
    kind="pattern",
    title="Billing API",
    pattern="greenfield",
    assignments=(
        Assignment(
            id="a1",
            specialist="database-architect",
            title="Schema",
            brief="Design the tables.",
            deliverable="Tables",
            reason="First.",
        ),
        Assignment(
            id="a2",
            specialist="api-architect",
            title="Contract",
            brief="Design the endpoints.",
            deliverable="OpenAPI",
            depends_on=("a1",),
            reason="Then.",
        ),
    ),
)

OUTPUT = SpecialistOutput(
    headline="One table.", bullets=("A unique index.",), detail="Long. " * 900
)


def answer() -> AnswerRequest:
    return AnswerRequest(text="Which index helps?", records="Task T-1 is done.")


def plan() -> PlanRequest:
    return PlanRequest(text=TEXT, workload={"b": 2, "a": 1})


def work(assignment: str = "a1") -> WorkRequest:
    inputs = {"a1": OUTPUT} if assignment == "a2" else {}
    return WorkRequest(text=TEXT, plan=PLAN, assignment=PLAN.assignment(assignment), inputs=inputs)


def synthesis() -> SynthesisRequest:
    return SynthesisRequest(
        text=TEXT, plan=PLAN, outputs={"a1": OUTPUT}, failed={"a2": "it was not usable"}
    )


def think() -> ThinkRequest:
    return ThinkRequest(text=TEXT, plan=PLAN, outputs={"a1": OUTPUT})


def revise() -> ReviseRequest:
    decision = DecisionProposal(title="One store", context="Why.", outcome="PostgreSQL.")
    return ReviseRequest(text=TEXT, decision=decision, comment="Name the costs.")


def score(specialist: str = "database-architect") -> ScoreRequest:
    return ScoreRequest(
        text="Which broker?", specialist=specialist, options=("Kafka", "NATS"), criteria=DEFAULTS
    )


def architecture() -> ArchitectureRequest:
    return ArchitectureRequest(text="A shop with orders and payments", known=("billing",))


AGENDA = AgendaPoint(
    kind=PointKind.DEBT,
    items=(AgendaItem(ref="TD-3", title="No retries", sign="overdue", services=("orders",)),),
)


def review_point() -> ReviewPointRequest:
    return ReviewPointRequest(
        text="Architecture review AR-1", specialist="database-architect", point=AGENDA
    )


def review_summary() -> ReviewSummaryRequest:
    result = PointResult(headline="One is overdue.", findings=("TD-3.",))
    points = (WorkedPoint(agenda=AGENDA, result=result),)
    return ReviewSummaryRequest(text="Architecture review AR-1", points=points)


def assessment() -> AssessmentRequest:
    figure = Figure(part="Delivery", name="Done", value="9", was="4", trend=("2", "3", "4"))
    return AssessmentRequest(
        text="What do the figures say?", figures=(figure,), topics=("Deploys",), known=("Look.",)
    )


def retro_group() -> RetroGroupRequest:
    cards = ((0, "Pairing helped"), (1, "Deploys are slow"))
    return RetroGroupRequest(text="Which?", columns=("Worked", "Failed"), cards=cards)
