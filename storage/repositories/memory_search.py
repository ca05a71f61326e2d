"""Finds what is remembered by its words: FTS5's bm25 on SQLite, weighted `ts_rank` on PostgreSQL.

Any word of a question counts, rare ones more. The work is bounded: words that stand nearly
everywhere are left out beside rarer ones, and alone they give the newest things that hold them.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    String,
    TableClause,
    bindparam,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.orm import aliased

from bot.domain.memory import Query, key_of
from storage.models import MemoryEntity, MemoryObservation, MemoryRelation
from storage.repositories.base import Repository
from storage.repositories.memory_seen import said, seen

MOST_SCORED = {"sqlite": 5_000, "postgresql": 2_000}
"""Ours: things that are scored for one question, those with rare words first: some 10 ms of
SQLite's time, 40 of PostgreSQL's, which reads each one's row."""
NAME_WEIGHT = 0.5
"""Ours, from the tuning questions of `python -m tests.retrieval`: a word of the name beside one of
an observation; the name's words are asked for once more by themselves."""
_RANKS = text("'{0.1, 0.1, 0.1, 0.3}'::float4[]")
"""PostgreSQL's weights of D, C, B and A: observations are D, the name is A."""
_SQLITE = table("memory_text", column("rowid"))
_POSTGRES = table("memory_text", column("entity_id"), column("words"))
_MATCHED: ColumnElement[Any] = literal_column("memory_text")
"""FTS5's way to name the whole row of the index."""


@dataclass(frozen=True)
class Hit:
    """A thing that was found; a higher score fits better, within one search."""

    entity: MemoryEntity
    score: float


@dataclass(frozen=True)
class _Shape:
    """Which conditions a search has; for each shape the statement is made once."""

    kinds: bool
    service: bool
    since: bool
    until: bool
    here_only: bool

    @classmethod
    def of(cls, query: Query) -> "_Shape":
        return cls(
            bool(query.kinds),
            bool(query.service),
            query.since is not None,
            query.until is not None,
            query.here_only,
        )


