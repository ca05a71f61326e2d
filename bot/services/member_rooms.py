"""The private channels where something waits that a person is in, for what is theirs alone."""

from bot.services.directory import Directory
from storage.uow import UnitOfWork

LOOKED_AT = 20
"""Ours: each may cost a question to Slack, whose answer is kept for five minutes."""


async def rooms_of(
    uow: UnitOfWork, directory: Directory, workspace_id: str, *, user_id: str
) -> list[str]:
    """Return the private channels, none of those whose members cannot be read."""
    found = await uow.channels.private_ones_at_work(workspace_id, user_id, limit=LOOKED_AT)
    return [channel for channel in found if user_id in await directory.members(channel)]
