"""Merges reports into facts: any order of them and any repetition gives the same rows.

How a column is merged stands in its `info` (storage/models/measure.py). A report that says nothing
new writes nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, case, func, literal, or_, select, update

from bot.domain.measure.fact import Fact, FactKind, Origin, in_order
from bot.domain.service import key_of
from storage.models import (
    Base,
    BranchStart,
    Deployment,
    IncidentFact,
    Measurement,
    MeasureOrigin,
    PullRequest,
    Service,
    WorkflowRun,
    WorkItem,
)
from storage.repositories.base import Repository, insert_into, table_of

MODELS: dict[FactKind, type[Base]] = {
    FactKind.DEPLOYMENT: Deployment,
    FactKind.PULL_REQUEST: PullRequest,
    FactKind.INCIDENT: IncidentFact,
    FactKind.WORK_ITEM: WorkItem,
    FactKind.WORKFLOW_RUN: WorkflowRun,
    FactKind.BRANCH_START: BranchStart,
}
Element = ColumnElement[Any]


class FactRepository(Repository):
    """Facts of a workspace, the places that they come from, and values that were measured."""

    async def merge(self, workspace_id: str, facts: Iterable[Fact]) -> None:
        """Merge reports into the rows that are there."""
        by_kind: dict[FactKind, list[dict[str, Any]]] = {}
        for fact in in_order(facts):
            by_kind.setdefault(fact.kind, []).append(_row(workspace_id, fact))
        for kind, rows in by_kind.items():
            await self.session.execute(_merge(MODELS[kind], self.dialect), rows)

    async def see(self, workspace_id: str, origins: Sequence[Origin]) -> None:
        """Note that something of these places was heard.

        A new one is the service that is called like it, or like the last part of its name.
        """
        for origin in origins:
            values = {
                "workspace_id": workspace_id,
                "source": origin.source,
                "name": origin.name,
                "service": _called_like(workspace_id, origin.name),
                "seen_at": origin.seen_at,
            }
            insert = insert_into(MeasureOrigin, self.dialect).values(values)
            later = insert.excluded.seen_at > MeasureOrigin.seen_at
            await self.session.execute(
                insert.on_conflict_do_update(
                    index_elements=["workspace_id", "source", "name"],
                    set_={"seen_at": insert.excluded.seen_at},
                    where=later,
                )
            )

    async def origins(self, workspace_id: str, *, limit: int) -> Sequence[MeasureOrigin]:
        """Return the places that were heard of, those without a service first, then by name."""
        query = (
            select(MeasureOrigin)
            .where(MeasureOrigin.workspace_id == workspace_id)
            .order_by(MeasureOrigin.service != "", MeasureOrigin.name, MeasureOrigin.source)
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def name_service(self, workspace_id: str, name: str, service: str) -> int:
        """Say which service a place is, in all sources; returns of how many places.

        What was measured of it before is the service's from now on, too, but for what its sender
        said to be of another one: several services may live in one repository.
        """
        called = (
            MeasureOrigin.workspace_id == workspace_id,
            func.lower(MeasureOrigin.name) == name.lower(),
        )
        found = (await self.session.scalars(select(MeasureOrigin).where(*called))).all()
        if found:
            values = update(Measurement).where(
                Measurement.workspace_id == workspace_id,
                Measurement.repository.in_({place.name for place in found}),
                Measurement.service.in_({"", *(place.service for place in found)}),
            )
            await self.session.execute(values.values(service=service))
            await self.session.execute(update(MeasureOrigin).where(*called).values(service=service))
        return len(found)

    async def service_of(self, workspace_id: str, name: str) -> str:
        """Return the service that a place is; empty when nobody said."""
        query = (
            select(MeasureOrigin.service)
            .where(
                MeasureOrigin.workspace_id == workspace_id,
                MeasureOrigin.name == name,
                MeasureOrigin.service != "",
            )
            .order_by(MeasureOrigin.source)
            .limit(1)
        )
        return (await self.session.scalars(query)).one_or_none() or ""

    async def incident_origin(self, workspace_id: str, source: str, key: str) -> str:
        """Return the place of an incident that is there; empty when it is not."""
        query = select(IncidentFact.origin).where(
            IncidentFact.workspace_id == workspace_id,
            IncidentFact.source == source,
            IncidentFact.key == key,
        )
        return (await self.session.scalars(query)).one_or_none() or ""

    async def measured(self, workspace_id: str, values: Mapping[str, Any]) -> bool:
        """Store a value unless its digest is there; returns whether it was new."""
        return await self.insert_unless_there(Measurement, {"workspace_id": workspace_id, **values})

    async def latest(
        self, workspace_id: str, service: str, names: Sequence[str], *, since: datetime
    ) -> dict[str, Measurement]:
        """Return the newest value of each name that was measured of a service since then."""
        query = (
            select(Measurement)
            .where(
                Measurement.workspace_id == workspace_id,
                Measurement.service == service,
                Measurement.name.in_(names),
                Measurement.at >= since,
            )
            .order_by(Measurement.at, Measurement.id)
        )
        return {row.name: row for row in await self.session.scalars(query)}


def _called_like(workspace_id: str, name: str) -> Element:
    """Return the key of the public service of that name, or an empty text."""
    whole, last = key_of(name), key_of(name.rpartition("/")[2])
    known = (
        select(Service.key)
        .where(
            Service.workspace_id == workspace_id,
            Service.scope == "",
            Service.key.in_((whole, last)),
        )
        .order_by(Service.key != whole)
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(known, literal(""))


def _row(workspace_id: str, fact: Fact) -> dict[str, Any]:
    said: dict[str, Any] = {
        "workspace_id": workspace_id,
        "source": fact.source,
        "key": fact.key,
        "origin": fact.origin,
        "version": fact.version,
        **fact.newest,
        **fact.most,
    }
    moments = {name: fact.firsts.get(name) for name in _firsts(fact.kind)}
    return said | moments


@cache
def _firsts(kind: FactKind) -> tuple[str, ...]:
    columns = table_of(MODELS[kind]).columns
    return tuple(column.name for column in columns if column.info.get("merge") == "first")


@cache
def _merge(model: type[Base], dialect: str) -> Any:
    """Return the statement that merges a row; it changes nothing when the report is not new."""
    table = table_of(model)
    insert = insert_into(model, dialect)
    given = insert.excluded
    values: dict[str, Element] = {}
    news: list[Element] = [given.version > table.c.version]
    for column in table.columns:
        way = column.info.get("merge")
        if way is None:
            continue
        merged, is_news = _WAYS[way](column, given[column.name], given, dialect)
        values[column.name] = merged
        news += is_news
    return insert.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_=values, where=or_(*news)
    )


Way = Callable[[Column[Any], Element, Any, str], tuple[Element, list[Element]]]


def _newest(column: Column[Any], new: Element, given: Any, _: str) -> tuple[Element, list[Element]]:
    is_newer = given.version > column.table.c.version
    return case((is_newer, new), else_=column), []


def _first(
    column: Column[Any], new: Element, _: Any, dialect: str
) -> tuple[Element, list[Element]]:
    is_news: list[Element] = [new.is_not(None) & or_(column.is_(None), new < column)]
    if dialect == "postgresql":
        return func.least(column, new), is_news
    return func.coalesce(func.min(column, new), column, new), is_news


def _most(column: Column[Any], new: Element, _: Any, dialect: str) -> tuple[Element, list[Element]]:
    greatest = func.greatest if dialect == "postgresql" else func.max
    return greatest(column, new), [new > column]


_WAYS: dict[str, Way] = {"newest": _newest, "first": _first, "most": _most}
