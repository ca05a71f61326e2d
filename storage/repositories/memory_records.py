"""Which rows are to be remembered and are not yet, or moved since they were read."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from bot.domain.decision import DecisionState
from bot.domain.forget import REMOVED
from bot.domain.task import TaskState
from storage.models import (
    ArchitectureReview,
    Decision,
    Matrix,
    MemoryEntity,
    QualityGate,
    Service,
    ServiceDependency,
    Task,
    Workspace,
)
from storage.models.base import UtcDateTime
from storage.prepared import Prepared
from storage.repositories.base import Repository, app_is_there

_DECIDED = (
    DecisionState.ACCEPTED,
    DecisionState.REJECTED,
    DecisionState.EXPIRED,
    DecisionState.DEPRECATED,
    DecisionState.SUPERSEDED,
)
_GONE = REMOVED.removesuffix("]")
"""How a text begins that was removed, whether forgotten or past its retention."""


Since: TypeAlias = datetime | ColumnElement[Any] | None
_SINCE = bindparam("since", type_=UtcDateTime)


class MemoryRecordRepository(Repository):
    """Each answer is bounded; workspaces that removed the app wait.

    With `since` only what ended, was decided or measured from then on is looked at, by indexes:
    that does not grow with what is remembered already.
    """

    async def any_unread(self, since: datetime | None = None) -> bool:
        """Return whether any row is to be read: one question, as mostly there is none."""
        if since is None:
            found = await _any_unread(None).one(self.session)
        else:
            found = await _any_unread(_SINCE).one(self.session, since=since)
        return found is not None and any(found)

    async def decisions(self, since: datetime | None = None, *, limit: int) -> Sequence[Decision]:
        """Return decisions that are decided, the first to change first."""
        return await self._first(_decisions(since), limit)

    async def tasks(self, since: datetime | None = None, *, limit: int) -> Sequence[Task]:
        """Return tasks that ended with a recommendation."""
        return await self._first(_tasks(since), limit)

    async def matrices(self, since: datetime | None = None, *, limit: int) -> Sequence[Matrix]:
        """Return matrices whose scores everybody may see."""
        return await self._first(_matrices(since), limit)

    async def reviews(
        self, since: datetime | None = None, *, limit: int
    ) -> Sequence[ArchitectureReview]:
        """Return architecture reviews that were summed up."""
        return await self._first(_reviews(since), limit)

    async def gates(self, since: datetime | None = None, *, limit: int) -> Sequence[QualityGate]:
        """Return each place's newest result of its main branch; older ones are history."""
        return await self._first(_gates(since), limit)

    async def services(self, since: datetime | None = None, *, limit: int) -> Sequence[Service]:
        """Return services that are new or moved."""
        return await self._first(_services(since), limit)

    async def changed_services(
        self, since: datetime | None = None, *, limit: int
    ) -> Sequence[Service]:
        """Return services whose dependencies changed since they were read."""
        return await self._first(_changed_services(since), limit)

    async def dependencies(
        self, workspace_id: str, service_id: str
    ) -> list[tuple[ServiceDependency, Service]]:
        """Return what a service needs, with the services needed."""
        query = (
            select(ServiceDependency, Service)
            .join(Service, Service.id == ServiceDependency.needs_id)
            .where(
                ServiceDependency.workspace_id == workspace_id,
                ServiceDependency.service_id == service_id,
                ServiceDependency.ended_at.is_(None),
            )
        )
        return [(row[0], row[1]) for row in await self.session.execute(query)]

    async def last_change(self, workspace_id: str, service_id: str) -> Any:
        """Return when a service's dependencies changed last; None for never."""
        query = select(
            func.max(func.coalesce(ServiceDependency.ended_at, ServiceDependency.added_at))
        ).where(
            ServiceDependency.workspace_id == workspace_id,
            ServiceDependency.service_id == service_id,
        )
        return (await self.session.scalars(query)).one()

    async def _first(self, query: Select[Any], limit: int) -> Sequence[Any]:
        return (await self.session.scalars(query.limit(limit))).all()


@cache
def _any_unread(since: Since) -> Prepared:
    asked = (_decisions, _tasks, _matrices, _reviews, _gates, _services, _changed_services)
    return Prepared(select(*(query(since).order_by(None).exists() for query in asked)))


def _from(moment: InstrumentedAttribute[Any], since: Since) -> ColumnElement[bool]:
    """Return that a row's moment is not before; its workspace is named for the index's sake."""
    if since is None:
        return true()
    workspaces = select(Workspace.id)
    return and_(moment.class_.workspace_id.in_(workspaces), moment >= since)


