"""The next ceremonies of the channels that a person is in, for the Home tab."""

from bot.services.directory import Directory
from bot.slack.cards.coming import ComingLine
from storage.uow import UnitOfWork

SHOWN = 3
_LOOKED_AT = 20
"""Ours: each channel among these may cost a question to Slack, kept for five minutes."""


async def coming_for(
    uow: UnitOfWork, directory: Directory, workspace_id: str, *, user_id: str
) -> list[ComingLine]:
    """Return up to three, nearest first; none of channels whose members cannot be read."""
    found: list[ComingLine] = []
    for row in await uow.schedules.coming(workspace_id, limit=_LOOKED_AT):
        if row.next_slot_at is None or user_id not in await directory.members(row.channel_id):
            continue
        found.append(ComingLine(row.name, row.channel_id, row.next_slot_at))
        if len(found) == SHOWN:
            break
    return found
