"""What the KPIs' statements are made of: windows, what may be seen, shares, medians, moments.

Each measure is one statement with one row of (value, n), whatever its window holds; the database
does the counting.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    extract,
    false,
    func,
    or_,
    select,
)

from bot.domain.kpi.scope import Scope
from storage.models import Channel, MeasureOrigin

Counted: TypeAlias = Select[Any, Any]
"""A query of one row: a value, and of how many it is."""
Measure: TypeAlias = Callable[[Scope, str], Counted]
"""(scope, `sqlite` or `postgresql`) -> the statement."""
Column: TypeAlias = Any
"""A mapped column of any model."""

HOUR, MINUTE, DAY = 3600.0, 60.0, 86_400.0


def within(scope: Scope, model: Any, moment: Column) -> ColumnElement[bool]:
    """Return that a row is of the workspace and its moment in the window."""
    return and_(
        model.workspace_id == scope.workspace_id, moment >= scope.since, moment < scope.until
    )


def seen(scope: Scope, model: Any) -> ColumnElement[bool]:
    """Return that a channel's row may be counted: a private channel's only in `scope.rooms`."""
    private = exists().where(
        Channel.workspace_id == model.workspace_id,
        Channel.id == model.channel_id,
        Channel.is_private.is_(True),
    )
    open_to_all = or_(model.channel_id.in_(sorted(scope.rooms)), ~private)
    if not scope.channel_id:
        return open_to_all
    return and_(model.channel_id == scope.channel_id, open_to_all)


def of_scope(scope: Scope, model: Any) -> ColumnElement[bool]:
    """Return that a service or technology may be known: everybody's, or a room's own."""
    return and_(
        model.workspace_id == scope.workspace_id,
        or_(model.scope == "", model.scope.in_(sorted(scope.rooms))),
    )


def of_service(scope: Scope, model: Any) -> ColumnElement[bool]:
    """Return that a fact's origin is the scope's service; every fact without one."""
    if not scope.service:
        return ~false()
    return exists().where(
        MeasureOrigin.workspace_id == model.workspace_id,
        MeasureOrigin.source == model.source,
        MeasureOrigin.name == model.origin,
        MeasureOrigin.service == scope.service,
    )


def seconds(dialect: str, start: Column, end: Column) -> ColumnElement[Any]:
    """Return the seconds between two moments."""
    if dialect == "postgresql":
        return extract("epoch", end - start)
    return (func.julianday(end) - func.julianday(start)) * DAY


def number(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return how many rows are so."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def share(condition: ColumnElement[bool]) -> Counted:
    """Return which percentage of the rows is so, and of how many; add the rows."""
    whole = func.count()
    return select(100.0 * number(condition) / func.nullif(whole, 0), whole)


def count() -> Counted:
    """Return how many rows there are, as value and as n; add the rows."""
    return select(func.count(), func.count())


def mean(value: Column) -> Counted:
    """Return the mean of what is known, and of how many; add the rows."""
    return select(func.avg(value), func.count(value))


def median(values: Select[Any]) -> Counted:
    """Return the median of a statement's one column, called `v`, and of how many."""
    given = values.subquery("given")
    ranked = select(
        given.c.v,
        func.row_number().over(order_by=given.c.v).label("place"),
        func.count().over().label("n"),
    ).subquery("ranked")
    middle = or_(
        ranked.c.place == (ranked.c.n + 1) // 2,
        ranked.c.place == (ranked.c.n + 2) // 2,
    )
    return select(func.avg(ranked.c.v), func.coalesce(func.max(ranked.c.n), 0)).where(middle)
