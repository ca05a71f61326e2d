"""The memory as a graph for other programs: by name, by words, page by page, always bounded.

Two things of one name (a channel's own and everybody's, a record and what is noted of it) are one
entity here: for other programs a name is what an entity is known by.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.domain.cursor import number_of_cursor
from bot.domain.memory import Query, check_name, key_of
from bot.domain.memory.graph import Edge, Entity, Graph, Saying, View
from bot.errors import UserFacingError
from bot.services.embedding_search import Meanings
from bot.services.memory import MOST_OBSERVATIONS
from bot.services.memory_search import Found, search
from storage.models import MemoryEntity, MemoryObservation
from storage.uow import UnitOfWork

MOST_ENTITIES = 200
"""Ours: of one page of the whole memory, some hundred kilobytes."""
MOST_NAMES = 100
MOST_EDGES = 500
MOST_CHARS = 200_000
"""Ours, of observations in one answer: what a model can read at all. One entity may exceed it."""
_FURTHER = "There are further results: ask for something rarer."
_IN_A_RESULT = 10
"""Observations of a found entity: those that fit best, then the newest."""


async def page(uow: UnitOfWork, view: View, *, cursor: str = "", limit: int = 50) -> Graph:
    """Return a page of all that may be seen, the newest entities first.

    Raises UserFacingError for a cursor that is none of ours.
    """
    before, most = number_of_cursor(cursor), max(1, min(limit, MOST_ENTITIES))
    rows = await uow.memory_graph.page(
        view.workspace_id, seen_from=view.channel_id, before=before, limit=most + 1
    )
    return await _graph(
        uow,
        view,
        rows[:most],
        following=lambda shown: str(rows[shown - 1].id) if len(rows) > shown else "",
    )


async def find(
    uow: UnitOfWork, view: View, query: Query, *, meanings: Meanings | None = None
) -> Graph:
    """Return what fits the words best, exact names first; with `meanings`, other words for it."""
    results = await search(uow, query, meanings=meanings)
    found = results.found
    graph = await _graph(
        uow,
        view,
        [one.entity for one in found],
        each=_IN_A_RESULT,
        best=found,
        following=lambda shown: query.after(shown) if results.more or shown < len(found) else "",
    )
    if graph.following or not results.more:
        return graph
    return replace(graph, left_out=f"{graph.left_out} {_FURTHER}".strip())


async def open_named(uow: UnitOfWork, view: View, names: Sequence[str]) -> Graph:
    """Return the entities of these names, or made of these records, in the order asked.

    A name that may not be seen is as one that is not there.
    """
    found = await named(uow, view, names)
    rows = list({row.id: row for same in found for row in same}.values())
    return await _graph(uow, view, rows)


async def sayings(uow: UnitOfWork, view: View, graph: Graph) -> tuple[Saying, ...]:
    """Return who said what is shown of entities, when, and what it comes from."""
    found = await named(uow, view, [entity.name for entity in graph.entities])
    rows = {row.id: row for same in found for row in same}
    texts = {text for entity in graph.entities for text in entity.observations}
    told = await uow.memory_graph.saying(
        view.workspace_id, list(rows), texts, seen_from=view.channel_id
    )
    said: dict[int, list[MemoryObservation]] = {}
    for one in told:
        said.setdefault(one.entity_id, []).append(one)
    return tuple(
        Saying(
            entity=row.name,
            text=one.text,
            at=one.at,
            by=one.author_id or "",
            source=one.source or f"note #{one.id}",
        )
        for entity, same in zip(graph.entities, found, strict=True)
        for row in same
        for one in said.get(row.id, ())
        if one.text in entity.observations
    )


async def named(uow: UnitOfWork, view: View, names: Sequence[str]) -> list[Sequence[MemoryEntity]]:
    """Return for each name the things that it can mean, a channel's own before everybody's."""
    wanted = [(_key(name), name.strip().upper()) for name in names]
    known = await uow.memory.named(
        view.workspace_id,
        [key for key, _ in wanted],
        [ref for _, ref in wanted],
        seen_from=view.channel_id,
    )
    own_first = sorted(known, key=lambda row: (row.scope != view.channel_id, row.scope != ""))
    return [[row for row in own_first if row.key == key or row.ref == ref] for key, ref in wanted]


def _key(name: str) -> str:
    """Return how a name is looked up: as it would have been stored."""
    try:
        return key_of(check_name(name))
    except UserFacingError:
        return key_of(name)


async def _graph(
    uow: UnitOfWork,
    view: View,
    rows: Sequence[MemoryEntity],
    *,
    each: int = MOST_OBSERVATIONS,
    best: Sequence[Found] = (),
    following: Callable[[int], str] | None = None,
) -> Graph:
    """Return these things, as many as an answer has room for.

    `following` says where the next part begins after so many of them.
    """
    observed = await uow.memory.observations(
        view.workspace_id, [row.id for row in rows], seen_from=view.channel_id, each=each + 1
    )
    first = {found.entity.id: found.observations for found in best}
    texts = {row.id: _texts(first.get(row.id, ()), observed.get(row.id, ())) for row in rows}
    cut = [row.name for row in rows if len(texts[row.id]) > each]
    texts = {number: said[:each] for number, said in texts.items()}
    shown = _that_fit(rows, texts)
    edges, more = await _edges(uow, view, shown)
    over = [] if following else [row.name for row in rows[len(shown) :]]
    return Graph(
        _merged(shown, texts),
        edges,
        _left_out(cut, each, over, edges=more),
        following(len(shown)) if following and shown else "",
    )


def _that_fit(
    rows: Sequence[MemoryEntity], texts: Mapping[int, tuple[str, ...]]
) -> Sequence[MemoryEntity]:
    room = MOST_CHARS
    for place, row in enumerate(rows):
        room -= sum(map(len, texts[row.id]))
        if room < 0 and place:
            return rows[:place]
    return rows


def _texts(
    best: Sequence[MemoryObservation], newest: Sequence[MemoryObservation]
) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.text for row in (*best, *newest)))


def _merged(
    rows: Sequence[MemoryEntity], texts: Mapping[int, tuple[str, ...]]
) -> tuple[Entity, ...]:
    same: dict[str, list[MemoryEntity]] = {}
    for row in rows:
        same.setdefault(row.key, []).append(row)
    return tuple(
        Entity(
            name=found[0].name,
            kind=next((row.kind for row in found if row.kind != "note"), "note"),
            observations=tuple(dict.fromkeys(text for row in found for text in texts[row.id])),
        )
        for found in same.values()
    )


async def _edges(
    uow: UnitOfWork, view: View, rows: Sequence[MemoryEntity]
) -> tuple[tuple[Edge, ...], bool]:
    """Return the relations of these things, and whether there are more."""
    found = await uow.memory.relations(
        view.workspace_id, [row.id for row in rows], seen_from=view.channel_id, limit=MOST_EDGES + 1
    )
    names = {row.id: row.name for row in rows} | {other.id: other.name for _, other in found}
    edges = dict.fromkeys(
        Edge(names[row.source_id], names[row.target_id], row.kind)
        for row, _ in sorted(found, key=lambda pair: pair[0].id)
    )
    # What lies between two of these things was found from both ends.
    return tuple(edges)[:MOST_EDGES], len({row.id for row, _ in found}) > MOST_EDGES


def _left_out(cut: Sequence[str], each: int, over: Sequence[str], *, edges: bool) -> str:
    said = []
    if cut:
        said.append(f"Only {each} observations are shown of {_some(cut)}.")
    if over:
        said.append(f"There is no room for {_some(over)}: ask for fewer at once.")
    if edges:
        said.append(f"Only {MOST_EDGES} relations are shown.")
    return " ".join(said)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" and others" if len(names) > 5 else "")
