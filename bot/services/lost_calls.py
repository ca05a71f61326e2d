"""Calls that never came home and whose step nobody asks for again, e.g. of a task that was stopped
after its process died: the ledger would say for ever that they are under way.
"""

from datetime import timedelta

import structlog

from bot.services.context import Context
from bot.services.ledger import DIED

log = structlog.get_logger(__name__)

_LATE = timedelta(hours=1)
"""Ours: so long after its deadline an answer hardly waits for a database any more; one that comes
all the same is settled as usual."""


async def note_lost(ctx: Context) -> int:
    """Note as lost what is long past its deadline, of every workspace; returns how many calls.

    Its money stays counted as gone, as the provider may bill it.
    """
    now = ctx.clock.now()
    before = now - timedelta(seconds=ctx.settings.model.deadline_seconds) - _LATE
    async with ctx.database.read() as uow:
        workspaces = await uow.channels.workspace_ids()
    lost = 0
    for workspace_id in workspaces:
        async with ctx.database.begin() as uow:
            lost += await uow.ledger.lose_begun_before(workspace_id, before, problem=DIED, now=now)
    if lost:
        log.warning("ledger.lost", calls=lost)
    return lost
