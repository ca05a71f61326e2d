"""A workspace's rows from which each KPI can be computed by hand."""

from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.decision import DecisionState
from bot.domain.hand_off import HandOffState
from bot.domain.learning import LearningState
from bot.domain.retrospective import ActionState
from bot.domain.sprint.states import ItemState, SprintState
from bot.domain.task import AssignmentState, TaskState
from storage.models import (
    Debt,
    Decision,
    Deployment,
    HandOff,
    IncidentFact,
    LearningItem,
    Measurement,
    PerformanceTarget,
    PullRequest,
    QualityGate,
    RetroAction,
    RetroLesson,
    Retrospective,
    Service,
    Sprint,
    SprintItem,
    Survey,
    Technology,
    TechnologyMove,
    WorkflowRun,
    WorkItem,
    new_id,
)
from storage.uow import UnitOfWork
from tests.storage.rows import NOW, add_call, add_plan, add_task

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SINCE, UNTIL = NOW - 30 * DAY, NOW
IN = NOW - 5 * DAY
"""A moment of the window; 2026-02-25."""
OUT = NOW - 40 * DAY
"""One before it."""
EXPECTED: dict[str, tuple[float | None, int]] = {
    "velocity": (10.0, 2),  # 13 and 7
    "consistency": (70.0, 2),  # deviation 3 of mean 10
    "completion": (80.0, 5),  # 20 of 25
    "on-time": (60.0, 10),  # 4 of 6 items, 2 of 4 hand-offs
    "defect-escape": (25.0, 4),
    "review-turnaround": (4.0, 3),  # 2, 4, 9 h
    "deployment-frequency": (2 / (30 / 7), 2),
    "deployment-success": (200 / 3, 3),
    "lead-time": (None, 0),
    "change-failure": (None, 0),
    "rework": (0.0, 2),
    "restore-time": (3.0, 2),
    "p50": (None, 0),
    "p95": (150.0, 2),
    "p99": (None, 0),
    "availability": (None, 0),
    "error-rate": (None, 0),
    "capacity": (None, 0),
    "mttd": (20.0, 2),
    "mttr": (3.0, 2),
    "vulnerabilities": (3.0, 3),
    "coverage": (85.0, 2),  # 90 in one, 80 the newest of the other
    "test-reliability": (50.0, 2),
    "debt-ratio": (20.0, 4),  # 4 days of 20
    "compliance": (92.0, 2),
    "gates": (200 / 3, 3),
    "sla": (50.0, 2),
    "dependency-time": (8.0, 4),  # 4, 6, 10, 48 h
    "knowledge": (2.0, 2),
    "documentation": (37.5, 2),  # 3 of 8 parts
    "monitoring": (50.0, 2),
    "utilisation": (40.0, 3),  # 2 of 5 specialists
    "skills": (50.0, 2),
    "adoption": (50.0, 2),
    "improvements": (50.0, 2),
    "satisfaction": (4.2, 5),
    "approval": (80.0, 5),
    "tasks": (2.0, 2),
    "task-success": (200 / 3, 3),
    "task-time": (2.0, 2),
    "decisions": (2.0, 2),
    "decision-time": (3.0, 2),
    "spend": (0.5, 2),
    "task-cost": (0.25, 2),
}
"""KPI -> value and n of one `fill`."""


async def fill(uow: UnitOfWork, *, workspace: str, channel: str, private: bool) -> None:
    """Store the rows; services, technologies and facts of other systems where it is public."""
    place = {"workspace_id": workspace, "channel_id": channel}
    await _work(uow, workspace, channel, private=private)
    await _sprints(uow, place)
    await _people(uow, place)
    if not private:
        await _registers(uow, place)
        _facts(uow, workspace)
    await uow.session.flush()


async def _work(uow: UnitOfWork, workspace: str, channel: str, *, private: bool) -> None:
    for number, (state, hours, ended) in enumerate(
        ((TaskState.DONE, 1, IN), (TaskState.DONE, 3, IN), (TaskState.FAILED, 9, IN),
         (TaskState.DONE, 5, OUT))
    ):  # fmt: skip
        task = await add_task(
            uow, workspace=workspace, channel=channel, private=private, state=state,
            created_at=ended - hours * HOUR, ended_at=ended,
        )  # fmt: skip
        if number < 2:
            await add_call(uow, task, "plan", "done", cost_micros=250_000, started_at=ended)
            plan = await add_plan(uow, task, *("a", "b")[: 2 - number], "left-the-team")
            for row in await uow.plans.assignments(plan.id):
                row.state, row.ended_at = AssignmentState.DONE, ended
        for decided, took, at in _DECIDED[number : number + 1]:
            uow.session.add(
                Decision(
                    workspace_id=workspace, channel_id=channel, title="D", body={}, state=decided,
                    number=await uow.channels.next_decision_number(workspace),
                    created_at=at - took * HOUR, decided_at=at, updated_at=at,
                )
            )  # fmt: skip