def _decisions(since: Since) -> Select[Any]:
    query = select(Decision).where(
        _from(Decision.decided_at, since), or_(*(Decision.state == state for state in _DECIDED))
    )
    query = _unread(query, Decision, Decision.updated_at, Decision.title)
    return query.order_by(Decision.updated_at, Decision.number)


def _tasks(since: Since) -> Select[Any]:
    done = Task.state == TaskState.DONE
    if since is not None:
        # SQLite would else take the index by state, and visit all that are done.
        done = func.coalesce(Task.state, "") == TaskState.DONE
    query = select(Task).where(_from(Task.ended_at, since), done, Task.synthesis.is_not(None))
    return _unread(query, Task, Task.updated_at, Task.title).order_by(Task.updated_at)


def _matrices(since: Since) -> Select[Any]:
    query = select(Matrix).where(_from(Matrix.updated_at, since), Matrix.revealed_at.is_not(None))
    return _unread(query, Matrix, Matrix.updated_at, Matrix.question).order_by(Matrix.updated_at)


def _reviews(since: Since) -> Select[Any]:
    query = select(ArchitectureReview).where(
        _from(ArchitectureReview.closed_at, since),
        ArchitectureReview.closed_at.is_not(None),
        ArchitectureReview.summary.is_not(None),
        app_is_there(ArchitectureReview.workspace_id),
        ~exists().where(_of(ArchitectureReview)),
    )
    return query.order_by(ArchitectureReview.closed_at)


def _gates(since: Since) -> Select[Any]:
    place = (QualityGate.workspace_id, QualityGate.scope, QualityGate.repository,
             QualityGate.service)  # fmt: skip
    lately: ColumnElement[bool] = true()
    if since is not None:
        # Its index by moment is not taken otherwise: another has all that is asked for.
        lately = QualityGate.id.in_(select(QualityGate.id).where(_from(QualityGate.at, since)))
    newest = (
        select(*place, func.max(QualityGate.at).label("at"))
        .where(QualityGate.is_main.is_(True), lately)
        .group_by(*place)
        .subquery()
    )
    other = aliased(QualityGate)
    query = (
        select(QualityGate)
        .join(newest, and_(*_same(QualityGate, newest.c, "at")))
        .where(
            QualityGate.is_main.is_(True),
            app_is_there(QualityGate.workspace_id),
            ~exists().where(
                *_same(other, QualityGate, "at"),
                other.is_main.is_(True),
                other.id < QualityGate.id,
            ),
            ~exists().where(_of(QualityGate)),
        )
    )
    return query.order_by(QualityGate.at)


def _services(since: Since) -> Select[Any]:
    query = select(Service).where(_from(Service.updated_at, since))
    query = _unread(query, Service, Service.updated_at, Service.name)
    return query.order_by(Service.updated_at)


def _changed_services(since: Since) -> Select[Any]:
    changed = exists().where(
        _of(Service),
        MemoryEntity.forgotten_at.is_(None),
        ServiceDependency.service_id == Service.id,
        or_(
            ServiceDependency.added_at > MemoryEntity.recorded_at,
            ServiceDependency.ended_at > MemoryEntity.recorded_at,
        ),
    )
    query = select(Service).where(app_is_there(Service.workspace_id), changed)
    if since is not None:
        lately = or_(ServiceDependency.added_at >= since, ServiceDependency.ended_at >= since)
        query = query.where(Service.id.in_(select(ServiceDependency.service_id).where(lately)))
    return query.order_by(Service.id)


def _same(one: Any, other: Any, *more: str) -> list[ColumnElement[bool]]:
    """Return that two results are of the same place, and agree in `more`."""
    names = ("workspace_id", "scope", "repository", "service", *more)
    return [getattr(one, name) == getattr(other, name) for name in names]


def _of(table: Any) -> ColumnElement[bool]:
    return and_(MemoryEntity.workspace_id == table.workspace_id, MemoryEntity.record_id == table.id)


def _unread(
    query: Select[Any],
    table: Any,
    moved_at: InstrumentedAttribute[Any],
    title: InstrumentedAttribute[str],
) -> Select[Any]:
    """Return the rows that nothing was made of since they moved, or lost their title."""
    known = aliased(MemoryEntity)
    still = or_(
        ~title.startswith(_GONE, autoescape=True), known.name.contains(_GONE, autoescape=True)
    )
    read = exists().where(
        known.workspace_id == table.workspace_id,
        known.record_id == table.id,
        or_(known.forgotten_at.is_not(None), and_(known.recorded_at >= moved_at, still)),
    )
    return query.where(app_is_there(table.workspace_id), ~read)
