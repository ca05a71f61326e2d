"""Changes that other programs make to the memory: all of a call or nothing, nobody's words lost.

Whoever may do it is asked before (`bot.services.mcp_rights`); rows are locked in the one order that
`memory.remember_all` has, too, so that writers never wait for each other in a circle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.memory import check_name, check_text, key_of, kind_of
from bot.domain.memory.graph import Edge, Entity, View
from bot.errors import UserFacingError
from bot.services import memory
from bot.services.memory_graph import named
from storage.models import MemoryEntity, MemoryObservation, MemoryRelation
from storage.uow import UnitOfWork


@dataclass(frozen=True)
class Writer:
    """Who writes, where they look from and when."""

    view: View
    by: str
    """For the log and for relations: a person, or a program that is nobody's."""
    author: str | None
    """The person in whose name things are said, if it is one."""
    source: str
    at: datetime


async def create_entities(
    uow: UnitOfWork, writer: Writer, wanted: Sequence[Entity]
) -> list[Entity]:
    """Make entities, or add to those that are there; returns what is new of each.

    Raises UserFacingError for a name, kind or text that cannot be kept; then nothing is.
    """
    new: dict[str, Entity] = {}
    for one in wanted:
        name = check_name(one.name)
        texts = tuple(text for text in map(check_text, one.observations) if text)
        before = new.get(key_of(name), Entity(name, kind_of(one.kind)))
        new[key_of(name)] = replace(before, observations=(*before.observations, *texts))
    there = {
        row.key
        for row in await uow.memory.named(
            writer.view.workspace_id, list(new), [], seen_from=writer.view.channel_id
        )
    }
    names = {key: (one.kind, one.name) for key, one in new.items()}
    places = await _places(uow, writer, names)
    made = []
    for key, one in new.items():
        row = places[key]
        if row.kind == "note":
            row.kind = one.kind
        added = await _observe(uow, writer, row, one.observations)
        if added or key not in there:
            made.append(Entity(row.name, row.kind, added))
    return made


async def add_observations(
    uow: UnitOfWork, writer: Writer, wanted: Sequence[tuple[str, Sequence[str]]]
) -> list[tuple[str, tuple[str, ...]]]:
    """Add to entities that are there; returns (name, what was new) for each.

    Raises UserFacingError for an entity that is not there or a text that is too long; then nothing
    is added.
    """
    rows = await _all_named(uow, writer.view, [name for name, _ in wanted])
    said = [[text for text in map(check_text, texts) if text] for _, texts in wanted]
    places = await _places(uow, writer, {row.key: (row.kind, row.name) for row in rows})
    return [
        (row.name, await _observe(uow, writer, places[row.key], texts))
        for row, texts in zip(rows, said, strict=True)
    ]


async def create_relations(uow: UnitOfWork, writer: Writer, wanted: Sequence[Edge]) -> list[Edge]:
    """Let relations hold between entities that are there; returns those that did not before.

    Raises UserFacingError where an end is not there, or a kind is no word; then none is made.
    """
    kinds = [_relation_kind(edge.kind) for edge in wanted]
    sources = await _all_named(uow, writer.view, [edge.source for edge in wanted])
    targets = await _all_named(uow, writer.view, [edge.target for edge in wanted])
    starts = {row.key: (row.kind, row.name) for row in sources}
    places = await _places(uow, writer, starts, also=targets)
    made = []
    for kind, source, target in zip(kinds, sources, targets, strict=True):
        start, end = places[source.key], places.get(target.key, target)
        if await uow.memory.relate(start, end, kind, by=writer.by, now=writer.at):
            made.append(Edge(start.name, end.name, kind))
            start.updated_at = max(start.updated_at, writer.at)
    await uow.session.flush()
    return made


async def delete_relations(
    uow: UnitOfWork, writer: Writer, found: Sequence[MemoryRelation]
) -> None:
    """Let relations hold no longer; that they did stays as history."""
    workspace_id = writer.view.workspace_id
    await uow.memory_graph.end(workspace_id, [row.id for row in found], now=writer.at)
    for row in found:
        await uow.audit.add(
            workspace_id,
            writer.by,
            action="memory.relation_ended",
            noun="memory",
            noun_id=str(row.source_id),
            at=writer.at,
        )


