"""Sends what could not be delivered once the reason is gone: nothing finished is lost for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import structlog

from bot.services.delivery_rows import TARGET_DEAD
from storage.models import OutboxRow
from storage.repositories.outbox_repair import ChannelDepth
from storage.uow import Database

log = structlog.get_logger(__name__)

YOUNG = timedelta(days=7)
"""Ours: what is older would surprise more than it helps."""
SHOWN = 200
_LEASE = timedelta(minutes=2)
"""Ours: longer than a claim holds by the settings that we ship."""

Repair = Literal["channel", "token"]
_MENDED: dict[Repair, frozenset[str]] = {
    "channel": frozenset({"not_in_channel", "channel_gone", TARGET_DEAD}),
    "token": frozenset({"auth_lost", "missing_scope", TARGET_DEAD}),
}
"""Classes of `bot.slack.errors` that a repair mends; what hung on such a row comes back with it."""


@dataclass(frozen=True)
class OutboxReport:
    """What waits and what was given up, for people."""

    depths: Sequence[ChannelDepth]
    dead: Sequence[OutboxRow]

    @property
    def waiting(self) -> int:
        """How many rows wait in all."""
        return sum(item.waiting for item in self.depths)


async def turn_back(database: Database, *, now: datetime) -> None:
    """Let posts go whose moments a clock set that was ahead, and has been put right."""
    async with database.begin(urgent=True) as uow:
        await uow.repairs.turn_back(now=now, most=_LEASE)


async def revive(
    database: Database,
    repair: Repair,
    *,
    now: datetime,
    workspace_id: str | None = None,
    channel_id: str | None = None,
) -> int:
    """Queue again what failed for the reason that `repair` mends; returns how many rows.

    A channel is repaired when the bot is added to it or it is unarchived; the token when a process
    has logged in with it.
    """
    async with database.begin() as uow:
        revived = await uow.repairs.revive(
            now=now,
            since=now - YOUNG,
            workspace_id=workspace_id,
            channel_id=channel_id,
            codes=_MENDED[repair],
        )
    if revived:
        log.info("outbox.revived", rows=revived, repair=repair, channel_id=channel_id)
    return revived


async def retry(
    database: Database, *, now: datetime, row_id: int | None = None, channel_id: str | None = None
) -> int:
    """Queue dead rows again because a person says so, whatever the reason; returns how many."""
    async with database.begin() as uow:
        return await uow.repairs.revive(
            now=now,
            since=None if row_id is not None else now - YOUNG,
            row_id=row_id,
            channel_id=channel_id,
        )


async def report(database: Database) -> OutboxReport:
    """Return what waits, by channel, and the newest rows that were given up."""
    async with database.read() as uow:
        return OutboxReport(await uow.repairs.depths(), await uow.repairs.dead(limit=SHOWN))
