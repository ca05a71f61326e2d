"""What is remembered: things made once by their name, observations kept, relations between them.

The statements of reading and adding are made once: making one costs more than running it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    bindparam,
    delete,
    func,
    insert,
    select,
    union,
    update,
)

from storage.models import MemoryEntity, MemoryObservation, MemoryRelation
from storage.prepared import Prepared
from storage.repositories.base import Repository, table_of, visible
from storage.repositories.memory_seen import said, seen


def _any_of(name: str) -> Any:
    return bindparam(name, expanding=True)


_PLACE = (
    func.row_number()
    .over(
        partition_by=MemoryObservation.entity_id,
        order_by=(MemoryObservation.at.desc(), MemoryObservation.id.desc()),
    )
    .label("place")
)
_RANKED = (
    select(MemoryObservation.id, _PLACE)
    .where(
        MemoryObservation.workspace_id == bindparam("workspace_id"),
        MemoryObservation.entity_id.in_(_any_of("ids")),
        said(),
    )
    .subquery()
)
_OBSERVED = (
    select(MemoryObservation)
    .join(_RANKED, _RANKED.c.id == MemoryObservation.id)
    .where(_RANKED.c.place <= bindparam("each"))
    .order_by(_RANKED.c.place)
)


_OWN = MemoryEntity.workspace_id == bindparam("workspace_id")
_CALLED = union(
    select(MemoryEntity.id).where(_OWN, MemoryEntity.key.in_(_any_of("keys"))),
    select(MemoryEntity.id).where(
        _OWN, MemoryEntity.ref.in_(_any_of("refs")), MemoryEntity.ref != ""
    ),
)
"""Two looks into two indexes, then the rows: in one statement SQLite reads a whole workspace."""
_NAMED = (
    select(MemoryEntity)
    .where(MemoryEntity.id.in_(_any_of("ids")), _OWN, seen())
    .order_by(MemoryEntity.id.desc())
)
_ENSURED = Prepared(
    select(MemoryEntity)
    .where(
        MemoryEntity.workspace_id == bindparam("workspace_id"),
        MemoryEntity.scope == bindparam("scope"),
        MemoryEntity.key == bindparam("key"),
    )
    .with_for_update(key_share=True)
)
_SAME = Prepared(
    select(MemoryObservation.id)
    .where(
        MemoryObservation.workspace_id == bindparam("workspace_id"),
        MemoryObservation.entity_id == bindparam("entity_id"),
        MemoryObservation.superseded_at.is_(None),
        MemoryObservation.channel_id == bindparam("channel_id"),
        MemoryObservation.text == bindparam("text"),
    )
    .limit(1)
)
_ADD = insert(table_of(MemoryObservation)).returning(table_of(MemoryObservation).c.id)
_COLUMNS = tuple(
    column.name for column in table_of(MemoryObservation).columns if column.name != "id"
)
_RELATED = tuple(
    select(MemoryRelation, MemoryEntity)
    .join(MemoryEntity, MemoryEntity.id == theirs)
    .where(
        MemoryRelation.workspace_id == bindparam("workspace_id"),
        mine.in_(_any_of("ids")),
        MemoryRelation.ended_at.is_(None),
        seen(),
    )
    .order_by(MemoryRelation.id.desc())
    .limit(bindparam("most"))
    for mine, theirs in (
        (MemoryRelation.source_id, MemoryRelation.target_id),
        (MemoryRelation.target_id, MemoryRelation.source_id),
    )
)


class MemoryRepository(Repository):
    """Writes lock the thing that they write to: what others add at the same time is kept, too."""

    async def ensure(
        self,
        workspace_id: str,
        scope: str,
        *,
        kind: str,
        key: str,
        name: str,
        now: datetime,
    ) -> MemoryEntity:
        """Return the thing of that key, made where there is none, locked until the commit."""
        place = {"workspace_id": workspace_id, "scope": scope, "key": key}
        there = await _ENSURED.first(self.session, MemoryEntity, **place)
        if there is not None:
            return there
        values = {
            "workspace_id": workspace_id,
            "scope": scope,
            "kind": kind,
            "key": key,
            "name": name,
            "ref": "",
            "created_at": now,
            "updated_at": now,
        }
        await self.insert_unless_there(MemoryEntity, values)
        return await _ENSURED.the(self.session, MemoryEntity, **place)

    async def get(self, workspace_id: str, entity_id: int) -> MemoryEntity | None:
        """Return a thing by its number, locked until the commit."""
        query = (
            select(MemoryEntity)
            .where(MemoryEntity.workspace_id == workspace_id, MemoryEntity.id == entity_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)  # who asks has seen it before
        )
        return (await self.session.scalars(query)).one_or_none()

    async def of_record(self, workspace_id: str, record_id: str) -> MemoryEntity | None:
        """Return what was made of a row, forgotten or not."""
        query = select(MemoryEntity).where(
            MemoryEntity.workspace_id == workspace_id, MemoryEntity.record_id == record_id
        )
        return (await self.session.scalars(query)).one_or_none()

    async def add(self, observation: MemoryObservation) -> bool:
        """Store an observation of a locked thing; False where it says just that already.

        It is given its number, and is no object of the session: that would take twice as long.
        """
        same = {
            name: getattr(observation, name)
            for name in ("workspace_id", "entity_id", "channel_id", "text")
        }
        if await _SAME.one(self.session, **same) is not None:
            return False
        given = {name: getattr(observation, name) for name in _COLUMNS}
        values = {name: value for name, value in given.items() if value is not None}
        observation.id = (await self.session.scalars(_ADD, values)).one()
        return True

    async def relate(
        self,
        source: MemoryEntity,
        target: MemoryEntity,
        kind: str,
        *,
        by: str | None,
        now: datetime,
    ) -> bool:
        """Let a relation hold from now on; False where it does. Call it with the source locked."""
        made = await self.insert_unless_there(
            MemoryRelation,
            {
                "workspace_id": source.workspace_id,
                "source_id": source.id,
                "target_id": target.id,
                "kind": kind,
                "added_by": by,
                "added_at": now,
            },
        )
        if made:
            return True
        again = (
            update(MemoryRelation)
            .where(
                MemoryRelation.source_id == source.id,
                MemoryRelation.target_id == target.id,
                MemoryRelation.kind == kind,
                MemoryRelation.ended_at.is_not(None),
            )
            .values(ended_at=None, added_at=now, added_by=by)
        )
        return bool(getattr(await self.session.execute(again), "rowcount", 0))

    async def end_relations(
        self, source_id: int, *, besides: Collection[tuple[str, int]], now: datetime
    ) -> None:
        """End the relations that its record gave a thing, but those of these kinds to these."""
        query = select(MemoryRelation).where(
            MemoryRelation.source_id == source_id,
            MemoryRelation.added_by.is_(None),
            MemoryRelation.ended_at.is_(None),
        )
        for row in await self.session.scalars(query):
            if (row.kind, row.target_id) not in besides:
                row.ended_at = now
        await self.session.flush()

    async def named(
        self, workspace_id: str, keys: Collection[str], refs: Collection[str], *, seen_from: str
    ) -> Sequence[MemoryEntity]:
        """Return the things of these keys, or made of these records, that may be seen there."""
        ids = await self.called(workspace_id, keys, refs)
        given = {"workspace_id": workspace_id, "ids": ids, "seen_from": seen_from}
        return (await self.session.scalars(_NAMED, given)).all() if ids else []

    async def called(
        self, workspace_id: str, keys: Collection[str], refs: Collection[str]
    ) -> list[int]:
        """Return the things of these keys, or made of these records, whoever may see them."""
        given = {"workspace_id": workspace_id, "keys": list(keys), "refs": list(refs)}
        return list((await self.session.scalars(_CALLED, given)).all())

    async def observations(
        self, workspace_id: str, entity_ids: Collection[int], *, seen_from: str, each: int
    ) -> dict[int, list[MemoryObservation]]:
        """Return the newest observations of each thing that hold and may be seen there."""
        given = {"workspace_id": workspace_id, "ids": list(entity_ids), "each": each}
        found: dict[int, list[MemoryObservation]] = {}
        for row in await self.session.scalars(_OBSERVED, {**given, "seen_from": seen_from}):
            found.setdefault(row.entity_id, []).append(row)
        return found

    async def history(
        self, workspace_id: str, entity_id: int, *, seen_from: str, limit: int
    ) -> Sequence[MemoryObservation]:
        """Return what was corrected since and may be seen there, the latest correction first."""
        query = (
            select(MemoryObservation)
            .where(
                MemoryObservation.workspace_id == workspace_id,
                MemoryObservation.entity_id == entity_id,
                MemoryObservation.superseded_at.is_not(None),
                visible(MemoryObservation.workspace_id, MemoryObservation.channel_id, seen_from),
            )
            .order_by(MemoryObservation.superseded_at.desc(), MemoryObservation.id.desc())
            .limit(limit)
        )
        return (await self.session.scalars(query)).all()

    async def relations(
        self, workspace_id: str, entity_ids: Collection[int], *, seen_from: str, limit: int
    ) -> list[tuple[MemoryRelation, MemoryEntity]]:
        """Return what relates to these things, with the other end, where that may be seen there."""
        given = {"workspace_id": workspace_id, "ids": list(entity_ids), "most": limit}
        found: list[tuple[MemoryRelation, MemoryEntity]] = []
        for query in _RELATED:
            rows = await self.session.execute(query, {**given, "seen_from": seen_from})
            found += [(row[0], row[1]) for row in rows]
        return found

    async def observation(
        self, workspace_id: str, observation_id: int, *, seen_from: str
    ) -> tuple[MemoryObservation, MemoryEntity] | None:
        """Return an observation with its thing, locked until the commit, where it may be seen."""
        query = (
            select(MemoryObservation, MemoryEntity)
            .join(MemoryEntity, MemoryEntity.id == MemoryObservation.entity_id)
            .where(
                MemoryObservation.workspace_id == workspace_id,
                MemoryObservation.id == observation_id,
                said(seen_from),
                seen(seen_from),
            )
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        row = (await self.session.execute(query)).one_or_none()
        return None if row is None else (row[0], row[1])

    async def of_source(self, entity_id: int, source: str) -> Sequence[MemoryObservation]:
        """Return what a record says of a thing now, of itself and not by a person."""
        query = select(MemoryObservation).where(
            MemoryObservation.entity_id == entity_id,
            MemoryObservation.source == source,
            MemoryObservation.author_id.is_(None),
            MemoryObservation.superseded_at.is_(None),
        )
        return (await self.session.scalars(query)).all()

    async def trim(self, entity_id: int, source: str, *, keep: int) -> None:
        """Remove what a record said of a thing before its newest `keep` corrected texts."""
        own = (
            MemoryObservation.entity_id == entity_id,
            MemoryObservation.source == source,
            MemoryObservation.author_id.is_(None),
            MemoryObservation.superseded_at.is_not(None),
        )
        newest = (
            select(MemoryObservation.id)
            .where(*own)
            .order_by(MemoryObservation.superseded_at.desc(), MemoryObservation.id.desc())
            .limit(keep)
            .scalar_subquery()
        )
        await self.session.execute(
            delete(MemoryObservation)
            .where(*own, MemoryObservation.id.not_in(newest))
            .execution_options(synchronize_session=False)
        )

    async def remove_of_source(self, entity_id: int, source: str) -> None:
        """Remove all that a record ever said of a thing."""
        await self.session.execute(
            delete(MemoryObservation).where(
                MemoryObservation.entity_id == entity_id,
                MemoryObservation.source == source,
                MemoryObservation.author_id.is_(None),
            )
        )

    async def supersede(
        self, workspace_id: str, observation_ids: Collection[int], *, by: str | None, now: datetime
    ) -> None:
        """Keep these observations as history only."""
        await self.session.execute(
            update(MemoryObservation)
            .where(
                MemoryObservation.workspace_id == workspace_id,
                MemoryObservation.id.in_(observation_ids),
            )
            .values(superseded_at=now, superseded_by=by)
        )

    async def remove_observation(self, workspace_id: str, observation_id: int) -> None:
        """Remove one, with nothing left of it."""
        await self.session.execute(
            delete(MemoryObservation).where(
                MemoryObservation.workspace_id == workspace_id,
                MemoryObservation.id == observation_id,
            )
        )

    async def remove(self, entity: MemoryEntity, *, now: datetime) -> None:
        """Remove a locked thing with all that was said of it; one of a record leaves a shell."""
        for end in (MemoryRelation.source_id, MemoryRelation.target_id):
            own = MemoryRelation.workspace_id == entity.workspace_id
            await self.session.execute(delete(MemoryRelation).where(own, end == entity.id))
        await self.session.execute(
            delete(MemoryObservation).where(MemoryObservation.entity_id == entity.id)
        )
        if entity.record_id is None:
            await self.session.execute(delete(MemoryEntity).where(MemoryEntity.id == entity.id))
            self.session.expunge(entity)
            return
        # No name has a key that begins with a space: nobody's note lands in the shell.
        entity.name, entity.key, entity.ref = "", f" forgotten {entity.id}", ""
        entity.forgotten_at = now
        await self.session.flush()
