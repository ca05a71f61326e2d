"""The delivery as a part of the process: it runs beside everything else and goes last."""

import asyncio
from contextlib import suppress

import structlog

from bot.clock import Clock
from bot.errors import ExternalError
from bot.services.outbox import Delivery
from storage.uow import Database

log = structlog.get_logger(__name__)

LAST_POSTS_SECONDS = 5.0
"""Ours: "interrupted, will go on" should be read now; what does not make it goes at the next start.
"""
LAST_CALLS_SECONDS = 3.0
"""Ours: a call in flight should end; one that is cut off is looked for at the next start."""
_LOOK_SECONDS = 0.05


class Delivering:
    """Runs a delivery from `start` to `close`."""

    def __init__(self, delivery: Delivery, database: Database, clock: Clock) -> None:
        self._delivery = delivery
        self._database = database
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take over what an earlier process of this id left half-sent, then deliver."""
        await self._delivery.recover()
        self._task = asyncio.create_task(self._delivery.run(), name="outbox")

    def wake(self) -> None:
        """Say that a row was added."""
        self._delivery.wake()

    async def problem(self) -> str:
        """Return why nothing is delivered, or nothing."""
        return "" if self._task is not None and not self._task.done() else "not running"

    async def close(self) -> None:
        """Send what may be sent now, for a short time, then stop; safe to call twice."""
        if self._task is None:
            return
        try:
            async with asyncio.timeout(LAST_POSTS_SECONDS):
                await self._delivered()
        except TimeoutError:
            log.info("outbox.left_waiting")
        except Exception as error:  # whatever it is, the process must end
            log.warning("outbox.not_drained", kind=type(error).__name__)
        await self._delivery.finish(seconds=LAST_CALLS_SECONDS)
        self._task.cancel()
        with suppress(asyncio.CancelledError, ExternalError):
            await self._task
        self._task = None

    async def _delivered(self) -> None:
        self._delivery.wake()
        while self._task is not None and not self._task.done():
            async with self._database.read() as uow:
                moments = await uow.queue.moments()
            waits = moments.due is None or moments.due > self._clock.now()
            if waits and moments.lease_over is None:
                return
            await asyncio.sleep(_LOOK_SECONDS)
