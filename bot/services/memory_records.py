"""Remembers what rows say: a tick reads those that are new or moved, once, and safely again."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.forget import REMOVED
from bot.domain.memory import LONGEST_TEXT, Relation, check_name, key_of
from bot.errors import UserFacingError
from bot.services import memory_outcomes, memory_sources
from bot.services.context import Context
from bot.services.memory import RECORD
from bot.services.memory_sources import Recorded
from storage.models import MemoryEntity, MemoryObservation
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)
Row = TypeVar("Row")

KEPT_HISTORY = 30
"""Ours: what a record said before, e.g. a gate of each run of CI; older texts are removed."""
WHOLE_EVERY = timedelta(minutes=5)
"""Ours: what moves without a new end, e.g. a record imported with its old date, is found then."""
OVERLAP = timedelta(minutes=2)
"""Ours: far more than a transaction takes from the moment it writes down to its commit."""
BATCH = 50
"""Ours: rows of each kind that one tick reads; a hundred a second are enough to catch up."""


class Looked:
    """How far one process has looked; nothing to keep: a new one begins with all of it."""

    def __init__(self) -> None:
        self._until: datetime | None = None
        self._whole_at: datetime | None = None

    def since(self, now: datetime) -> datetime | None:
        """Return from when on rows are to be looked at; None: all of them."""
        if self._whole_at is None or now - self._whole_at >= WHOLE_EVERY:
            return None
        return self._until

    def through(self, now: datetime, since: datetime | None) -> None:
        """Note that all from `since` was read at `now`."""
        self._until = now - OVERLAP
        if since is None:
            self._whole_at = now


async def sweep(ctx: Context, *, looked: Looked | None = None, batch: int = BATCH) -> int:
    """Remember what is decided, done, revealed or registered since; returns how many rows."""
    looked, now = looked or Looked(), ctx.clock.now()
    since = looked.since(now)
    async with ctx.database.read() as uow:
        found = uow.memory_records
        if not await found.any_unread(since):
            looked.through(now, since)
            return 0
        decisions = await found.decisions(since, limit=batch)
        tasks = await found.tasks(since, limit=batch)
        matrices = await found.matrices(since, limit=batch)
        reviews = await found.reviews(since, limit=batch)
        gates = await found.gates(since, limit=batch)
        services = await found.services(since, limit=batch)
        services = services or await found.changed_services(since, limit=batch)
    # Services whose dependencies changed may be left for the next look.
    if not services and max(map(len, (decisions, tasks, matrices, reviews, gates))) < batch:
        looked.through(now, since)
    count = await _read(ctx, decisions, memory_sources.of_decision)
    count += await _read(ctx, tasks, memory_sources.of_task)
    count += await _read(ctx, matrices, memory_sources.of_matrix)
    count += await _read(ctx, reviews, memory_outcomes.of_review)
    count += await _read(ctx, gates, memory_outcomes.of_gate)
    return count + await _read(ctx, services, memory_sources.of_service)


async def _read(
    ctx: Context, rows: Sequence[Row], told: Callable[[UnitOfWork, Row], Awaitable[Recorded]]
) -> int:
    """Store each row in a transaction of its own: one that cannot be read holds up no other."""
    count = 0
    for row in rows:
        try:
            async with ctx.database.begin() as uow:
                await store(uow, await told(uow, row))
            count += 1
        except (ValueError, UserFacingError, SQLAlchemyError):
            log.exception("memory.unread", kind=type(row).__name__, row_id=getattr(row, "id", ""))
    return count


async def store(uow: UnitOfWork, found: Recorded) -> MemoryEntity:
    """Let what is remembered of a row be what it says now; what it said before is history.

    A row that somebody had forgotten stays so.
    """
    scope = found.channel_id
    known = await uow.memory.of_record(found.workspace_id, found.record_id)
    if known is not None and known.forgotten_at is not None:
        return known
    name = check_name(found.name)
    names = {(scope, known.key if known else key_of(name)): (found.kind, name)}
    targets = [(one, await _target(uow, found, one.to)) for one in found.relations if _named(one)]
    for one, place in targets:
        names.setdefault(place, (one.to_kind, check_name(one.to)))
    made = {
        place: await uow.memory.ensure(
            found.workspace_id, place[0], kind=kind, key=place[1], name=called, now=found.at
        )
        for place, (kind, called) in sorted(names.items())
    }
    entity = made[scope, known.key if known else key_of(name)]
    entity.kind, entity.name, entity.key = found.kind, name, key_of(name)
    entity.ref, entity.record_id, entity.thread_id = found.ref, found.record_id, found.thread_id
    entity.recorded_at = found.moved_at
    entity.updated_at = max(entity.updated_at, found.at)
    await uow.session.flush()
    await _observe(uow, entity, found)
    await _relate(uow, entity, found, [(one.kind, made[place]) for one, place in targets])
    return entity


def _named(relation: Relation) -> bool:
    """Whether the other end has a name: one that is nothing but a person has none here."""
    try:
        return bool(check_name(relation.to))
    except UserFacingError:
        return False


async def _target(uow: UnitOfWork, found: Recorded, name: str) -> tuple[str, str]:
    """Return where a named thing is: the channel's own one, else everybody's.

    A private channel's things stay its own; what a public one names is the workspace's.
    """
    key = key_of(check_name(name))
    channel = None
    if found.channel_id:
        channel = await uow.channels.find(found.workspace_id, found.channel_id)
    private = channel is not None and channel.is_private
    if not private:
        return "", key
    known = await uow.memory.named(found.workspace_id, [key], [], seen_from=found.channel_id)
    scopes = {row.scope for row in known}
    return ("", key) if found.channel_id not in scopes and "" in scopes else (found.channel_id, key)


async def _observe(uow: UnitOfWork, entity: MemoryEntity, found: Recorded) -> None:
    source = found.ref or RECORD
    texts = dict.fromkeys(text.strip()[:LONGEST_TEXT] for text in found.texts)
    wanted = [text for text in texts if text]
    before = await uow.memory.of_source(entity.id, source)
    if REMOVED.removesuffix("]") in entity.name:
        # Its words were removed at their source: no history of them stays here.
        await uow.memory.remove_of_source(entity.id, source)
        before = []
    old = [row for row in before if row.text not in wanted]
    await uow.memory.supersede(
        entity.workspace_id, [row.id for row in old], by=None, now=found.moved_at
    )
    if old:
        await uow.memory.trim(entity.id, source, keep=KEPT_HISTORY)
    for text in wanted:
        if text not in {row.text for row in before}:
            await uow.memory.add(
                MemoryObservation(
                    workspace_id=entity.workspace_id,
                    entity_id=entity.id,
                    channel_id=found.channel_id,
                    thread_id=found.thread_id,
                    text=text,
                    source=source,
                    at=found.at,
                )
            )


async def _relate(
    uow: UnitOfWork,
    entity: MemoryEntity,
    found: Recorded,
    related: list[tuple[str, MemoryEntity]],
) -> None:
    for record_id in found.replaces:
        other = await uow.memory.of_record(found.workspace_id, record_id)
        if other is not None and other.forgotten_at is None:
            related.append(("supersedes", other))
    for kind, target in related:
        if target.id != entity.id:
            await uow.memory.relate(entity, target, kind, by=None, now=found.at)
    kept = {(kind, target.id) for kind, target in related}
    await uow.memory.end_relations(entity.id, besides=kept, now=found.moved_at)
