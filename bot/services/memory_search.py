"""Finds what is remembered: exact names and records first, then what shares rare words.

Where finding by meaning is on, what means the same comes in between: two rankings become one.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from bot.domain.decision.search import Match, Text, rank
from bot.domain.memory import Query, content_words, key_of, names_in
from bot.domain.memory.embedding import MEANT, fused
from bot.domain.memory.query import refs_in
from bot.services.embedding_search import Meanings, Near
from storage.models import MemoryEntity, MemoryObservation
from storage.uow import UnitOfWork

MOST_NAMED = 5
"""Ours: things that stand first because the question names them."""
SUPPORTS = 0.5
"""Ours, as with decisions: what covers less of a question's words does not answer it."""
_LOOKED_AT = 20
"""Observations of a found thing among which the fitting ones are chosen."""
_LONG = 100_000
"""Ours, in characters of what is found: more would keep everybody else waiting, up to a second."""
_SHOWN = 3
_NAME_WEIGHT = 2.0
DEPTH = 50
"""Ours: so many of each ranking become one."""


@dataclass(frozen=True)
class Found:
    """A thing with those of its observations that fit best."""

    entity: MemoryEntity
    observations: tuple[MemoryObservation, ...]
    coverage: float
    """How much of the question its visible words cover, 0 to 1."""
    similarity: float = 0.0
    """How near its meaning comes, a cosine; 0 where that is off or far."""


@dataclass(frozen=True)
class Results:
    """One page, the best first."""

    found: tuple[Found, ...]
    more: bool


@dataclass(frozen=True)
class _Ranked:
    """Things in their order, and how near those come that were found by meaning."""

    entities: list[MemoryEntity]
    near: Mapping[int, Near] = field(default_factory=dict)


async def search(uow: UnitOfWork, query: Query, *, meanings: Meanings | None = None) -> Results:
    """Return a page of what fits; without words, what was noted last.

    Nothing that the channel `query.seen_from` may not see is in it. With `meanings`, also what
    says the same in other words.
    """
    limit, offset = query.page
    if not query.text.strip():
        newest = [hit.entity for hit in await uow.memory_search.newest(query)]
        return Results(await _told(uow, query, newest[:limit], {}), len(newest) > limit)
    named = await _named(uow, query)
    beyond = replace(query, limit=limit, offset=max(0, offset - len(named)))
    besides = {entity.id for entity in named}
    if meanings is None:
        ranked = _Ranked(await _by_words(uow, beyond, besides))
    else:
        ranked = await _by_both(uow, beyond, besides, meanings)
    entities = [*named[offset:], *ranked.entities]
    told = await _told(uow, query, entities[:limit], ranked.near)
    return Results(told, len(entities) > limit)


async def _by_words(uow: UnitOfWork, query: Query, besides: Collection[int]) -> list[MemoryEntity]:
    hits = await uow.memory_search.find(query, content_words(query.text), besides=besides)
    return [hit.entity for hit in hits]


async def _by_both(uow: UnitOfWork, query: Query, besides: Set[int], meanings: Meanings) -> _Ranked:
    """Return the page's things of both rankings, and one more where there are more.

    Behind both rankings' first ones come the others that share words.
    """
    limit, offset = query.page
    deep = replace(query, limit=DEPTH, offset=0)
    worded = await _by_words(uow, deep, besides)
    near = {one.entity_id: one for one in await meanings.nearest(uow, deep, most=DEPTH)}
    order = fused([row.id for row in worded], [one for one in near if one not in besides])
    rows = {row.id: row for row in worded}
    page = order[offset : offset + limit + 1]
    beyond = [number for number in page if number not in rows]
    rows |= {row.id: row for row in await uow.memory_search.among(deep, beyond, most=len(beyond))}
    found = [rows[number] for number in page if number in rows]
    if len(page) <= limit and len(worded) > DEPTH:
        rest = replace(query, offset=max(0, offset - len(order)))
        found += await _by_words(uow, rest, besides | set(order))
    return _Ranked(found, near)


async def supporting(
    uow: UnitOfWork, query: Query, *, meanings: Meanings | None = None
) -> list[Found]:
    """Return what can answer a question: named in it, covering enough of its words, or near it."""
    results = await search(uow, query, meanings=meanings)
    named = {entity.id for entity in await _named(uow, query)}
    return [
        one
        for one in results.found
        if one.observations
        and (one.entity.id in named or one.coverage >= SUPPORTS or one.similarity >= MEANT)
    ]


async def _named(uow: UnitOfWork, query: Query) -> list[MemoryEntity]:
    """Return what the question names, the longest name first."""
    keys, refs = names_in(query.text), refs_in(query.text)
    ids = await uow.memory.called(query.workspace_id, keys, refs)
    found = await uow.memory_search.among(query, ids, most=MOST_NAMED) if ids else []
    whole = key_of(query.text)
    return sorted(found, key=lambda one: (one.key != whole, one.ref not in refs, -len(one.key)))


async def _told(
    uow: UnitOfWork, query: Query, entities: Sequence[MemoryEntity], near: Mapping[int, Near]
) -> tuple[Found, ...]:
    """Choose what to show of each thing."""
    said = await _said(uow, query, entities, near)
    things = {
        str(entity.id): Text(
            ((entity.name, _NAME_WEIGHT), *((row.text, 1.0) for row in said[entity.id]))
        )
        for entity in entities
    }
    lines = {str(row.id): Text(((row.text, 1.0),)) for rows in said.values() for row in rows}
    if sum(len(row.text) for rows in said.values() for row in rows) > _LONG:
        whole, each = await asyncio.to_thread(_ranked, query.text, things, lines)
    else:
        whole, each = _ranked(query.text, things, lines)
    found = []
    for entity in entities:
        meant = near.get(entity.id)
        nearest = meant.observation_id if meant else None
        rows = sorted(
            said[entity.id],
            key=lambda row: (
                -each[str(row.id)].score if str(row.id) in each else 0.0, row.id != nearest
            ),
        )  # fmt: skip
        # What the thing was found by is shown, whatever else shares a word.
        beyond = [row for row in rows[_SHOWN:] if row.id == nearest]
        shown = [*rows[: _SHOWN - len(beyond)], *beyond]
        match = whole.get(str(entity.id))
        coverage = match.coverage if match else 0.0
        similarity = meant.similarity if meant else 0.0
        found.append(Found(entity, tuple(shown), coverage, similarity))
    return tuple(found)


def _ranked(
    question: str, things: Mapping[str, Text], lines: Mapping[str, Text]
) -> tuple[dict[str, Match], dict[str, Match]]:
    return rank(question, things), rank(question, lines)


async def _said(
    uow: UnitOfWork, query: Query, entities: Sequence[MemoryEntity], near: Mapping[int, Near]
) -> dict[int, list[MemoryObservation]]:
    """Return each thing's newest observations, and the one that it was found by."""
    ids = [entity.id for entity in entities]
    found = await uow.memory.observations(
        query.workspace_id, ids, seen_from=query.seen_from, each=_LOOKED_AT
    )
    said = {number: found.get(number, []) for number in ids}
    there = {row.id for rows in said.values() for row in rows}
    meant = {near[number].observation_id for number in ids if number in near} - there
    for row in await uow.memory_search.heard(query, meant) if meant else ():
        said[row.entity_id].append(row)
    return said