class MemorySearchRepository(Repository):
    """Every search is one workspace's and one channel's view."""

    async def find(
        self, query: Query, words: Sequence[str], *, besides: Collection[int] = ()
    ) -> list[Hit]:
        """Return one result more than a page holds, where there are more; the best first.

        Things `besides` are left out: they are shown already.
        """
        counts = await self._counts(words)
        known = sorted((word for word in words if counts[word]), key=lambda word: counts[word])
        if not known:
            return []
        rare: list[str] = []
        room = MOST_SCORED[self.dialect]
        for word in known:
            if counts[word] <= room:
                rare.append(word)
                room -= counts[word]
        if rare:
            return await self._scored(query, rare, besides, counts)
        # The newest that hold all of the words; where none does, those that hold any.
        for together in (True, False):
            statement = _newest(self.dialect, _Shape.of(query))
            given = _given(query, besides) | {"match": self._match(known, together=together)}
            found = [Hit(row, 0.0) for row in await self.session.scalars(statement, given)]
            if found or given["skipped"]:
                return found
        return []

    async def among(
        self, query: Query, entity_ids: Collection[int], *, most: int
    ) -> list[MemoryEntity]:
        """Return the newest of these things that are within the search."""
        given = _given(query) | {"ids": list(entity_ids), "shown": most, "skipped": 0}
        return list(await self.session.scalars(_among(_Shape.of(query)), given))

    async def seen_of(self, query: Query, observation_ids: Collection[int]) -> dict[int, int]:
        """Return which of these observations hold and are within the search, with their things.

        Two looks by keys: in one statement SQLite would read the whole workspace.
        """
        given = {"workspace_id": query.workspace_id, "seen_from": query.seen_from}
        rows = await self.session.execute(_HEARD, given | {"ids": list(observation_ids)})
        things = {row[0]: row[1] for row in rows}
        entity_ids = set(things.values())
        known = _given(query) | {"ids": list(entity_ids), "shown": len(entity_ids), "skipped": 0}
        found = await self.session.scalars(_known(_Shape.of(query)), known)
        seen_ids = set(found)
        return {number: thing for number, thing in things.items() if thing in seen_ids}

    async def heard(
        self, query: Query, observation_ids: Collection[int]
    ) -> Sequence[MemoryObservation]:
        """Return those of these observations that hold and may be seen."""
        given = {"workspace_id": query.workspace_id, "seen_from": query.seen_from}
        return (
            await self.session.scalars(_HEARD_WHOLE, given | {"ids": list(observation_ids)})
        ).all()

    async def newest(self, query: Query) -> list[Hit]:
        """Return the things that were noted last, for a search without words."""
        rows = await self.session.scalars(_noted(_Shape.of(query)), _given(query))
        return [Hit(row, 0.0) for row in rows]

    async def _counts(self, words: Sequence[str]) -> dict[str, int]:
        """Return in how many things each word stands, at most one more than are scored."""
        if not words:
            return {}
        given: dict[str, Any] = {"most": MOST_SCORED[self.dialect] + 1}
        given |= {f"match{n}": self._match([word]) for n, word in enumerate(words)}
        row = (await self.session.execute(_counted(self.dialect, len(words)), given)).one()
        return dict(zip(words, row, strict=True))

    async def _scored(
        self,
        query: Query,
        words: Sequence[str],
        besides: Collection[int],
        counts: dict[str, int],
    ) -> list[Hit]:
        given = _given(query, besides) | {"match": self._match(words)}
        if self.dialect == "sqlite":
            # The words once more, of the name alone: there they are rarer, and weigh more.
            given["match"] += f" OR name : ({given['match']})"
            statement = _by_bm25(_Shape.of(query))
        else:
            statement = _by_rank(_Shape.of(query), len(words))
            newest = await self.session.scalars(select(func.max(_POSTGRES.c.entity_id)))
            whole = max(newest.one() or 1, *counts.values())
            for place, word in enumerate(words):
                held = counts[word]
                given[f"word{place}"] = self._match([word])
                given[f"weight{place}"] = math.log(1 + (whole - held + 0.5) / (held + 0.5))
        rows = await self.session.execute(statement, given)
        return [Hit(row[0], float(row[1])) for row in rows]

    def _match(self, words: Sequence[str], *, together: bool = False) -> str:
        """Return the index's expression for any of the words, which are letters and digits."""
        if self.dialect == "sqlite":
            return (" AND " if together else " OR ").join(f'"{word}"' for word in words)
        return (" & " if together else " | ").join(f"'{word}'" for word in words)


def _given(query: Query, besides: Collection[int] = ()) -> dict[str, Any]:
    limit, offset = query.page
    return {
        "workspace_id": query.workspace_id,
        "seen_from": query.seen_from,
        "kinds": list(query.kinds),
        "service": key_of(query.service),
        "since": query.since,
        "until": query.until,
        "besides": list(besides),
        "shown": limit + 1,
        "skipped": offset,
    }


@cache
def _counted(dialect: str, number: int) -> Select[Any]:
    """Return the statement that counts so many words; one statement for all of a question."""
    counts = []
    for place in range(number):
        one: Select[Any] = select(literal_column("1").label("one")).select_from(_index(dialect))
        one = one.where(_matches(dialect, f"match{place}")).limit(bindparam("most"))
        counts.append(select(func.count()).select_from(one.subquery()).scalar_subquery())
    return select(*counts)


@cache
def _by_bm25(shape: _Shape) -> Select[Any]:
    score = (-func.bm25(_MATCHED, NAME_WEIGHT, 1.0)).label("score")
    return _ranked("sqlite", shape, score)


@cache
def _by_rank(shape: _Shape, number: int) -> Select[Any]:
    """Weigh each word by how few things hold it, which `ts_rank` itself does not."""
    score: ColumnElement[Any] = literal_column("0.0")
    for place in range(number):
        asked = func.to_tsquery("english", bindparam(f"word{place}", type_=String))
        weight = bindparam(f"weight{place}", type_=Float)
        # 1: divided by one and the logarithm of the length.
        score += weight * func.ts_rank(_RANKS, _POSTGRES.c.words, asked, 1)
    return _ranked("postgresql", shape, score.label("score"))