async def relations_of(uow: UnitOfWork, view: View, wanted: Sequence[Edge]) -> list[MemoryRelation]:
    """Return the relations that hold between these names, as far as they may be seen."""
    ends = [edge.source for edge in wanted], [edge.target for edge in wanted]
    sources, targets = [await named(uow, view, names) for names in ends]
    found: dict[int, MemoryRelation] = {}
    for edge, starts, stops in zip(wanted, sources, targets, strict=True):
        rows = await uow.memory_graph.between(
            view.workspace_id,
            [row.id for row in starts],
            [row.id for row in stops],
            _relation_kind(edge.kind),
        )
        found |= {row.id: row for row in rows}
    return list(found.values())


async def observations_of(
    uow: UnitOfWork, view: View, wanted: Sequence[tuple[str, Sequence[str]]]
) -> list[tuple[MemoryObservation, MemoryEntity]]:
    """Return what says just these words of these entities, as far as it may be seen."""
    rows = await named(uow, view, [name for name, _ in wanted])
    found: dict[int, tuple[MemoryObservation, MemoryEntity]] = {}
    for entities, (_, texts) in zip(rows, wanted, strict=True):
        by_id = {row.id: row for row in entities}
        said = await uow.memory_graph.saying(
            view.workspace_id,
            list(by_id),
            [check_text(text) for text in texts],
            seen_from=view.channel_id,
        )
        found |= {row.id: (row, by_id[row.entity_id]) for row in said}
    return list(found.values())


def _relation_kind(word: str) -> str:
    kind = " ".join(word.split())
    if not 0 < len(kind) <= 40:
        raise UserFacingError(
            f"“{kind[:40]}” is no type of relation.", hint="Take 1 to 40 letters, e.g. depends_on."
        )
    return kind


async def _all_named(uow: UnitOfWork, view: View, names: Sequence[str]) -> list[MemoryEntity]:
    """Return what each name means there first; raises UserFacingError where it means nothing."""
    found = await named(uow, view, names)
    for name, rows in zip(names, found, strict=True):
        if not rows:
            raise UserFacingError(
                f"Entity with name {name[:80]} not found.", hint="Make it with create_entities."
            )
    return [rows[0] for rows in found]


async def _places(
    uow: UnitOfWork,
    writer: Writer,
    names: Mapping[str, tuple[str, str]],
    *,
    also: Sequence[MemoryEntity] = (),
) -> dict[str, MemoryEntity]:
    """Return by key the things that this writer writes to, made where there is none, all locked.

    What is said from a private channel is said of that channel's own thing; what is said elsewhere,
    of everybody's or a record's. Things in `also` are locked, too, as what is pointed at.
    """
    workspace_id = writer.view.workspace_id
    scope = await memory.scope_of(uow, workspace_id, writer.view.channel_id or None)
    known = await uow.memory.named(workspace_id, list(names), [], seen_from=scope)
    wanted: dict[tuple[str, str], tuple[str, str, MemoryEntity | None]] = {
        (row.scope, row.key): (row.kind, row.name, row) for row in also
    }
    places = {}
    for key, (kind, name) in names.items():
        mine = [row for row in known if row.key == key and (not scope or row.scope == scope)]
        row = min(mine, key=lambda one: (one.scope != "", -one.id), default=None)
        places[key] = (row.scope if row else scope, key)
        wanted[places[key]] = (kind, name, row)
    locked = {}
    for (where, key), (kind, name, row) in sorted(wanted.items(), key=lambda item: item[0]):
        there = await uow.memory.get(workspace_id, row.id) if row else None
        if there is None or there.forgotten_at is not None:
            there = await uow.memory.ensure(
                workspace_id, where, kind=kind, key=key, name=name, now=writer.at
            )
        locked[where, key] = there
    pointed_at = {row.key: locked[row.scope, row.key] for row in also}
    return pointed_at | {key: locked[place] for key, place in places.items()}


async def _observe(
    uow: UnitOfWork, writer: Writer, row: MemoryEntity, texts: Sequence[str]
) -> tuple[str, ...]:
    added = []
    for text in texts:
        new = await uow.memory.add(
            MemoryObservation(
                workspace_id=writer.view.workspace_id,
                entity_id=row.id,
                channel_id=writer.view.channel_id,
                text=text,
                author_id=writer.author,
                source=writer.source,
                at=writer.at,
            )
        )
        if new:
            added.append(text)
    if added:
        row.updated_at = max(row.updated_at, writer.at)
        await uow.session.flush()
    return tuple(added)
