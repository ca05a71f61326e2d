"""Acts that may be told of twice: in a channel that must be known first, each done once."""

from datetime import datetime
from typing import Protocol

from storage.uow import UnitOfWork


class Spoken(Protocol):
    """Where somebody did something."""

    @property
    def workspace_id(self) -> str: ...

    @property
    def channel_id(self) -> str: ...

    @property
    def is_private(self) -> bool: ...


async def is_first(uow: UnitOfWork, where: Spoken, receipt: str, *, now: datetime) -> bool:
    """Make an act's channel known and claim its receipt; False when it was done before.

    An act without a receipt is always the first.
    """
    await uow.channels.ensure(
        where.workspace_id, where.channel_id, now=now, is_private=where.is_private
    )
    return await uow.receipts.is_new(where.workspace_id, receipt, now=now)
