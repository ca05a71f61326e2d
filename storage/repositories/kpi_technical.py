"""Technical KPIs: samples of Prometheus, incidents, reports, debts, performance targets."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from bot.domain.kpi.scope import Scope
from bot.domain.sprint.states import ItemState
from storage.models import (
    Debt,
    IncidentFact,
    Measurement,
    PerformanceTarget,
    Service,
    Sprint,
    SprintItem,
    WorkflowRun,
)
from storage.repositories.dora import LEAST_LEVEL
from storage.repositories.kpi_delivery import ended
from storage.repositories.kpi_sql import (
    HOUR,
    MINUTE,
    Counted,
    Measure,
    mean,
    of_scope,
    of_service,
    seconds,
    seen,
    share,
    within,
)


def _named(scope: Scope, names: tuple[str, ...]) -> ColumnElement[bool]:
    """Return that a value has one of the names, and is not of a private channel's service."""
    named = and_(within(scope, Measurement, Measurement.at), Measurement.name.in_(names))
    if scope.service:
        named = and_(named, Measurement.service == scope.service)
    known = select(Service.key).where(of_scope(scope, Service))
    every = select(Service.key).where(Service.workspace_id == scope.workspace_id)
    return and_(named, or_(Measurement.service.not_in(every), Measurement.service.in_(known)))


def samples(*names: str) -> Measure:
    """Return the measure of the mean of all Prometheus samples of a name in the window."""

    def measure(scope: Scope, _dialect: str) -> Counted:
        return mean(Measurement.value).where(
            _named(scope, names), Measurement.source == "prometheus"
        )

    return measure


def newest(scope: Scope, names: tuple[str, ...], *more: Any) -> Any:
    """Return the newest value `v` of each repository and service in the window; of each of `more`
    columns, too. A main branch's comes before that of no branch, and this before all others', of
    which `branch` is the name; it is NULL for the first two.
    """
    branch = Measurement.branch
    of_main = func.lower(branch).in_(sorted(scope.main_branches))
    place = func.row_number().over(
        partition_by=(*more, Measurement.repository, Measurement.service),
        order_by=(
            case((of_main, 0), (branch == "", 1), else_=2),
            Measurement.at.desc(),
            Measurement.id,
        ),
    )
    other = case((or_(of_main, branch == ""), None), else_=branch)
    ranked = (
        select(Measurement.value.label("v"), other.label("branch"), place.label("place"))
        .where(_named(scope, names))
        .subquery("ranked")
    )
    return select(ranked.c.v, ranked.c.branch).where(ranked.c.place == 1).subquery("newest")


def _with_branches(found: Any, value: ColumnElement[Any]) -> Counted:
    """Return value and n, how many are of another branch than the main one, and its name."""
    return select(value, func.count(), func.count(found.c.branch), func.min(found.c.branch))


def coverage(scope: Scope, _dialect: str) -> Counted:
    """Return the mean of the newest line coverages."""
    found = newest(scope, ("coverage.lines",))
    return _with_branches(found, func.avg(found.c.v))


def vulnerabilities(scope: Scope, _dialect: str) -> Counted:
    """Return the sum of the newest counts, of each tool by itself; as gates count them."""
    names = ("vulnerabilities.critical", "vulnerabilities.high", "vulnerabilities.unknown")
    found = newest(scope, names, Measurement.source, Measurement.name)
    return _with_branches(found, func.sum(found.c.v))


def mttd(scope: Scope, dialect: str) -> Counted:
    """Return the mean minutes from an incident's beginning to its detection."""
    minutes = seconds(dialect, IncidentFact.started_at, IncidentFact.detected_at) / MINUTE
    return mean(minutes).where(
        within(scope, IncidentFact, IncidentFact.detected_at),
        IncidentFact.level >= LEAST_LEVEL,
        IncidentFact.started_at.is_not(None),
        of_service(scope, IncidentFact),
    )


def acknowledged(scope: Scope, dialect: str) -> Counted:
    """Return the mean hours from an incident's detection to its acknowledgement, of those that
    the mean time to recovery counts.
    """
    hours = seconds(dialect, IncidentFact.detected_at, IncidentFact.acknowledged_at) / HOUR
    return mean(hours).where(
        within(scope, IncidentFact, IncidentFact.resolved_at),
        IncidentFact.level >= LEAST_LEVEL,
        IncidentFact.acknowledged_at >= IncidentFact.detected_at,
        of_service(scope, IncidentFact),
    )


def reliability(scope: Scope, _dialect: str) -> Counted:
    """Return which percentage of commits and workflows did not both fail and succeed."""
    runs = (
        select(
            func.max(case((WorkflowRun.state == "failure", 1), else_=0)).label("failed"),
            func.max(case((WorkflowRun.state == "success", 1), else_=0)).label("passed"),
        )
        .where(
            within(scope, WorkflowRun, WorkflowRun.ended_at),
            WorkflowRun.state.in_(("failure", "success")),
            of_service(scope, WorkflowRun),
        )
        .group_by(WorkflowRun.source, WorkflowRun.origin, WorkflowRun.commit, WorkflowRun.name)
        .subquery("runs")
    )
    return share(runs.c.failed + runs.c.passed < 2).select_from(runs)


def debt_ratio(scope: Scope, _dialect: str) -> Counted:
    """Return days of open debt for 100 days of work done; NULL where no debt was ever noted."""
    noted = exists().where(Debt.workspace_id == scope.workspace_id, seen(scope, Debt))
    effort = (
        select(func.coalesce(func.sum(Debt.effort_days), 0))
        .where(Debt.workspace_id == scope.workspace_id, Debt.state == "open", seen(scope, Debt))
        .scalar_subquery()
    )
    debt = case((noted, effort))
    days: Any = case((Sprint.unit == "points", scope.point_days), else_=1.0) * SprintItem.estimate
    return (
        select(100.0 * debt / func.nullif(func.sum(days), 0), func.count())
        .select_from(SprintItem)
        .join(Sprint, Sprint.id == SprintItem.sprint_id)
        .where(
            ended(scope),
            SprintItem.state == ItemState.DONE,
            SprintItem.estimate.is_not(None),
        )
    )


def sla(scope: Scope, _dialect: str) -> Counted:
    """Return which percentage of the measured performance targets is kept."""
    kept = or_(
        and_(
            PerformanceTarget.comparison == "most",
            PerformanceTarget.current <= PerformanceTarget.value,
        ),
        and_(
            PerformanceTarget.comparison == "least",
            PerformanceTarget.current >= PerformanceTarget.value,
        ),
    )
    return share(kept).where(
        within(scope, PerformanceTarget, PerformanceTarget.measured_at),
        PerformanceTarget.state == "open",
        PerformanceTarget.current.is_not(None),
        seen(scope, PerformanceTarget),
    )


TECHNICAL: dict[str, Measure] = {
    "p50": samples("latency.p50", "p50"),
    "p95": samples("latency.p95", "p95"),
    "p99": samples("latency.p99", "p99"),
    "availability": samples("availability"),
    "error-rate": samples("error.rate", "error_rate"),
    "capacity": samples("cpu"),
    "mttd": mttd,
    "coverage": coverage,
    "test-reliability": reliability,
    "debt-ratio": debt_ratio,
    "sla": sla,
    "vulnerabilities": vulnerabilities,
}
