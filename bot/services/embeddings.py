"""Makes the vectors of what is remembered: a tick fills in what is missing, never who waits."""

import asyncio
from datetime import timedelta

from bot.services.context import Context
from storage.repositories.embeddings import Words

BATCH = 200
MOST_BATCHES = 10
"""Ours: 2,000 notes a tick; 50,000 that were there before are made in some six minutes."""
LOOK_AGAIN = timedelta(minutes=10)
"""Ours: the newest notes are looked at at every tick; all of them, whose texts may have been
rewritten, so often. SQLite gives the number of a deleted last row again."""


async def sweep(ctx: Context) -> int:
    """Make the vectors that are missing, or of another model; returns how many."""
    if ctx.meanings is None:
        return 0
    meanings, count = ctx.meanings, 0
    embedder, now = meanings.embedder, ctx.clock.now()
    if meanings.looked_at is None or now - meanings.looked_at >= LOOK_AGAIN:
        meanings.swept, meanings.looked_at = 0, now
    for _ in range(MOST_BATCHES):
        async with ctx.database.read() as uow:
            last = await uow.embeddings.last()
            words = await uow.embeddings.missing(
                embedder.label, limit=BATCH, after=meanings.swept - BATCH
            )
        if not words:
            meanings.swept = last
            break
        made = await asyncio.to_thread(embedder.embed, [text_of(one) for one in words])
        async with ctx.database.begin() as uow:
            stored = await uow.embeddings.store(embedder.label, dict(zip(words, made, strict=True)))
        count += stored
        if not stored:
            break  # another process makes the same ones
    return count


def text_of(words: Words) -> str:
    """Return what a vector is made of: with the name, a short note says what it is about."""
    return f"{words.name}. {words.text}"
