"""Vectors of observations: which are missing, which there are, and storing them safely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, delete, exists, func, select

from storage.models import Embedding, MemoryEntity, MemoryObservation
from storage.repositories.base import Repository, app_is_there


@dataclass(frozen=True)
class Words:
    """What an observation's vector is made of."""

    observation_id: int
    workspace_id: str
    name: str
    text: str


@dataclass(frozen=True)
class Extent:
    """How many vectors of a model a workspace has, and the last one's number."""

    number: int
    last: int


class EmbeddingRepository(Repository):
    """A vector holds for the words that it was made of; it is stored only while they stand."""

    async def last(self) -> int:
        """Return the number of the newest observation; 0 for none."""
        return (await self.session.scalars(select(func.max(MemoryObservation.id)))).one() or 0

    async def missing(
        self, made_by: str, *, limit: int, after: int = 0, upto: int | None = None
    ) -> Sequence[Words]:
        """Return observations behind `after` without a vector of this model, the newest first;
        none behind `upto`. Workspaces that removed the app wait.
        """
        made = exists().where(
            Embedding.observation_id == MemoryObservation.id, Embedding.made_by == made_by
        )
        query = (
            _words()
            .where(
                app_is_there(MemoryObservation.workspace_id),
                MemoryObservation.superseded_at.is_(None),
                MemoryEntity.forgotten_at.is_(None),
                ~made,
                MemoryObservation.id > after,
            )
            .order_by(MemoryObservation.id.desc())
            .limit(limit)
        )
        if upto is not None:
            query = query.where(MemoryObservation.id <= upto)
        return [Words(*row) for row in await self.session.execute(query)]

    async def store(self, made_by: str, made: Mapping[Words, bytes]) -> int:
        """Keep vectors of words that still stand as they were read; returns how many.

        They are locked until the commit: who changes them now removes the vector after it. Words
        that somebody is changing are left for the next time: who waits for one and holds others
        may be waited for.
        """
        ids = [words.observation_id for words in made]
        query = _words().where(
            MemoryObservation.id.in_(ids), MemoryObservation.superseded_at.is_(None)
        )
        rows = await self.session.execute(query.with_for_update(read=True, skip_locked=True))
        standing = {Words(*row) for row in rows} & made.keys()
        others = Embedding.observation_id.in_([words.observation_id for words in standing])
        await self.session.execute(delete(Embedding).where(others, Embedding.made_by != made_by))
        count = 0
        for words in standing:
            values = {
                "workspace_id": words.workspace_id,
                "observation_id": words.observation_id,
                "made_by": made_by,
                "vector": made[words],
            }
            count += await self.insert_unless_there(Embedding, values)
        return count

    async def extent(self, workspace_id: str, made_by: str) -> Extent:
        """Return how far a workspace's vectors go: one look into an index."""
        query = select(func.count(), func.max(Embedding.id)).where(
            Embedding.workspace_id == workspace_id, Embedding.made_by == made_by
        )
        number, last = (await self.session.execute(query)).one()
        return Extent(number, last or 0)

    async def newest_but(self, workspace_id: str, made_by: str, *, most: int) -> int:
        """Return the observation behind which a workspace's newest `most` with a vector begin."""
        query = (
            select(Embedding.observation_id)
            .where(Embedding.workspace_id == workspace_id, Embedding.made_by == made_by)
            .order_by(Embedding.observation_id.desc())
            .offset(most)
            .limit(1)
        )
        return (await self.session.scalars(query)).one_or_none() or 0

    async def after(
        self, workspace_id: str, made_by: str, last: int, *, newer_than: int = 0, limit: int
    ) -> Sequence[tuple[int, int, bytes]]:
        """Return number, observation and vector of those behind a number, in their order.

        `newer_than` leaves out vectors of that observation and of older ones.
        """
        query = (
            select(Embedding.id, Embedding.observation_id, Embedding.vector)
            .where(
                Embedding.workspace_id == workspace_id,
                Embedding.made_by == made_by,
                Embedding.id > last,
                Embedding.observation_id > newer_than,
            )
            .order_by(Embedding.id)
            .limit(limit)
        )
        return [(row[0], row[1], row[2]) for row in await self.session.execute(query)]


def _words() -> Select[Any]:
    found: Any = select(
        MemoryObservation.id,
        MemoryObservation.workspace_id,
        MemoryEntity.name,
        MemoryObservation.text,
    )
    words: Select[Any] = found.join(MemoryEntity, MemoryEntity.id == MemoryObservation.entity_id)
    return words
