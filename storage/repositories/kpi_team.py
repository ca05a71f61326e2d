"""KPIs of the team and of the bot's own work: hand-offs, learning, surveys, tasks, money."""

from typing import Any

from sqlalchemy import and_, distinct, exists, func, or_, select, union_all

from bot.domain.decision import DecisionState
from bot.domain.hand_off import HandOffState
from bot.domain.kpi.scope import Scope
from bot.domain.learning import LearningState
from bot.domain.retrospective import ActionState
from bot.domain.survey import SurveyKind
from bot.domain.task import AssignmentState, TaskState
from bot.domain.technology import Ring
from bot.domain.usage import MICROS
from bot.settings_measure import SAMPLED
from storage.models import (
    Assignment,
    Decision,
    HandOff,
    LearningItem,
    Measurement,
    ModelCall,
    RetroAction,
    RetroLesson,
    Service,
    Survey,
    Task,
    Technology,
    TechnologyMove,
)
from storage.repositories.kpi_sql import (
    HOUR,
    Counted,
    Measure,
    count,
    median,
    number,
    of_scope,
    seconds,
    seen,
    share,
    within,
)
from storage.repositories.ledger import COMMITTED


def dependency_time(scope: Scope, dialect: str) -> Counted:
    """Return the median hours until a hand-off is done."""
    hours = seconds(dialect, HandOff.created_at, HandOff.ended_at) / HOUR
    return median(
        select(hours.label("v")).where(
            within(scope, HandOff, HandOff.ended_at),
            HandOff.state == HandOffState.DONE,
            seen(scope, HandOff),
        )
    )


def knowledge(scope: Scope, _dialect: str) -> Counted:
    """Return how much was learned or taught, and how many lessons were kept."""
    learned = select(LearningItem.id).where(
        within(scope, LearningItem, LearningItem.ended_at),
        LearningItem.state == LearningState.DONE,
        seen(scope, LearningItem),
    )
    lessons = select(RetroLesson.id).where(
        within(scope, RetroLesson, RetroLesson.created_at), seen(scope, RetroLesson)
    )
    return count().select_from(union_all(learned, lessons).subquery("kept"))


def documentation(scope: Scope, _dialect: str) -> Counted:
    """Return how much is there of the services' owners, descriptions, docs and runbooks, in
    percent, and of how many services: as `observe_documentation` counts for a gate.
    """
    parts = (
        Service.owner_id.is_not(None),
        func.trim(Service.about) != "",
        Service.docs_url != "",
        Service.runbook_url != "",
    )
    whole = func.count()
    there = sum((number(part) for part in parts[1:]), number(parts[0]))
    return select(100.0 * there / func.nullif(len(parts) * whole, 0), whole).where(
        of_scope(scope, Service)
    )


def monitoring(scope: Scope, _dialect: str) -> Counted:
    """Return which percentage of the services has samples in the window."""
    sampled = exists().where(
        within(scope, Measurement, Measurement.at),
        Measurement.name.in_(tuple(SAMPLED)),
        Measurement.service == Service.key,
        Measurement.source == "prometheus",
    )
    return share(sampled).where(of_scope(scope, Service))


def utilisation(scope: Scope, _dialect: str) -> Counted:
    """Return which percentage of the specialists finished an assignment."""
    busy = func.count(distinct(Assignment.specialist))
    return (
        select(100.0 * busy / max(len(scope.team), 1), func.count())
        .select_from(Assignment)
        .join(Task, Task.id == Assignment.task_id)
        .where(
            within(scope, Assignment, Assignment.ended_at),
            Assignment.state == AssignmentState.DONE,
            Assignment.specialist.in_(sorted(scope.team)),
            seen(scope, Task),
        )
    )


def skills(scope: Scope, _dialect: str) -> Counted:
    """Return which percentage of the learning items that ended or are overdue was done."""
    return _kept(scope, LearningItem, LearningState.DONE)


def adoption(scope: Scope, _dialect: str) -> Counted:
    """Return which percentage of the technologies moved to trial or adopt."""
    moved = exists().where(
        within(scope, TechnologyMove, TechnologyMove.moved_at),
        TechnologyMove.technology_id == Technology.id,
        TechnologyMove.ring.in_((Ring.TRIAL, Ring.ADOPT)),
    )
    there = and_(of_scope(scope, Technology), Technology.created_at < scope.until)
    return share(moved).where(there)


def improvements(scope: Scope, _dialect: str) -> Counted:
    """Return which percentage of the actions that ended or are overdue was done."""
    return _kept(scope, RetroAction, ActionState.DONE)


