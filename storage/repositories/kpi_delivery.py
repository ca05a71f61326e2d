"""KPIs of delivery: what sprints, defects, reviews and deployments come to in a window."""

from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, cast, func, select, union_all

from bot.domain.hand_off import HandOffState
from bot.domain.kpi.scope import Scope
from bot.domain.sprint.states import ItemState, SprintState
from storage.models import HandOff, PullRequest, Sprint, SprintItem, WorkItem
from storage.repositories.kpi_sql import (
    HOUR,
    Counted,
    Measure,
    median,
    number,
    of_service,
    seconds,
    seen,
    share,
    within,
)

_DONE = SprintItem.state == ItemState.DONE
_ALIVE = SprintItem.state != ItemState.DROPPED


def day_of(dialect: str, moment: Any) -> ColumnElement[Any]:
    """Return the UTC day of a moment, to be compared with a day."""
    if dialect == "postgresql":
        return cast(func.timezone("UTC", moment), Date)
    return func.date(moment)


def ended(scope: Scope) -> ColumnElement[bool]:
    """Return that a sprint was accepted and ended in the window, where it may be seen."""
    return and_(
        within(scope, Sprint, Sprint.ended_at),
        Sprint.state == SprintState.ENDED,
        Sprint.accepted_at.is_not(None),
        seen(scope, Sprint),
    )


def in_time(dialect: str) -> ColumnElement[bool]:
    """Return that an item was done by its sprint's last day."""
    return and_(_DONE, day_of(dialect, SprintItem.ended_at) <= Sprint.ends_on)


def _velocities(scope: Scope, dialect: str) -> Any:
    done = case((in_time(dialect), SprintItem.estimate), else_=0.0)
    return (
        select(func.coalesce(func.sum(done), 0.0).label("v"))
        .select_from(Sprint)
        .outerjoin(SprintItem, SprintItem.sprint_id == Sprint.id)
        .where(ended(scope), Sprint.unit == "points")
        .group_by(Sprint.id)
        .subquery("velocities")
    )


def velocity(scope: Scope, dialect: str) -> Counted:
    """Return the mean of what sprints came to."""
    each = _velocities(scope, dialect)
    return select(func.avg(each.c.v), func.count())


def spread(scope: Scope, dialect: str) -> Counted:
    """Return the mean of what sprints came to, their number and the mean of the squares."""
    each = _velocities(scope, dialect)
    return select(func.avg(each.c.v), func.count(), func.avg(each.c.v * each.c.v))


def completion(scope: Scope, dialect: str) -> Counted:
    """Return which percentage of the estimates was done."""
    done = func.sum(case((in_time(dialect), SprintItem.estimate), else_=0.0))
    whole = func.sum(SprintItem.estimate)
    return (
        select(100.0 * done / func.nullif(whole, 0), func.count())
        .select_from(SprintItem)
        .join(Sprint, Sprint.id == SprintItem.sprint_id)
        .where(ended(scope), _ALIVE, SprintItem.estimate.is_not(None))
    )


def on_time(scope: Scope, dialect: str) -> Counted:
    """Return which percentage of items and of hand-offs to us was done in time."""
    items = (
        select(number(in_time(dialect)).label("good"), func.count().label("n"))
        .select_from(SprintItem)
        .join(Sprint, Sprint.id == SprintItem.sprint_id)
        .where(ended(scope), _ALIVE)
    )
    kept = and_(HandOff.state == HandOffState.DONE, HandOff.ended_at <= HandOff.due_at)
    left = (HandOffState.DECLINED, HandOffState.WITHDRAWN)
    asked = select(number(kept).label("good"), func.count().label("n")).where(
        within(scope, HandOff, HandOff.due_at),
        HandOff.direction == "in",
        HandOff.state.not_in(left),
        seen(scope, HandOff),
    )
    both = union_all(items, asked).subquery("both")
    whole = func.sum(both.c.n)
    return select(100.0 * func.sum(both.c.good) / func.nullif(whole, 0), whole)


def defect_escape(scope: Scope, _dialect: str) -> Counted:
    """Return which percentage of the defects was found in production."""
    return share(WorkItem.escaped.is_(True)).where(
        within(scope, WorkItem, WorkItem.opened_at),
        WorkItem.kind == "defect",
        WorkItem.state != "dropped",
        of_service(scope, WorkItem),
    )


def review_turnaround(scope: Scope, dialect: str) -> Counted:
    """Return the median hours until the first review."""
    hours = seconds(dialect, PullRequest.opened_at, PullRequest.first_review_at) / HOUR
    return median(
        select(hours.label("v")).where(
            within(scope, PullRequest, PullRequest.first_review_at),
            PullRequest.opened_at.is_not(None),
            PullRequest.is_bot.is_(False),
            of_service(scope, PullRequest),
        )
    )


DELIVERY: dict[str, Measure] = {
    "velocity": velocity,
    "consistency": spread,
    "completion": completion,
    "on-time": on_time,
    "defect-escape": defect_escape,
    "review-turnaround": review_turnaround,
}
