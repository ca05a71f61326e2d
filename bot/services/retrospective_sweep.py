"""Takes retrospectives, actions and the learning plan further when their moment has come.

All of it is rows: whichever process finds one due locks it, so it is done once, and a process that
dies leaves it due for the next one.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.domain.retrospective import Phase
from bot.services import learning, retro_actions, retrospective_news
from bot.services.context import Context
from bot.services.retrospectives import move
from bot.services.sweeps import stops_no_other

BATCH = 100
"""Ours: so many of each are taken further in one tick."""

Act = Callable[..., Awaitable[bool]]


async def sweep(ctx: Context) -> int:
    """Take everything further that is due; returns how many."""
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        runs = await uow.retrospectives.due(now, limit=BATCH)
        actions = await uow.retro_actions.due(now=now, limit=BATCH)
        items = await uow.learning.due(now=now, limit=BATCH)
    return (
        await _each(ctx, runs, _move, now=now)
        + await _each(ctx, actions, retro_actions.remind, now=now)
        + await _each(ctx, items, learning.remind, now=now)
    )


async def _each(ctx: Context, due: Sequence[tuple[str, str]], act: Act, *, now: datetime) -> int:
    moved = 0
    for workspace_id, row_id in due:
        with stops_no_other("retrospective.broken", row_id=row_id):
            moved += await act(ctx, workspace_id, row_id, now=now)
    return moved


async def _move(ctx: Context, workspace_id: str, retrospective_id: str, *, now: datetime) -> bool:
    async with ctx.database.begin() as uow:
        row = await uow.retrospectives.get(workspace_id, retrospective_id, lock=True)
        if row.due_at is None or row.due_at > now:
            return False
        if row.ends_at <= now:
            await move(ctx, uow, row, now=now)
        else:
            row.due_at = row.ends_at
            if row.state == Phase.COLLECT:
                await retrospective_news.remind(ctx, uow, row)
    return True
