"""Finds what is remembered by its words: FTS5's bm25 on SQLite, weighted `ts_rank` on PostgreSQL.

Any word of a question counts, rare ones more. The work is bounded: words that stand nearly
everywhere are left out beside rarer ones, and alone they give the newest things that hold them.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
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
from storage.repositories.memory import seen

MOST_SCORED = 10_000
"""Ours: things that are scored for one question, some 20 ms of SQLite's time."""
NAME_WEIGHT = 4.0
"""Ours, from the tuning questions of `python -m tests.retrieval`: a word of the name beside one of
an observation."""
_RANKS = text("'{0.1, 0.1, 0.1, 0.4}'::float4[]")
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


class MemorySearchRepository(Repository):
    """Every search is one workspace's and one channel's view."""

    async def find(
        self, query: Query, words: Sequence[str], *, besides: Collection[int] = ()
    ) -> list[Hit]:
        """Return one result more than a page holds, where there are more; the best first.

        Things `besides` are left out: they are shown already.
        """
        counts = {word: await self._count(word) for word in words}
        known = sorted((word for word in words if counts[word]), key=lambda word: counts[word])
        if not known:
            return []
        rare: list[str] = []
        room = MOST_SCORED
        for word in known:
            if counts[word] <= room:
                rare.append(word)
                room -= counts[word]
        if not rare:
            return await self._newest(query, known, besides)
        if self.dialect == "sqlite":
            return await self._by_bm25(query, rare, besides)
        return await self._by_rank(query, rare, besides, counts)

    async def named(
        self, query: Query, keys: Collection[str], refs: Collection[str], *, most: int
    ) -> list[MemoryEntity]:
        """Return the newest things of these keys, or made of these records, within the search."""
        found = _within(select(MemoryEntity), query).where(
            or_(MemoryEntity.key.in_(keys), MemoryEntity.ref.in_(refs))
        )
        rows = await self.session.scalars(found.order_by(MemoryEntity.id.desc()).limit(most))
        return list(rows)

    async def newest(self, query: Query) -> list[Hit]:
        """Return the things that were noted last, for a search without words."""
        found = _within(select(MemoryEntity), query).order_by(
            MemoryEntity.updated_at.desc(), MemoryEntity.id.desc()
        )
        limit, offset = query.page
        rows = await self.session.scalars(found.limit(limit + 1).offset(offset))
        return [Hit(row, 0.0) for row in rows]

    async def _count(self, word: str) -> int:
        """Return in how many things a word stands, at most one more than are scored."""
        inner: Select[Any] = (
            select(literal_column("1")).select_from(self._index).where(self._matches([word]))
        )
        counted = inner.limit(MOST_SCORED + 1).subquery()
        return (await self.session.scalars(select(func.count()).select_from(counted))).one()

    async def _by_bm25(
        self, query: Query, words: Sequence[str], besides: Collection[int]
    ) -> list[Hit]:
        score = func.bm25(_MATCHED, NAME_WEIGHT, 1.0)
        return await self._scored(query, words, besides, -score)

    async def _by_rank(
        self,
        query: Query,
        words: Sequence[str],
        besides: Collection[int],
        counts: dict[str, int],
    ) -> list[Hit]:
        """Weigh each word by how few things hold it, which `ts_rank` itself does not."""
        newest = await self.session.scalars(select(func.max(_POSTGRES.c.entity_id)))
        whole = max(newest.one() or 1, *counts.values())
        score: ColumnElement[float] = literal_column("0.0")
        for place, word in enumerate(words):
            held = counts[word]
            weight = math.log(1 + (whole - held + 0.5) / (held + 0.5))
            asked = func.to_tsquery("english", bindparam(f"word{place}", f"'{word}'"))
            # 1: divided by one and the logarithm of the length.
            score += weight * func.ts_rank(_RANKS, _POSTGRES.c.words, asked, 1)
        return await self._scored(query, words, besides, score)

    async def _scored(
        self,
        query: Query,
        words: Sequence[str],
        besides: Collection[int],
        score: ColumnElement[float],
    ) -> list[Hit]:
        named = score.label("score")
        found: Any = select(MemoryEntity, named).select_from(self._index)
        found = found.join(MemoryEntity, self._row)
        found = _within(found, query).where(self._matches(words), MemoryEntity.id.not_in(besides))
        limit, offset = query.page
        found = found.order_by(named.desc(), MemoryEntity.id.desc()).limit(limit + 1).offset(offset)
        return [Hit(row[0], float(row[1])) for row in await self.session.execute(found)]

    async def _newest(
        self, query: Query, words: Sequence[str], besides: Collection[int]
    ) -> list[Hit]:
        """Return the newest things that hold all of the words; with none, those that hold any."""
        for joined in (" & ", " | "):
            found = select(MemoryEntity).select_from(self._index).join(MemoryEntity, self._row)
            found = _within(found, query).where(
                self._matches(words, joined=joined), MemoryEntity.id.not_in(besides)
            )
            limit, offset = query.page
            found = found.order_by(self._number.desc()).limit(limit + 1).offset(offset)
            rows = (await self.session.scalars(found)).all()
            if rows or offset:
                return [Hit(row, 0.0) for row in rows]
        return []

    @property
    def _index(self) -> TableClause:
        return _SQLITE if self.dialect == "sqlite" else _POSTGRES

    @property
    def _number(self) -> ColumnElement[int]:
        return _SQLITE.c.rowid if self.dialect == "sqlite" else _POSTGRES.c.entity_id

    @property
    def _row(self) -> ColumnElement[bool]:
        return MemoryEntity.id == self._number

    def _matches(self, words: Sequence[str], *, joined: str = " | ") -> ColumnElement[bool]:
        """Return the condition that any of the words stands there; words are letters and digits."""
        if self.dialect == "sqlite":
            operator = " OR " if joined == " | " else " AND "
            return _MATCHED.op("MATCH", is_comparison=True)(
                bindparam("match", operator.join(f'"{word}"' for word in words))
            )
        asked = func.to_tsquery("english", bindparam("match", joined.join(f"'{w}'" for w in words)))
        return _POSTGRES.c.words.op("@@", is_comparison=True)(asked)


def _within(found: Select[Any], query: Query) -> Select[Any]:
    """Return the search with what the asker may see and the filters."""
    found = found.where(MemoryEntity.workspace_id == query.workspace_id, seen(query.seen_from))
    if query.kinds:
        found = found.where(MemoryEntity.kind.in_(query.kinds))
    if query.service:
        found = found.where(_of_service(query.service))
    moment = exists().where(MemoryObservation.entity_id == MemoryEntity.id)
    if query.since is not None:
        moment = moment.where(MemoryObservation.at >= query.since)
    if query.until is not None:
        moment = moment.where(MemoryObservation.at < query.until)
    if query.since is not None or query.until is not None:
        found = found.where(moment)
    if query.here_only:
        here = exists().where(
            MemoryObservation.entity_id == MemoryEntity.id,
            MemoryObservation.channel_id == query.seen_from,
        )
        found = found.where(here)
    return found


def _of_service(name: str) -> ColumnElement[bool]:
    service = aliased(MemoryEntity)
    related = exists().where(
        MemoryRelation.source_id == MemoryEntity.id,
        MemoryRelation.target_id == service.id,
        MemoryRelation.ended_at.is_(None),
        service.kind == "service",
        service.key == key_of(name),
    )
    itself = (MemoryEntity.kind == "service") & (MemoryEntity.key == key_of(name))
    return or_(itself, related)
