"""One request of every kind, shared by the tests of the Claude model."""

from bot.domain.decision import DecisionProposal
from bot.domain.matrix import DEFAULTS
from bot.domain.output import SpecialistOutput
from bot.domain.plan import Assignment, Plan
from bot.model.port import (
    AnswerRequest,
    ArchitectureRequest,
    PlanRequest,
    ReviseRequest,
    ScoreRequest,
    SynthesisRequest,
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


def revise() -> ReviseRequest:
    decision = DecisionProposal(title="One store", context="Why.", outcome="PostgreSQL.")
    return ReviseRequest(text=TEXT, decision=decision, comment="Name the costs.")


def score(specialist: str = "database-architect") -> ScoreRequest:
    return ScoreRequest(
        text="Which broker?", specialist=specialist, options=("Kafka", "NATS"), criteria=DEFAULTS
    )


def architecture() -> ArchitectureRequest:
    return ArchitectureRequest(text="A shop with orders and payments", known=("billing",))
