"""A private channel gets another id when it is shared with another company: its things go with it.

Slack: docs.slack.dev/reference/events/channel_id_changed.
"""

import structlog

from bot.services.context import Context
from bot.services.outbox_repair import revive

log = structlog.get_logger(__name__)


async def follow(ctx: Context, workspace_id: str, old: str, new: str) -> bool:
    """Move what channel `old` has to its new id, in one transaction; returns whether it was known.

    Slack tells of it when somebody begins to share the channel: from then on others read there. A
    second time moves what came in between. What Slack refused to post under the old id is sent.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        before = await uow.channels.find(workspace_id, old)
        if before is None or old == new:
            return False
        await uow.channels.lock_workspace(workspace_id)
        after = await uow.channels.ensure(
            workspace_id, new, now=now, surface=before.surface, is_private=before.is_private
        )
        after.name = after.name or before.name
        after.settings = after.settings or before.settings
        before.name = ""
        await uow.channels.share(workspace_id, new, True, now=now)
        await uow.session.flush()
        await uow.channel_moves.move(workspace_id, old, new)
    log.info("channel.moved", channel_id=new, was=old)
    await revive(ctx.database, "channel", now=now, workspace_id=workspace_id, channel_id=new)
    return True
