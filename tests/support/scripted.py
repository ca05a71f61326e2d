"""A model that answers what it was told to, in order, and remembers what it was asked."""

from collections import deque
from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel

from bot.clock import Clock
from bot.domain.usage import Usage
from bot.errors import Bug
from bot.model.port import Reply, Request

R = TypeVar("R", bound=BaseModel)
Result: TypeAlias = BaseModel | BaseException | Callable[[Any], BaseModel]
"""A result, an exception to raise, or a function of the request that gives or raises one."""


class ScriptedModel:
    """Gives queued results per kind of request; implements `bot.model.port.Model`.

    `enqueue` adds one-time results, `always` sets what comes when the queue is empty. With `clock`
    and `delay` each call takes that many seconds of the clock's time.
    """

    label = "scripted"

    def __init__(
        self, *, clock: Clock | None = None, delay: float = 0.0, usage: Usage | None = None
    ) -> None:
        self.history: list[Request[Any]] = []
        self.closed = False
        self.usage = usage or Usage()
        self._clock = clock
        self._delay = delay
        self._queues: dict[type[Request[Any]], deque[Result]] = {}
        self._defaults: dict[type[Request[Any]], Result] = {}

    def enqueue(self, kind: type[Request[Any]], *results: Result) -> None:
        """Add results for that kind of request, used once each, oldest first."""
        self._queues.setdefault(kind, deque()).extend(results)

    def always(self, kind: type[Request[Any]], result: Result) -> None:
        """Set the result for when nothing is queued."""
        self._defaults[kind] = result

    def asked(self, kind: type[Request[Any]]) -> list[Request[Any]]:
        """Return the requests of that kind so far."""
        return [request for request in self.history if type(request) is kind]

    def estimate(self, request: Request[BaseModel]) -> Usage:
        """Return what each call will use."""
        return self.usage

    async def call(self, request: Request[R]) -> Reply[R]:
        """Return or raise the next result; raises Bug when there is none or of the wrong type."""
        self.history.append(request)
        if self._clock is not None and self._delay:
            await self._clock.sleep(self._delay)
        result = self._next(request)
        if isinstance(result, BaseException):
            raise result
        value = result if isinstance(result, BaseModel) else result(request)
        if not isinstance(value, request.expects):
            raise Bug(f"scripted {type(value).__name__} does not answer {type(request).__name__}")
        return Reply(value=value, model=self.label, usage=self.usage)

    def _next(self, request: Request[Any]) -> Result:
        queue = self._queues.get(type(request))
        if queue:
            return queue.popleft()
        if type(request) in self._defaults:
            return self._defaults[type(request)]
        raise Bug(f"nothing is scripted for {type(request).__name__}")

    async def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True
