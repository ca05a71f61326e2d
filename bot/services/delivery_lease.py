"""Keeps a worker from calling Slack for a row that is no longer its own."""

from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.slack.errors import OutcomeUnknown
from bot.slack.poster import Poster


class Leased:
    """A poster that refuses to call once the claim is over: a process may have been stopped.

    Between this look at the clock and the request only a few instructions pass; who takes the row
    over looks in Slack before sending it again.
    """

    def __init__(self, poster: Poster, clock: Clock, *, until: datetime) -> None:
        self._poster = poster
        self._clock = clock
        self._until = until

    async def call(self, method: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Call a method and return its answer; raises SlackFailure."""
        if self._clock.now() >= self._until:
            raise OutcomeUnknown(method, "lease_over")
        return await self._poster.call(method, payload)
