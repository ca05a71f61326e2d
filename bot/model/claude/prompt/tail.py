"""The last part of a prompt: what differs between calls, per kind of request."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from bot.domain.output import SpecialistOutput
from bot.domain.plan import Plan
from bot.model.assessment_port import AssessmentRequest, RetroGroupRequest
from bot.model.claude.prompt import house
from bot.model.claude.prompt.assessment import render as render_assessment
from bot.model.claude.prompt.assessment import render_groups
from bot.model.claude.prompt.data import Tag, section, trimmed
from bot.model.claude.prompt.sprint import SPRINT_RENDERERS
from bot.model.port import (
    AnswerRequest,
    ArchitectureRequest,
    PlanRequest,
    Request,
    ReviewPointRequest,
    ReviewSummaryRequest,
    ReviseRequest,
    ScoreRequest,
    SynthesisRequest,
    ThinkRequest,
    WorkRequest,
)
from bot.model.standup_port import StandupRiskRequest

MOST_SECTIONS = 1_024
"""Plans and assignments whose text is kept: of the tasks that are worked at the same time."""
MOST_RECORDS = 20_000
MOST_INPUT_DETAIL = 4_000
MOST_SYNTHESIS_DETAIL = 1_500
"""Characters; a dependent needs another's long form, the synthesis mostly its short one."""


def tail(request: Request[BaseModel]) -> str:
    """Return the job and its material; raises TypeError for a request of an unknown kind."""
    for kind, render in _RENDERERS.items():
        if isinstance(request, kind):
            return render(request)
    for kind, parts in SPRINT_RENDERERS.items():
        if isinstance(request, kind):
            return _parts(*parts(request))
    raise TypeError(type(request).__name__)


def _answer(request: AnswerRequest) -> str:
    records = trimmed(request.records, MOST_RECORDS) or "nothing on the matter"
    return _parts(section("data", records, source="records"), house.ANSWER)


def _plan(request: PlanRequest) -> str:
    parts = []
    if request.workload:
        parts.append("Open assignments per specialist: " + _sorted_json(request.workload))
    if request.earlier is not None:
        parts.append(
            "The task was planned and worked before; plan only what is missing now, with new ids."
        )
        parts.append(_plan_section(request.earlier))
        parts.append(_outputs(request.outputs, most_detail=MOST_SYNTHESIS_DETAIL))
    parts.append(house.PLAN)
    if request.mode == "team":
        parts.append('The person insists on the team: kind "answer" is not allowed.')
    elif request.mode == "answer":
        parts.append('The person wants an answer without a team: only kind "answer" is allowed.')
    if request.problems:
        parts.append(
            "Your last plan was refused. Repair exactly this: " + "; ".join(request.problems)
        )
    return _parts(*parts)


def _work(request: WorkRequest) -> str:
    return _parts(
        _plan_section(request.plan),
        _outputs(request.inputs, most_detail=MOST_INPUT_DETAIL),
        _kept("assignment", request.assignment),
        house.WORK,
    )


def _synthesis(request: SynthesisRequest) -> str:
    failed = section("data", _sorted_json(request.failed), source="failed assignments")
    return _parts(
        _plan_section(request.plan),
        _outputs(request.outputs, most_detail=MOST_SYNTHESIS_DETAIL),
        failed if request.failed else "",
        section("data", "\n".join(request.thoughts), source="how it was weighed")
        if request.thoughts
        else "",
        house.SYNTHESIS,
    )


def _think(request: ThinkRequest) -> str:
    return _parts(
        _plan_section(request.plan),
        _outputs(request.outputs, most_detail=MOST_SYNTHESIS_DETAIL),
        house.THINKING,
    )


def _revise(request: ReviseRequest) -> str:
    return _parts(
        section("data", _json(request.decision), source="decision"),
        section("message", request.comment, about="what to change"),
        house.REVISE,
    )


def _score(request: ScoreRequest) -> str:
    return _parts(
        section("data", "\n".join(request.options), source="options"),
        section("data", "\n".join(item.name for item in request.criteria), source="criteria"),
        *(section("data", each.text, source=each.source) for each in request.documents),
        house.SCORE_DOCUMENTS if request.documents else "",
        house.SCORE,
    )


def _architecture(request: ArchitectureRequest) -> str:
    known = section("data", "\n".join(request.known), source="services that there are")
    return _parts(known if request.known else "", house.ARCHITECTURE)


def _review_point(request: ReviewPointRequest) -> str:
    point = section("data", _json(request.point), source="rows of our tables")
    return _parts(point, house.REVIEW_POINT)


def _review_summary(request: ReviewSummaryRequest) -> str:
    points = (
        section("data", _json(point), source=f"point {point.agenda.kind.value}")
        for point in request.points
    )
    return _parts(*points, house.REVIEW_SUMMARY)


def _standup_risks(request: StandupRiskRequest) -> str:
    rows = trimmed("\n".join(request.facts), MOST_RECORDS)
    facts = section("data", rows, source="rows of our tables")
    known = (f"{risk.text} -> {risk.mitigation}" for risk in request.known)
    rules = section("data", "\n".join(known), source="what rules found")
    return _parts(
        facts if request.facts else "", rules if request.known else "", house.STANDUP_RISKS
    )


_RENDERERS: dict[type[Request[Any]], Callable[[Any], str]] = {
    AnswerRequest: _answer,
    PlanRequest: _plan,
    WorkRequest: _work,
    SynthesisRequest: _synthesis,
    ThinkRequest: _think,
    ReviseRequest: _revise,
    ScoreRequest: _score,
    ArchitectureRequest: _architecture,
    ReviewPointRequest: _review_point,
    ReviewSummaryRequest: _review_summary,
    StandupRiskRequest: _standup_risks,
    RetroGroupRequest: lambda request: _parts(*render_groups(request)),
    AssessmentRequest: lambda request: _parts(*render_assessment(request)),
}


def _outputs(outputs: Mapping[str, SpecialistOutput], *, most_detail: int) -> str:
    """Return outputs as data: they were written from text that nobody vouches for."""
    return _parts(
        *(
            section("data", _output_json(output, most_detail), source=f"output of {key}")
            for key, output in sorted(outputs.items())
        )
    )


def _output_json(output: SpecialistOutput, most_detail: int) -> str:
    if len(output.detail) <= most_detail:  # most: a copy takes longer than its JSON
        return _json(output)
    return _json(output.model_copy(update={"detail": trimmed(output.detail, most_detail)}))


def _plan_section(plan: Plan) -> str:
    return _kept("plan", plan)


def _kept(tag: Tag, value: BaseModel) -> str:
    """Return a plan or an assignment as a section, written once: it is estimated with its plan,
    and each call of a task has the plan.
    """
    kept = _sections.get(id(value))
    if kept is None or kept[0] is not value:
        kept = _sections[id(value)] = (value, section(tag, _json(value)))
        while len(_sections) > MOST_SECTIONS:
            _sections.pop(next(iter(_sections)))
    return kept[1]


_sections: dict[int, tuple[BaseModel, str]] = {}


def _json(value: BaseModel) -> str:
    return value.model_dump_json(exclude_defaults=True)


def _sorted_json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _parts(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