_DECIDED = (
    (DecisionState.ACCEPTED, 2, IN),
    (DecisionState.REJECTED, 4, IN),
    (DecisionState.ACCEPTED, 9, OUT),
    (DecisionState.SUPERSEDED, 50, IN),  # the moment at which another replaced it
)


async def _sprints(uow: UnitOfWork, place: dict[str, str]) -> None:
    done, open_ = ItemState.DONE, ItemState.OPEN
    for ended, items in (
        (IN, ((done, 5.0, IN), (done, 8.0, IN), (open_, 5.0, None), (ItemState.DROPPED, 9.0, IN))),
        (IN, ((done, 3.0, IN), (done, 4.0, IN), (open_, None, None))),
        (OUT, ((done, 100.0, OUT),)),
    ):
        number = await uow.numbers.next(Sprint, place["workspace_id"])
        thread = await uow.threads.ensure(
            place["workspace_id"], place["channel_id"], f"{number}.7", now=NOW
        )
        sprint = Sprint(
            id=new_id(), **place, thread_id=thread.id, number=number, source="form",
            unit="points", state=SprintState.ENDED, starts_on=date(2026, 1, 1),
            ends_on=ended.date(), owner_id="U1", accepted_at=ended - DAY, ended_at=ended,
            created_at=ended, updated_at=ended,
        )  # fmt: skip
        uow.session.add(sprint)
        await uow.session.flush()
        uow.session.add_all(
            SprintItem(
                workspace_id=place["workspace_id"], sprint_id=sprint.id, position=position,
                title="x", state=state, estimate=estimate, ended_at=at, created_at=ended,
                updated_at=ended,
            )
            for position, (state, estimate, at) in enumerate(items)
        )  # fmt: skip
        await uow.session.flush()


async def _people(uow: UnitOfWork, place: dict[str, str]) -> None:
    workspace = place["workspace_id"]
    by = {"created_by": "U1", "created_at": IN}
    for state, hours, due in (
        (HandOffState.DONE, 4, IN + HOUR), (HandOffState.DONE, 6, IN),
        (HandOffState.DONE, 10, IN - HOUR), (HandOffState.DECLINED, 1, IN), (None, 0, IN),
        (HandOffState.DONE, 48, None),
    ):  # fmt: skip
        uow.session.add(
            HandOff(
                **place, number=await uow.numbers.next(HandOff, workspace), direction="in",
                team="mobile", text="x", requested_by="U1", due_at=due,
                state=state or HandOffState.REQUESTED, created_at=IN - hours * HOUR,
                ended_at=IN if state else None, updated_at=IN,
            )
        )  # fmt: skip
        await uow.session.flush()
    for learned, ended in ((LearningState.DONE, IN), (LearningState.DROPPED, IN),
                         (LearningState.DONE, OUT)):  # fmt: skip
        uow.session.add(
            LearningItem(
                **place, number=await uow.numbers.next(LearningItem, workspace), kind="talk",
                title="x", state=learned, ended_at=ended, updated_at=IN, **by,
            )
        )  # fmt: skip
        await uow.session.flush()
    for action, at, day in ((ActionState.DONE, IN, None), (ActionState.OPEN, None, IN.date()),
                            (ActionState.OPEN, None, NOW.date())):  # fmt: skip
        uow.session.add(
            RetroAction(
                **place, number=await uow.numbers.next(RetroAction, workspace), text="x",
                state=action.value, ended_at=at, due_on=day, **by,
            )
        )  # fmt: skip
        await uow.session.flush()
    retro = Retrospective(
        id=new_id(), **place, slot_key="k" + place["channel_id"], name="R", state="closed",
        number=await uow.numbers.next(Retrospective, workspace), columns=[], votes=3, minutes=9,
        since=OUT, opens_at=OUT, ends_at=OUT, created_at=OUT,
    )  # fmt: skip
    uow.session.add(retro)
    await uow.session.flush()
    uow.session.add(
        RetroLesson(
            **place, retrospective_id=retro.id, kind="lesson", text="x", confirmed_by="U1",
            created_at=IN,
        )
    )  # fmt: skip
    scores = {"ones": 0, "twos": 1, "threes": 0, "fours": 1, "fives": 3}
    for kind, answers, many in (("team", 5, scores), ("stakeholders", 5, scores),
                                ("team", None, {})):  # fmt: skip
        uow.session.add(
            Survey(
                **place, slot_key=new_id(), kind=kind, state="closed", minimum=5, answers=answers,
                number=await uow.numbers.next(Survey, workspace), opens_at=IN, closes_at=IN,
                closed_at=IN, created_at=IN, **many,
            )
        )  # fmt: skip
        await uow.session.flush()


