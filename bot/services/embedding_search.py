"""Finds what is remembered by what it means: the vectors that this process holds, and the nearest.

It keeps those of the workspaces that were asked last; the database says what may be seen, at every
question.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from bot.domain.memory import Query
from bot.domain.memory.embedding import FOUND, Embedder, Vectors
from storage.repositories.embeddings import Extent
from storage.uow import UnitOfWork

_PAGE = 5_000
_WORKSPACES = 2
"""Ours: so many times `TEAMLEAD_EMBEDDING_MOST` vectors are held by a process at most."""
_ANEW = 10
"""Ours: when more than one in so many is gone, all are read anew; 50,000 take half a second."""
_FIRST, _MORE = 200, 5_000
"""Of the nearest notes: how many the database is asked of at once whether they may be seen."""


@dataclass(frozen=True)
class Near:
    """A thing, its observation that comes nearest to a question, and how near: a cosine."""

    entity_id: int
    observation_id: int
    similarity: float


@dataclass
class _Held:
    extent: Extent
    vectors: Vectors
    gone: int = 0
    """How many of them the database has no more: each question asks it what may be seen."""


class Meanings:
    """What this process holds of the vectors; one for all of its workspaces."""

    def __init__(self, embedder: Embedder, *, most: int) -> None:
        self.embedder = embedder
        self._most = most
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._loading = asyncio.Lock()
        self.swept = 0
        """Up to which observation the tick found every vector there."""
        self.looked_at: datetime | None = None
        """When it last began to look at all of them."""
        self.looked_to: int | None = None
        """Up to which observation it has looked at them since; None: at all."""

    async def nearest(self, uow: UnitOfWork, query: Query, *, most: int) -> list[Near]:
        """Return the things that come nearest to a question, within what may be seen and asked.

        The nearest that may not are passed over until `most` are found, or none is near.
        """
        (asked,) = await asyncio.to_thread(self.embedder.embed, [query.text])
        vectors = await self._of(uow, query.workspace_id)
        found: dict[int, Near] = {}
        for part in vectors.like(asked, least=FOUND, first=_FIRST, more=_MORE):
            seen = await uow.memory_search.seen_of(query, [number for number, _ in part])
            for number, similarity in part:
                entity_id = seen.get(number)
                if entity_id is not None and entity_id not in found:
                    found[entity_id] = Near(entity_id, number, similarity)
            if len(found) >= most:
                break
        return list(found.values())[:most]

    async def _of(self, uow: UnitOfWork, workspace_id: str) -> Vectors:
        """Return a workspace's vectors as the database has them now."""
        async with self._loading:
            now = await uow.embeddings.extent(workspace_id, self.embedder.label)
            held = self._held.get(workspace_id)
            if held is None or held.extent != now:
                held = await self._read(uow, workspace_id, now, held)
                self._held[workspace_id] = held
            self._held.move_to_end(workspace_id)
            while sum(len(one.vectors) for one in self._held.values()) > _WORKSPACES * self._most:
                self._held.popitem(last=False)
            return held.vectors

    async def _read(
        self, uow: UnitOfWork, workspace_id: str, now: Extent, held: _Held | None
    ) -> _Held:
        """Add what is new; where much went, or some came late, everything is read anew."""
        if held is not None:
            fresh, last = await self._after(uow, workspace_id, held.extent.last)
            went = held.extent.number + len(fresh) - now.number
            gone = held.gone + went
            if went >= 0 and gone <= min(now.number, self._most) // _ANEW:
                held.vectors.add(fresh, most=self._most)
                return _Held(Extent(now.number, last), held.vectors, gone)
        begin = await uow.embeddings.newest_but(workspace_id, self.embedder.label, most=self._most)
        rows, last = await self._after(uow, workspace_id, 0, newer_than=begin)
        vectors = self.embedder.vectors()
        vectors.add(rows, most=self._most)
        return _Held(Extent(now.number, last), vectors)

    async def _after(
        self, uow: UnitOfWork, workspace_id: str, last: int, *, newer_than: int = 0
    ) -> tuple[list[tuple[int, bytes]], int]:
        found: list[tuple[int, bytes]] = []
        while True:
            page = await uow.embeddings.after(
                workspace_id, self.embedder.label, last, newer_than=newer_than, limit=_PAGE
            )
            found += [(row[1], row[2]) for row in page]
            last = page[-1][0] if page else last
            if len(page) < _PAGE:
                return found, last
            await asyncio.sleep(0)  # others have a turn