def _ranked(dialect: str, shape: _Shape, score: Any) -> Select[Any]:
    found = _joined(select(MemoryEntity, score), dialect, shape)
    return _page(found.order_by(score.desc(), MemoryEntity.id.desc()))


@cache
def _newest(dialect: str, shape: _Shape) -> Select[Any]:
    return _page(_joined(select(MemoryEntity), dialect, shape).order_by(_number(dialect).desc()))


@cache
def _noted(shape: _Shape) -> Select[Any]:
    found = _within(select(MemoryEntity), shape)
    return _page(found.order_by(MemoryEntity.updated_at.desc(), MemoryEntity.id.desc()))


@cache
def _among(shape: _Shape) -> Select[Any]:
    found = _within(select(MemoryEntity), shape).where(
        MemoryEntity.id.in_(bindparam("ids", expanding=True))
    )
    return _page(found.order_by(MemoryEntity.id.desc()))


_HELD = (
    MemoryObservation.workspace_id == bindparam("workspace_id"),
    MemoryObservation.id.in_(bindparam("ids", expanding=True)),
    said(),
)
_HEARD = select(MemoryObservation.id, MemoryObservation.entity_id).where(*_HELD)
_HEARD_WHOLE = select(MemoryObservation).where(*_HELD)


@cache
def _known(shape: _Shape) -> Select[Any]:
    numbers: Any = select(MemoryEntity.id)
    ids: Any = bindparam("ids", expanding=True)
    return _page(_within(numbers, shape).where(MemoryEntity.id.in_(ids)))


def _joined(found: Select[Any], dialect: str, shape: _Shape) -> Select[Any]:
    found = found.select_from(_index(dialect))
    found = found.join(MemoryEntity, MemoryEntity.id == _number(dialect))
    return _within(found, shape).where(
        _matches(dialect, "match"), MemoryEntity.id.not_in(bindparam("besides", expanding=True))
    )


def _page(found: Select[Any]) -> Select[Any]:
    return found.limit(bindparam("shown")).offset(bindparam("skipped"))


def _index(dialect: str) -> TableClause:
    return _SQLITE if dialect == "sqlite" else _POSTGRES


def _number(dialect: str) -> ColumnElement[int]:
    return _SQLITE.c.rowid if dialect == "sqlite" else _POSTGRES.c.entity_id


def _matches(dialect: str, name: str) -> ColumnElement[bool]:
    given = bindparam(name, type_=String)
    if dialect == "sqlite":
        return _MATCHED.op("MATCH", is_comparison=True)(given)
    return _POSTGRES.c.words.op("@@", is_comparison=True)(func.to_tsquery("english", given))


def _within(found: Select[Any], shape: _Shape) -> Select[Any]:
    """Return the search with what the asker may see and the filters."""
    found = found.where(MemoryEntity.workspace_id == bindparam("workspace_id"), seen())
    if shape.kinds:
        found = found.where(MemoryEntity.kind.in_(bindparam("kinds", expanding=True)))
    if shape.service:
        found = found.where(_of_service())
    moment = exists().where(MemoryObservation.entity_id == MemoryEntity.id, said())
    if shape.since:
        moment = moment.where(MemoryObservation.at >= bindparam("since"))
    if shape.until:
        moment = moment.where(MemoryObservation.at < bindparam("until"))
    if shape.here_only:
        moment = moment.where(MemoryObservation.channel_id == bindparam("seen_from"))
    if shape.since or shape.until or shape.here_only:
        # Any observation of the thing, also where a search looks at observations.
        found = found.where(moment.correlate(MemoryEntity))
    return found


def _of_service() -> ColumnElement[bool]:
    service = aliased(MemoryEntity)
    related = exists().where(
        MemoryRelation.source_id == MemoryEntity.id,
        MemoryRelation.target_id == service.id,
        MemoryRelation.ended_at.is_(None),
        service.kind == "service",
        service.key == bindparam("service"),
    )
    itself = (MemoryEntity.kind == "service") & (MemoryEntity.key == bindparam("service"))
    return or_(itself, related)
