"""What model calls cost in a window, split up; settled, or reserved where that is not known."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Result,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    null,
    or_,
    select,
)

from bot.domain.cost import By, CostLine
from bot.domain.kpi.scope import Scope
from storage.long_reads import read_long
from storage.models import Assignment, ModelCall, Plan, Task
from storage.repositories.base import Repository
from storage.repositories.kpi_delivery import day_of
from storage.repositories.kpi_sql import seen, within
from storage.repositories.ledger import COMMITTED

LEAD = "lead"
"""Whose calls are no specialist's: planning, answering, the synthesis."""
_OWN_STEPS = ("score", "sprint:estimates")
"""Begin the names of specialists' steps beside their assignments (`bot.services.matrix_scoring`,
`bot.services.sprint_steps`)."""


class CostRow(NamedTuple):
    """One line of the file: what one specialist's calls of a task cost on a day with a model."""

    day: date
    channel_id: str
    task: int
    specialist: str
    model: str
    calls: int
    tokens_in: int
    tokens_out: int
    micros: int


_SUM = select(func.coalesce(func.sum(COMMITTED), 0), func.count()).select_from(ModelCall)


def _line(rows: Result[*tuple[Any, ...]]) -> CostLine:
    row = rows.one()
    return CostLine("", int(row[0]), int(row[1]))


class CostRepository(Repository):
    """A scope's calls: those of private channels elsewhere are in the total and nowhere else."""

    async def total(self, scope: Scope) -> CostLine:
        """Return what all calls of `scope.workspace_id` cost, private channels' too."""
        query = _SUM.where(within(scope, ModelCall, ModelCall.started_at))
        return _line(await read_long(self.session, query))

    async def seen_total(self, scope: Scope) -> CostLine:
        """Return what those calls of `scope.workspace_id` cost that may be split up."""
        query = _SUM.where(within(scope, ModelCall, ModelCall.started_at), seen(scope, ModelCall))
        return _line(await read_long(self.session, query))

    async def split(self, scope: Scope, by: By, *, limit: int) -> Sequence[CostLine]:
        """Return the dearest lines of a split of `scope.workspace_id`, days in their order."""
        name = self._name(by, scope)
        micros = func.coalesce(func.sum(COMMITTED), 0)
        query: Select[Any] = select(name.label("name"), micros, func.count())
        query = _joined(query, by).where(
            within(scope, ModelCall, ModelCall.started_at), seen(scope, ModelCall)
        )
        order = (name,) if by == "days" else (micros.desc(), func.count().desc(), name)
        rows = await read_long(self.session, query.group_by(name).order_by(*order).limit(limit))
        return [CostLine(str(row[0]), int(row[1]), int(row[2])) for row in rows]

    async def daily(
        self, workspace_id: str, *, since: datetime, until: datetime
    ) -> Sequence[tuple[date, int]]:
        """Return what each UTC day of the workspace cost, of days with a call."""
        day = day_of(self.dialect, ModelCall.started_at)
        query = (
            select(day, func.sum(COMMITTED))
            .where(
                ModelCall.workspace_id == workspace_id,
                ModelCall.started_at >= since,
                ModelCall.started_at < until,
            )
            .group_by(day)
        )
        return [(_day(row[0]), int(row[1] or 0)) for row in await read_long(self.session, query)]

    async def first(self, workspace_id: str) -> datetime | None:
        """Return when the workspace's first call that is known was made."""
        query = select(func.min(ModelCall.started_at)).where(ModelCall.workspace_id == workspace_id)
        return (await self.session.scalars(query)).one()

    async def rows(self, scope: Scope, *, limit: int) -> Sequence[CostRow]:
        """Return the lines of the file of `scope.workspace_id`, oldest first."""
        parts = (
            day_of(self.dialect, ModelCall.started_at),
            ModelCall.channel_id,
            Task.number,
            self._name("specialists", scope),
            ModelCall.model,
        )
        query = (
            select(
                *parts,
                func.count(),
                func.sum(ModelCall.tokens_in),
                func.sum(ModelCall.tokens_out),
                func.coalesce(func.sum(COMMITTED), 0),
            )
            .select_from(ModelCall)
            .join(Task, Task.id == ModelCall.task_id)
            .outerjoin(Assignment, and_(Assignment.task_id == ModelCall.task_id, _is_of_call()))
            .where(within(scope, ModelCall, ModelCall.started_at), seen(scope, ModelCall))
            .group_by(*parts)
            .order_by(*parts)
            .limit(limit)
        )
        return [
            CostRow(_day(row[0]), *row[1:5], *(int(value or 0) for value in row[5:]))
            for row in await read_long(self.session, query)
        ]

    def _name(self, by: By, scope: Scope) -> ColumnElement[Any]:
        """Return what a line is called; a task by its number."""
        if by == "days":
            return day_of(self.dialect, ModelCall.started_at)
        names: dict[str, Any] = {
            "channels": ModelCall.channel_id,
            "tasks": Task.number,
            "specialists": func.coalesce(Assignment.specialist, _by_step(scope), LEAD),
            "models": ModelCall.model,
        }
        found: ColumnElement[Any] = names[by]
        return found


def _by_step(scope: Scope) -> ColumnElement[Any]:
    """Return whose call it is by its step's name, NULL for nobody's: scores of a matrix and
    estimates of a sprint are no assignments.
    """
    told = [
        (ModelCall.step.endswith(f":{what}:{name}", autoescape=True), name)
        for name in sorted(scope.team)
        for what in _OWN_STEPS
    ]
    return case(*told, else_=null()) if told else null()


def _joined(query: Select[Any], by: By) -> Select[Any]:
    query = query.select_from(ModelCall)
    if by == "tasks":
        return query.join(Task, Task.id == ModelCall.task_id)
    if by == "specialists":
        here = and_(Assignment.task_id == ModelCall.task_id, _is_of_call())
        return query.outerjoin(Assignment, here)
    return query


def _is_of_call() -> ColumnElement[bool]:
    """Return that a call is an assignment's: its step is `r<round>:work:<key>`, with turns."""
    round_of = select(Plan.round).where(Plan.id == Assignment.plan_id).scalar_subquery()
    step = "r" + cast(round_of, String) + ":work:" + Assignment.key
    turn = step + ":t"
    return or_(ModelCall.step == step, func.substr(ModelCall.step, 1, func.length(turn)) == turn)


def _day(value: Any) -> date:
    """Return a day; SQLite gives its text."""
    return value if isinstance(value, date) else date.fromisoformat(str(value))
