"""Tries again where that can help, inside one deadline, and says in one sentence why it gave up."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog
from pydantic import BaseModel

from bot.clock import Clock
from bot.errors import ModelUnavailable
from bot.model.claude.config import ClaudeConfig
from bot.model.claude.wire import Ask, CallFailed, Heard

log = structlog.get_logger(__name__)


class SchemaRefused(Exception):
    """The server takes no structured outputs; the same ask without a schema may work."""


class Sender(Protocol):
    """Makes one attempt."""

    async def send(self, ask: Ask, schema: type[BaseModel] | None) -> Heard:
        """Return the message or raise CallFailed."""
        ...


@dataclass
class _Tries:
    ends: float
    made: int = 0
    last: str = ""

    def __str__(self) -> str:
        return "tried once" if self.made == 1 else f"tried {self.made} times"


class Patience:
    """Repeats attempts with growing waits; the server's Retry-After goes before our own."""

    def __init__(
        self, sender: Sender, config: ClaudeConfig, clock: Clock, *, rng: random.Random | None
    ) -> None:
        self._sender = sender
        self._config = config
        self._clock = clock
        self._rng = rng or random.Random()

    async def send(self, ask: Ask, schema: type[BaseModel] | None) -> Heard:
        """Return the message; raises ModelUnavailable or SchemaRefused."""
        deadline = self._config.deadline
        tries = _Tries(ends=self._clock.monotonic() + deadline)
        try:
            async with self._clock.limit(deadline):
                return await self._repeat(ask, schema, tries)
        except TimeoutError:
            what = f"gave no answer within {deadline:g} s"
            if tries.last:
                what += f" (before that it {tries.last})"
            raise self._given_up(ask, what, tries) from None

    async def _repeat(self, ask: Ask, schema: type[BaseModel] | None, tries: _Tries) -> Heard:
        while True:
            tries.made += 1
            try:
                return await self._sender.send(ask, schema)
            except CallFailed as failure:
                if failure.schema_refused and schema is not None:
                    raise SchemaRefused from failure
                wait = self._wait(ask, failure, tries)
            log.info("model.retry", model=ask.model, attempt=tries.made, wait=round(wait, 3))
            await self._clock.sleep(wait)

    def _wait(self, ask: Ask, failure: CallFailed, tries: _Tries) -> float:
        """Return the seconds to wait before the next try; raises ModelUnavailable if none helps."""
        tries.last = failure.what
        if not failure.retry:
            raise ModelUnavailable(
                f"Claude ({ask.model}) {failure.what}.", retryable=failure.later
            ) from failure
        if tries.made >= self._config.attempts:
            raise self._given_up(ask, failure.what, tries) from failure
        if failure.after is None:
            most = min(self._config.backoff * 2.0 ** (tries.made - 1), self._config.backoff_most)
            wait = most * self._rng.uniform(0.5, 1.0)
        else:
            wait = failure.after
        if self._clock.monotonic() + wait >= tries.ends:
            # Waiting out the deadline would end in a timeout: say now what the task can use.
            what = f"{failure.what} and asks to wait {wait:.0f} s"
            error = self._given_up(ask, failure.what if failure.after is None else what, tries)
            error.retry_at = self._clock.now() + timedelta(seconds=wait)
            raise error from failure
        return wait

    def _given_up(self, ask: Ask, what: str, tries: _Tries) -> ModelUnavailable:
        until = self._clock.now().strftime("%H:%M:%S UTC")
        return ModelUnavailable(f"Claude ({ask.model}) {what}; {tries} until {until}.")
