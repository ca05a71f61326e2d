"""Finds what is remembered: exact names and records first, then whatever shares rare words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.decision.search import Text, rank
from bot.domain.memory import Query, content_words, key_of, names_in
from bot.domain.memory.query import refs_in
from storage.models import MemoryEntity, MemoryObservation
from storage.uow import UnitOfWork

MOST_NAMED = 5
"""Ours: things that stand first because the question names them."""
SUPPORTS = 0.5
"""Ours, as with decisions: what covers less of a question's words does not answer it."""
_LOOKED_AT = 20
"""Observations of a found thing among which the fitting ones are chosen."""
_SHOWN = 3
_NAME_WEIGHT = 2.0


@dataclass(frozen=True)
class Found:
    """A thing with those of its observations that fit best."""

    entity: MemoryEntity
    observations: tuple[MemoryObservation, ...]
    coverage: float
    """How much of the question its visible words cover, 0 to 1."""


@dataclass(frozen=True)
class Results:
    """One page, the best first."""

    found: tuple[Found, ...]
    more: bool


async def search(uow: UnitOfWork, query: Query) -> Results:
    """Return a page of what fits; without words, what was noted last.

    Nothing that the channel `query.seen_from` may not see is in it.
    """
    limit, offset = query.page
    if not query.text.strip():
        newest = [hit.entity for hit in await uow.memory_search.newest(query)]
        return Results(await _told(uow, query, newest[:limit]), len(newest) > limit)
    named = await _named(uow, query)
    ids = [entity.id for entity in named]
    beyond = replace(query, limit=limit, offset=max(0, offset - len(named)))
    hits = await uow.memory_search.find(beyond, content_words(query.text), besides=ids)
    entities = [*named[offset:], *(hit.entity for hit in hits)]
    return Results(await _told(uow, query, entities[:limit]), len(entities) > limit)


async def supporting(uow: UnitOfWork, query: Query) -> list[Found]:
    """Return what can answer a question: named in it, or covering enough of its words."""
    results = await search(uow, query)
    named = {entity.id for entity in await _named(uow, query)}
    return [
        one
        for one in results.found
        if one.observations and (one.entity.id in named or one.coverage >= SUPPORTS)
    ]


async def _named(uow: UnitOfWork, query: Query) -> list[MemoryEntity]:
    """Return what the question names, the longest name first."""
    keys, refs = names_in(query.text), refs_in(query.text)
    ids = await uow.memory.called(query.workspace_id, keys, refs)
    found = await uow.memory_search.among(query, ids, most=MOST_NAMED) if ids else []
    whole = key_of(query.text)
    return sorted(found, key=lambda one: (one.key != whole, one.ref not in refs, -len(one.key)))


async def _told(
    uow: UnitOfWork, query: Query, entities: Sequence[MemoryEntity]
) -> tuple[Found, ...]:
    """Choose what to show of each thing."""
    observed = await uow.memory.observations(
        query.workspace_id,
        [entity.id for entity in entities],
        seen_from=query.seen_from,
        each=_LOOKED_AT,
    )
    said = {entity.id: observed.get(entity.id, []) for entity in entities}
    whole = rank(
        query.text,
        {
            str(entity.id): Text(
                ((entity.name, _NAME_WEIGHT), *((row.text, 1.0) for row in said[entity.id]))
            )
            for entity in entities
        },
    )
    each = rank(
        query.text,
        {str(row.id): Text(((row.text, 1.0),)) for rows in said.values() for row in rows},
    )
    found = []
    for entity in entities:
        rows = sorted(
            said[entity.id],
            key=lambda row: -each[str(row.id)].score if str(row.id) in each else 0.0,
        )
        match = whole.get(str(entity.id))
        coverage = match.coverage if match else 0.0
        found.append(Found(entity, tuple(rows[:_SHOWN]), coverage))
    return tuple(found)
