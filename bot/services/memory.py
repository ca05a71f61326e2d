"""What the lead remembers: noted, opened by name, corrected, forgotten; each within its scope.

A thing of a private channel is that channel's own: nobody finds it elsewhere. What is said in
public channels is about one and the same thing, whatever the channel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.memory import Note, Relation, check_name, check_text, key_of, kind_of
from bot.errors import Bug, NotFound, UserFacingError
from storage.models import MemoryEntity, MemoryObservation, MemoryRelation
from storage.uow import UnitOfWork

MOST_OBSERVATIONS = 50
"""Ours: of a thing that is opened, the newest so many."""
MOST_RELATIONS = 100
RECORD = "record"
"""The source of what a record without a number says."""


@dataclass(frozen=True)
class Remembered:
    """The thing, and whether anything was new."""

    entity: MemoryEntity
    new: bool


@dataclass(frozen=True)
class Node:
    """A thing with what is known of it, as far as the asker may see it."""

    entity: MemoryEntity
    observations: tuple[MemoryObservation, ...]
    """The newest first."""
    outward: tuple[tuple[MemoryRelation, MemoryEntity], ...] = ()
    inward: tuple[tuple[MemoryRelation, MemoryEntity], ...] = ()
    """Relations from others to it."""


async def remember(uow: UnitOfWork, note: Note) -> Remembered:
    """Store a note: its thing is made or added to, what stands there already changes nothing.

    Several notes of one transaction go through `remember_all`. Raises UserFacingError for a note
    without a name or too long, Bug for a channel that is not known.
    """
    return (await remember_all(uow, [note]))[0]


async def remember_all(uow: UnitOfWork, notes: Sequence[Note]) -> list[Remembered]:
    """Store notes of one workspace. Things are locked in one order, so that writers never wait for
    each other in a circle.
    """
    wanted: dict[tuple[str, str], tuple[str, str]] = {}
    planned: list[tuple[Note, str, list[tuple[Relation, str]]]] = []
    for note in notes:
        scope = await scope_of(uow, note.workspace_id, note.channel_id)
        name = check_name(note.name)
        _want(wanted, scope, kind_of(note.kind), name)
        targets = []
        for relation in note.relations:
            target_scope = await _scope_of_target(uow, note.workspace_id, scope, relation.to)
            _want(wanted, target_scope, kind_of(relation.to_kind), check_name(relation.to))
            targets.append((relation, target_scope))
        planned.append((note, scope, targets))
    made = {}
    for (scope, key), (kind, name) in sorted(wanted.items()):
        made[scope, key] = await uow.memory.ensure(
            notes[0].workspace_id, scope, kind=kind, key=key, name=name, now=notes[0].at
        )
    return [
        await _store(
            uow,
            note,
            made[scope, key_of(check_name(note.name))],
            [(one.kind, made[where, key_of(check_name(one.to))]) for one, where in targets],
        )
        for note, scope, targets in planned
    ]


def _want(wanted: dict[tuple[str, str], tuple[str, str]], scope: str, kind: str, name: str) -> None:
    known = wanted.get((scope, key_of(name)))
    if known is None or known[0] == "note":
        wanted[scope, key_of(name)] = (kind, name)


async def _store(
    uow: UnitOfWork,
    note: Note,
    entity: MemoryEntity,
    related: Sequence[tuple[str, MemoryEntity]],
) -> Remembered:
    if entity.workspace_id != note.workspace_id:
        raise Bug("notes of several workspaces were stored as one")
    if entity.kind == "note":
        entity.kind = kind_of(note.kind)
    text, new = check_text(note.text), False
    if text:
        new = await uow.memory.add(
            MemoryObservation(
                workspace_id=note.workspace_id,
                entity_id=entity.id,
                channel_id=note.channel_id or "",
                thread_id=note.thread_id,
                text=text,
                author_id=note.author,
                source=note.source[:64],
                ts=note.ts,
                at=note.at,
            )
        )
    for kind, target in related:
        new |= await uow.memory.relate(entity, target, kind[:40], by=note.author, now=note.at)
    if new and note.at > entity.updated_at:
        entity.updated_at = note.at
    if entity in uow.session.dirty:
        await uow.session.flush()
    return Remembered(entity, new)


async def scope_of(uow: UnitOfWork, workspace_id: str, channel_id: str | None) -> str:
    """Return whose thing a note of a channel is about: the channel's own where it is private or
    others than this company read there, else everybody's.

    Raises Bug for a channel without a row: nobody knows whether it is private.
    """
    if not channel_id:
        return ""
    channel = await uow.channels.find(workspace_id, channel_id)
    if channel is None:
        raise Bug("something was to be remembered of a channel that is not known")
    return channel_id if channel.is_private or channel.is_shared is not False else ""


async def _scope_of_target(uow: UnitOfWork, workspace_id: str, scope: str, name: str) -> str:
    """Return where a related thing is found: the channel's own one, else everybody's, else new."""
    known = await uow.memory.named(workspace_id, [key_of(name)], [], seen_from=scope)
    scopes = {row.scope for row in known}
    return "" if scope not in scopes and "" in scopes else scope


async def open_nodes(
    uow: UnitOfWork, workspace_id: str, names: Sequence[str], *, seen_from: str
) -> list[Node]:
    """Return what is known of these names, or records such as `D-12`, in the order asked.

    A name that the channel `seen_from` may not see is as one that is not there.
    """
    found: list[MemoryEntity] = []
    known = await uow.memory.named(
        workspace_id,
        [key_of(name) for name in names],
        [name.strip().upper() for name in names],
        seen_from=seen_from,
    )
    for name in names:
        mine = [e for e in known if e.key == key_of(name) or e.ref == name.strip().upper()]
        found += [e for e in mine if e not in found]
    return await nodes(uow, workspace_id, found, seen_from=seen_from)


async def nodes(
    uow: UnitOfWork, workspace_id: str, entities: Sequence[MemoryEntity], *, seen_from: str
) -> list[Node]:
    """Return things with their observations and relations, as far as they may be seen there."""
    ids = [entity.id for entity in entities]
    observed = await uow.memory.observations(
        workspace_id, ids, seen_from=seen_from, each=MOST_OBSERVATIONS
    )
    relations = await uow.memory.relations(
        workspace_id, ids, seen_from=seen_from, limit=MOST_RELATIONS
    )
    return [
        Node(
            entity,
            tuple(observed.get(entity.id, ())),
            tuple(
                (row, other)
                for row, other in relations
                if (row.source_id, row.target_id) == (entity.id, other.id)
            ),
            tuple(
                (row, other)
                for row, other in relations
                if (row.target_id, row.source_id) == (entity.id, other.id)
            ),
        )
        for entity in entities
    ]


async def find_observation(
    uow: UnitOfWork, workspace_id: str, observation_id: int, *, seen_from: str
) -> tuple[MemoryObservation, MemoryEntity]:
    """Return what was said under a number, with its thing, locked; raises NotFound."""
    found = await uow.memory.observation(workspace_id, observation_id, seen_from=seen_from)
    if found is None:
        raise NotFound(
            "note", f"#{observation_id}", hint="`/lead memory <name>` shows the numbers."
        )
    return found


async def correct(
    uow: UnitOfWork,
    workspace_id: str,
    observation_id: int,
    text: str,
    *,
    by: str,
    at: datetime,
    seen_from: str,
) -> MemoryObservation:
    """Put other words in the place of what was said; the old ones stay as history.

    Raises NotFound, and UserFacingError for what a record says: the record itself is corrected.
    """
    old, entity = await find_observation(uow, workspace_id, observation_id, seen_from=seen_from)
    _must_be_a_note(old, entity, hint=f"Change {_record_of(entity)}, or add a note.")
    new = MemoryObservation(
        workspace_id=workspace_id,
        entity_id=entity.id,
        channel_id=old.channel_id,
        thread_id=old.thread_id,
        text=check_text(text),
        author_id=by,
        source=old.source,
        at=at,
    )
    if not new.text:
        raise UserFacingError("What is right?", hint=f"E.g. `/lead memory correct #{old.id} …`.")
    await uow.memory.supersede(workspace_id, [old.id], by=by, now=at)
    if not await uow.memory.add(new):
        raise UserFacingError(
            f"{entity.name} says that already.",
            hint=f"`/lead memory forget #{old.id}` takes the wrong words away.",
        )
    entity.updated_at = max(entity.updated_at, at)
    await uow.session.flush()
    return new


async def forget_observation(
    uow: UnitOfWork,
    workspace_id: str,
    observation_id: int,
    *,
    by: str,
    at: datetime,
    seen_from: str,
) -> MemoryEntity:
    """Remove one thing that was said, with nothing left of it.

    Raises NotFound, and UserFacingError for what a record says: it would be read from there again.
    """
    old, entity = await find_observation(uow, workspace_id, observation_id, seen_from=seen_from)
    all_of_it = f"`/lead memory forget {_record_of(entity)}`"
    _must_be_a_note(
        old, entity, hint=f"Change {_record_of(entity)}, or have all of it forgotten: {all_of_it}."
    )
    await uow.memory.remove_observation(workspace_id, old.id)
    await _note(uow, entity, by=by, at=at, action="memory.observation_forgotten")
    return entity


def _record_of(entity: MemoryEntity) -> str:
    return entity.ref or entity.name


def _must_be_a_note(old: MemoryObservation, entity: MemoryEntity, *, hint: str) -> None:
    """Raise UserFacingError for what a record says by itself."""
    own = entity.record_id is not None and old.source in (entity.ref, RECORD)
    if own and old.author_id is None:
        raise UserFacingError(f"#{old.id} is what {_record_of(entity)} says.", hint=hint)


async def forget_entity(
    uow: UnitOfWork, workspace_id: str, entity: MemoryEntity, *, by: str, at: datetime
) -> None:
    """Remove a thing with all that is known of it; what it was made of is not read again."""
    locked = await uow.memory.get(workspace_id, entity.id)
    if locked is None or locked.forgotten_at is not None:
        return  # somebody was faster
    await _note(uow, locked, by=by, at=at, action="memory.forgotten")
    await uow.memory.remove(locked, now=at)


async def _note(
    uow: UnitOfWork, entity: MemoryEntity, *, by: str, at: datetime, action: str
) -> None:
    """Leave a line without any words of it."""
    await uow.audit.add(
        entity.workspace_id, by, action=action, noun="memory", noun_id=str(entity.id), at=at
    )