def _kept(scope: Scope, model: Any, done: str) -> Counted:
    """Return which percentage was done of what ended in the window, or was late at its end.

    What was late then and has ended since counts as late: a past window does not change.
    """
    late = and_(
        model.workspace_id == scope.workspace_id,
        model.due_on < scope.until.date(),
        or_(model.ended_at.is_(None), model.ended_at >= scope.until),
    )
    over = or_(within(scope, model, model.ended_at), late)
    ended = and_(model.state == done, model.ended_at < scope.until)
    return share(ended).where(over, seen(scope, model))


def _survey(scope: Scope, kind: SurveyKind, points: Any) -> Counted:
    answers = func.sum(Survey.answers)
    return select(1.0 * func.sum(points) / func.nullif(answers, 0), answers).where(
        within(scope, Survey, Survey.closed_at),
        Survey.kind == kind.value,
        Survey.answers.is_not(None),
        seen(scope, Survey),
    )


def satisfaction(scope: Scope, _dialect: str) -> Counted:
    """Return the mean score of team surveys with enough answers."""
    points = Survey.ones + 2 * Survey.twos + 3 * Survey.threes + 4 * Survey.fours + 5 * Survey.fives
    return _survey(scope, SurveyKind.TEAM, points)


def approval(scope: Scope, _dialect: str) -> Counted:
    """Return which percentage of the stakeholders' answers is 4 or 5."""
    return _survey(scope, SurveyKind.STAKEHOLDERS, 100.0 * (Survey.fours + Survey.fives))


def tasks(scope: Scope, _dialect: str) -> Counted:
    """Return how many tasks ended well."""
    return count().where(
        within(scope, Task, Task.ended_at), Task.state == TaskState.DONE, seen(scope, Task)
    )


def task_success(scope: Scope, _dialect: str) -> Counted:
    """Return which percentage of the tasks ended well."""
    return share(Task.state == TaskState.DONE).where(
        within(scope, Task, Task.ended_at),
        Task.state.in_((TaskState.DONE, TaskState.FAILED)),
        seen(scope, Task),
    )


def task_time(scope: Scope, dialect: str) -> Counted:
    """Return the median hours from wish to result."""
    hours = seconds(dialect, Task.created_at, Task.ended_at) / HOUR
    return median(
        select(hours.label("v")).where(
            within(scope, Task, Task.ended_at), Task.state == TaskState.DONE, seen(scope, Task)
        )
    )


_TAKEN = (DecisionState.ACCEPTED, DecisionState.REJECTED)


def decisions(scope: Scope, _dialect: str) -> Counted:
    """Return how many decisions were taken; being replaced moves `decided_at`, so those do not."""
    return count().where(
        within(scope, Decision, Decision.decided_at),
        Decision.state.in_(_TAKEN),
        seen(scope, Decision),
    )


def decision_time(scope: Scope, dialect: str) -> Counted:
    """Return the median hours from proposal to decision."""
    hours = seconds(dialect, Decision.created_at, Decision.decided_at) / HOUR
    return median(
        select(hours.label("v")).where(
            within(scope, Decision, Decision.decided_at),
            Decision.state.in_(_TAKEN),
            seen(scope, Decision),
        )
    )


def spend(scope: Scope, _dialect: str) -> Counted:
    """Return what model calls cost, in dollars, and how many there were."""
    dollars = func.coalesce(func.sum(COMMITTED), 0) / float(MICROS)
    return select(dollars, func.count()).where(
        within(scope, ModelCall, ModelCall.started_at), seen(scope, ModelCall)
    )


def task_cost(scope: Scope, _dialect: str) -> Counted:
    """Return what a task's model calls cost, in dollars, and of how many tasks."""
    many = func.count(distinct(ModelCall.task_id))
    return select(func.sum(COMMITTED) / float(MICROS) / func.nullif(many, 0), many).where(
        within(scope, ModelCall, ModelCall.started_at), seen(scope, ModelCall)
    )


TEAM: dict[str, Measure] = {
    "dependency-time": dependency_time,
    "knowledge": knowledge,
    "documentation": documentation,
    "monitoring": monitoring,
    "utilisation": utilisation,
    "skills": skills,
    "adoption": adoption,
    "improvements": improvements,
    "satisfaction": satisfaction,
    "approval": approval,
    "tasks": tasks,
    "task-success": task_success,
    "task-time": task_time,
    "decisions": decisions,
    "decision-time": decision_time,
    "spend": spend,
    "task-cost": task_cost,
}
