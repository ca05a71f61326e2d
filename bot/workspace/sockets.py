"""Socket Mode's server side: sends envelopes to an open connection, waits for acks, retries."""

import asyncio
import random
import uuid
from collections.abc import Awaitable, Coroutine
from typing import Any, Protocol, TypeVar

from bot.clock import Clock
from bot.workspace import limits
from bot.workspace.faults import Faults
from bot.workspace.recorder import Recorder
from bot.workspace.shapes import Json, SlackError

# Slack tries again at once, after one minute and after five (design facts, section 2.2).
RETRY_SPACING = (0.0, 60.0, 300.0)
ACK_SECONDS = 3.0
_LOST_AT_MOST = 20
_T = TypeVar("_T")


class Link(Protocol):
    """One open WebSocket of the app."""

    async def send(self, frame: Json) -> None: ...

    async def close(self) -> None: ...


class _Unanswered(Exception):
    """No ack: `timeout`, or `connection_lost` when the socket went away first."""


class SocketHub:
    """All connections of the app; a payload goes to one of them."""

    def __init__(
        self,
        clock: Clock,
        faults: Faults,
        recorder: Recorder,
        *,
        app_id: str,
        ack_seconds: float = ACK_SECONDS,
        retry_spacing: tuple[float, ...] = RETRY_SPACING,
        seed: int = 0,
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._recorder = recorder
        self._app_id = app_id
        self._ack_seconds = ack_seconds
        self._spacing = retry_spacing
        self._random = random.Random(seed)
        self._links: list[Link] = []
        self._open = asyncio.Event()
        self._pending: dict[str, tuple[Link, asyncio.Future[Json]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._background: set[asyncio.Task[None]] = set()
        self.acked = 0

    @property
    def connections(self) -> int:
        """Return how many connections take payloads now."""
        return len(self._links)

    @property
    def busy(self) -> int:
        """Return how many deliveries are not finished."""
        return len(self._tasks - self._background)

    def spawn(self, job: Coroutine[Any, Any, None], *, background: bool = False) -> None:
        """Run a job that ends with the workspace at the latest; `background` is never busy."""
        task = asyncio.get_running_loop().create_task(job)
        self._tasks.add(task)
        if background:
            self._background.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._background.discard(task)
        self._recorder.notify()

    # Connections

    async def opened(self, link: Link) -> None:
        """Greet a new connection and let it take payloads."""
        hello = {
            "type": "hello",
            "num_connections": len(self._links) + 1,
            "debug_info": {"host": "localhost", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }
        await link.send(hello)
        if len(self._links) >= limits.CONNECTIONS:
            await link.send({"type": "disconnect", "reason": "too_many_websockets"})
            return
        self._links.append(link)
        self._open.set()
        self._recorder.notify()

    def closed(self, link: Link) -> None:
        """Forget a connection; what it had not acked counts as lost."""
        self._retire(link)
        for owner, future in list(self._pending.values()):
            if owner is link and not future.done():
                future.set_exception(_Unanswered("connection_lost"))
        self._recorder.notify()

    def received(self, frame: Json) -> None:
        """Take an ack from the app."""
        pending = self._pending.get(str(frame.get("envelope_id")))
        if pending is not None and not pending[1].done():
            payload = frame.get("payload")
            pending[1].set_result(payload if isinstance(payload, dict) else {})
            self.acked += 1

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to come again, as Slack does now and then."""
        for link in list(self._links):
            self._retire(link)
            await link.send({"type": "disconnect", "reason": reason})

    async def drop_connections(self) -> None:
        """Cut every connection without a word."""
        for link in list(self._links):
            self._retire(link)
            await link.close()

    async def close(self) -> None:
        """End all jobs and connections."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.drop_connections()

    def _retire(self, link: Link) -> None:
        if link in self._links:
            self._links.remove(link)
        if not self._links:
            self._open.clear()

    # Payloads

    async def request(self, kind: str, payload: Json) -> Json:
        """Send a command or an interaction once; return what the app acked with.

        Raises SlackError `operation_timeout` when no ack comes in time.
        """
        subject = str(payload.get("command") or payload.get("type"))
        try:
            return await self._attempt(kind, payload, subject, keep=self._ack_seconds)
        except _Unanswered:
            raise SlackError("operation_timeout") from None

    async def deliver(self, payload: Json) -> bool:
        """Deliver an event with Slack's retries; return whether it was acked."""
        subject = payload["event"]["type"]
        attempt, lost, reason = 0, 0, ""
        while attempt <= len(self._spacing) and lost < _LOST_AT_MOST:
            try:
                retry = (attempt + lost, reason)
                await self._attempt("events_api", payload, subject, retry=retry)
            except _Unanswered as error:
                if str(error) == "connection_lost":
                    lost, reason = lost + 1, "connection_failed"
                    continue
                reason, attempt = "timeout", attempt + 1
                if attempt <= len(self._spacing):
                    await self._clock.sleep(self._spacing[attempt - 1])
            else:
                await self._maybe_duplicate(payload, subject)
                return True
        return False

    async def _maybe_duplicate(self, payload: Json, subject: str) -> None:
        if self._faults.strike(subject, "duplicate"):
            try:
                await self._attempt("events_api", payload, subject, retry=(1, "timeout"))
            except _Unanswered:
                return

    async def _attempt(
        self,
        kind: str,
        payload: Json,
        subject: str,
        *,
        keep: float = limits.EVENT_KEEP_SECONDS,
        retry: tuple[int, str] = (0, ""),
    ) -> Json:
        if self._faults.delay_seconds:
            await self._clock.sleep(self._faults.delay_seconds)
        while not self._links:
            await self._within(self._open.wait(), keep)
        link = self._random.choice(self._links)
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope.update(retry_attempt=retry[0], retry_reason=retry[1])
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._pending[envelope["envelope_id"]] = (link, future)
        try:
            await self._transmit(link, envelope, subject)
            return await self._within(future, self._ack_seconds)
        finally:
            del self._pending[envelope["envelope_id"]]
            if future.done() and not future.cancelled():
                future.exception()  # a connection lost as the workspace closes: nobody waits

    async def _transmit(self, link: Link, envelope: Json, subject: str) -> None:
        fault = self._faults.strike(subject, "drop", "disconnect")
        if fault != "drop":
            await link.send(envelope)
        if fault == "disconnect":
            self._retire(link)
            await link.send({"type": "disconnect", "reason": "refresh_requested"})

    async def _within(self, wanted: Awaitable[_T], seconds: float) -> _T:
        """Return what is awaited, or raise `_Unanswered` after `seconds` of the clock."""
        job = asyncio.ensure_future(wanted)
        timer = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({job, timer}, return_when=asyncio.FIRST_COMPLETED)
            if job.done():
                return job.result()
            raise _Unanswered("timeout")
        finally:
            timer.cancel()
            if not job.done():
                job.cancel()
