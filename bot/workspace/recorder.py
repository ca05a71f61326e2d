"""Remembers every API call in order and wakes those who wait for something to happen."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.workspace.shapes import Json

_KEPT = 20_000
_T = TypeVar("_T")


@dataclass(frozen=True)
class RecordedCall:
    """One API call with its answer; `args` are without the token."""

    method: str
    args: Json
    response: Json
    at: datetime
    status: int = 200

    @property
    def ok(self) -> bool:
        return bool(self.response.get("ok"))


class Recorder:
    """The list of calls and the signal that something has changed."""

    def __init__(self) -> None:
        self.calls: list[RecordedCall] = []
        self._changed = asyncio.Event()

    def record(self, call: RecordedCall) -> None:
        """Append a call and wake the waiting."""
        self.calls.append(call)
        if len(self.calls) > _KEPT:
            del self.calls[: _KEPT // 2]
        self.notify()

    def notify(self) -> None:
        """Say that anything has changed."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_for(
        self,
        predicate: Callable[[], _T | None],
        timeout: float,  # noqa: ASYNC109 - the message names the last calls
    ) -> _T:
        """Return the first true value of `predicate`, looked at after every change.

        Raises TimeoutError after `timeout` seconds, naming the last calls.
        """
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate()):
                    await self._changed.wait()
                return value
        except TimeoutError:
            last = ", ".join(
                f"{call.method}={'ok' if call.ok else call.response.get('error')}"
                for call in self.calls[-8:]
            )
            raise TimeoutError(f"nothing of that within {timeout} s; last calls: {last}") from None
