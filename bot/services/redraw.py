"""Has messages drawn anew as things stand; no quiet hours hold that up, as it notifies nobody."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.lanes import UPDATE
from bot.services.quiet import Placed
from storage.uow import UnitOfWork


async def redraw(uow: UnitOfWork, row: Placed, views: Mapping[str, str], *, now: datetime) -> None:
    """Queue edits of messages in a row's channel: their outbox keys with what draws each."""
    await uow.outbox_many.edit(
        [
            {
                "workspace_id": row.workspace_id,
                "channel_id": row.channel_id,
                "key": f"{key}:edit",
                "method": UPDATE,
                "target_key": key,
                "view": view,
                "now": now,
            }
            for key, view in views.items()
        ]
    )
