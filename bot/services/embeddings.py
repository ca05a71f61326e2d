"""Makes the vectors of what is remembered: a tick fills in what is missing, never who waits."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from bot.services.context import Context
from bot.services.embedding_search import Meanings
from storage.repositories.embeddings import Words
from storage.uow import UnitOfWork

BATCH = 200
MOST_BATCHES = 10
"""Ours: 2,000 notes a tick; 50,000 that were there before are made in some six minutes."""
LOOK_AGAIN = timedelta(minutes=10)
"""Ours: the newest notes are looked at at every tick; all of them, whose texts may have been
rewritten, so often, `SLICE` at a tick. SQLite gives the number of a deleted last row again."""
SLICE = 5_000
"""Ours: so many notes are looked at in some ten milliseconds, however many there are."""


async def sweep(ctx: Context) -> int:
    """Make the vectors that are missing, or of another model; returns how many."""
    if ctx.meanings is None:
        return 0
    meanings, count = ctx.meanings, 0
    embedder, now = meanings.embedder, ctx.clock.now()
    if meanings.looked_at is None or now - meanings.looked_at >= LOOK_AGAIN:
        meanings.looked_to, meanings.looked_at = 0, now
    for _ in range(MOST_BATCHES):
        async with ctx.database.read() as uow:
            words = await _missing(uow, meanings)
        if not words:
            break
        made = await asyncio.to_thread(embedder.embed, [text_of(one) for one in words])
        async with ctx.database.begin() as uow:
            stored = await uow.embeddings.store(embedder.label, dict(zip(words, made, strict=True)))
        count += stored
        if not stored:
            break  # another process makes the same ones
    return count


async def _missing(uow: UnitOfWork, meanings: Meanings) -> Sequence[Words]:
    """Return notes without a vector, the newest first; then those of the next older slice."""
    label, last = meanings.embedder.label, await uow.embeddings.last()
    words = await uow.embeddings.missing(label, limit=BATCH, after=meanings.swept - BATCH)
    if words:
        return words
    meanings.swept = last
    if meanings.looked_to is None:
        return ()
    end = meanings.looked_to + SLICE
    words = await uow.embeddings.missing(label, limit=BATCH, after=meanings.looked_to, upto=end)
    if not words:
        meanings.looked_to = end if end < last else None
    return words


def text_of(words: Words) -> str:
    """Return what a vector is made of: with the name, a short note says what it is about."""
    return f"{words.name}. {words.text}"
