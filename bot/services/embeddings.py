"""Makes the vectors of what is remembered: a tick fills in what is missing, never who waits."""

import asyncio

from bot.services.context import Context
from storage.repositories.embeddings import Words

BATCH = 200
MOST_BATCHES = 10
"""Ours: 2,000 notes a tick; 50,000 that were there before are made in some six minutes."""


async def sweep(ctx: Context) -> int:
    """Make the vectors that are missing, or of another model; returns how many."""
    if ctx.meanings is None:
        return 0
    embedder, count = ctx.meanings.embedder, 0
    for _ in range(MOST_BATCHES):
        async with ctx.database.read() as uow:
            words = await uow.embeddings.missing(embedder.label, limit=BATCH)
        if not words:
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