async def _registers(uow: UnitOfWork, place: dict[str, str]) -> None:
    workspace = place["workspace_id"]
    made = {"created_by": "U1", "created_at": OUT}
    for key, owner in (("billing", "U1"), ("search", None)):
        uow.session.add(
            Service(
                workspace_id=workspace, key=key, name=key, about="x", owner_id=owner,
                updated_at=OUT, **made,
            )
        )  # fmt: skip
        tech = Technology(
            id=new_id(), workspace_id=workspace, key=key, name=key, ring="trial", moved_at=IN,
            **made,
        )  # fmt: skip
        uow.session.add(tech)
        await uow.session.flush()
        uow.session.add(
            TechnologyMove(
                workspace_id=workspace, technology_id=tech.id, moved_by="U1",
                ring="trial" if owner else "hold", moved_at=IN,
            )
        )  # fmt: skip
    for number, (state, days) in enumerate((("open", 4), ("done", 50), ("open", None)), 1):
        uow.session.add(
            Debt(**place, number=number, title="x", effort_days=days, state=state,
                 updated_at=OUT, **made)
        )  # fmt: skip
    for number, (comparison, current) in enumerate((("most", 90.0), ("least", 90.0)), 1):
        uow.session.add(
            PerformanceTarget(
                **place, number=number, service="billing", metric="p95", key=f"{number}",
                comparison=comparison, value=100.0, current=current, measured_at=IN,
                updated_at=OUT, **made,
            )
        )  # fmt: skip


def _fact(workspace: str, key: int, **more: Any) -> dict[str, Any]:
    return {"workspace_id": workspace, "source": "github", "key": str(key), "version": "1",
            "origin": "acme/billing", **more}  # fmt: skip


def _facts(uow: UnitOfWork, workspace: str) -> None:
    add = uow.session.add_all
    add(
        WorkItem(**_fact(workspace, n, kind=kind, state=state, escaped=n == 1, opened_at=at))
        for n, (kind, state, at) in enumerate(
            (("defect", "done", IN), ("defect", "open", IN), ("defect", "open", IN),
             ("defect", "open", IN), ("defect", "dropped", IN), ("story", "done", IN),
             ("defect", "open", OUT)), 1,
        )
    )  # fmt: skip
    add(
        PullRequest(
            **_fact(workspace, n, state="merged", is_bot=bot, is_fix=False, to_default=True,
                    opened_at=IN - hours * HOUR, first_review_at=IN)
        )
        for n, (hours, bot) in enumerate(((2, False), (4, False), (9, False), (700, True)))
    )  # fmt: skip
    add(
        Deployment(
            **_fact(workspace, n, environment="production", is_production=production, commit="c",
                    is_fix=False, created_at=IN, succeeded_at=good, failed_at=bad)
        )
        for n, (production, good, bad) in enumerate(
            ((True, IN, None), (True, IN, IN), (True, None, IN), (False, IN, None),
             (True, OUT, None))
        )
    )  # fmt: skip
    add(
        IncidentFact(
            **_fact(workspace, n, level=level, started_at=IN - HOUR / 60 * late, detected_at=IN,
                    acknowledged_at=None if n else IN + HOUR / 5, resolved_at=IN + hours * HOUR)
        )
        for n, (level, late, hours) in enumerate(((2, 10, 1), (3, 30, 5), (1, 500, 50)))
    )  # fmt: skip
    add(
        WorkflowRun(
            **_fact(workspace, n, name="ci", branch="main", commit=commit, attempt=n, state=state,
                    ended_at=IN)
        )
        for n, (commit, state) in enumerate(
            (("a", "failure"), ("a", "success"), ("b", "success"), ("c", "cancelled"))
        )
    )  # fmt: skip
    values: tuple[tuple[str, str, float, datetime], ...] = (
        ("latency.p95", "prometheus", 100.0, IN), ("latency.p95", "prometheus", 200.0, IN),
        ("latency.p95", "prometheus", 900.0, OUT), ("coverage.lines", "lcov", 70.0, IN - DAY),
        ("coverage.lines", "lcov", 80.0, IN), ("coverage.lines", "cobertura", 90.0, IN),
        ("vulnerabilities.high", "sarif", 9.0, IN - DAY),
        ("vulnerabilities.high", "sarif", 1.0, IN),
        ("vulnerabilities.critical", "sarif", 0.0, IN), ("vulnerabilities.high", "bandit", 2.0, IN),
        ("vulnerabilities.low", "bandit", 7.0, IN),
    )  # fmt: skip
    add(
        Measurement(
            workspace_id=workspace, service="billing" if source == "prometheus" else "",
            repository=source, source=source, name=name, value=value, at=at, digest=f"{n}",
        )
        for n, (name, source, value, at) in enumerate(values)
    )  # fmt: skip
    for n, (service, state, score, at) in enumerate(
        (("billing", "missed", 10.0, IN - DAY), ("billing", "met", 94.0, IN),
         ("search", "met", None, IN), ("orders", "missed", 90.0, IN),
         ("users", "not measured", None, IN), ("old", "missed", 1.0, OUT))
    ):  # fmt: skip
        checks = [{"check": "coverage", "value": 1.0}, {"check": "api_compliance", "value": score}]
        uow.session.add(
            QualityGate(
                workspace_id=workspace, service=service, is_main=True, state=state, checks=checks,
                digest=f"{n}", at=at,
            )
        )  # fmt: skip
