"""Switchable trouble for calls and deliveries, so that the bot can be tried on a bad day."""

import random
from collections import deque
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0.0, le=1.0)]
FaultName = Literal["drop", "duplicate", "disconnect", "rate_limit", "server_error"]


class FaultSettings(BaseModel):
    """How often each fault strikes: 0 never, 1 always (true and false do, too)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    drop: Share = 0.0
    delay_ms: Annotated[int, Field(ge=0, le=60_000)] = 0
    duplicate: Share = 0.0
    disconnect: Share = 0.0
    rate_limit: Share = 0.0
    server_error: Share = 0.0


class Faults:
    """The switches in force; seeded, so that a run can be repeated."""

    def __init__(self, seed: int = 0) -> None:
        self.settings = FaultSettings()
        self._random = random.Random(seed)
        self._scripted: dict[str, deque[FaultName]] = {}

    def set(self, **changes: float) -> FaultSettings:
        """Change some switches, keep the others; raises pydantic's error on a bad value."""
        merged = {**self.settings.model_dump(), **changes}
        self.settings = FaultSettings.model_validate(merged)
        return self.settings

    def clear(self) -> None:
        """Switch everything off."""
        self.settings = FaultSettings()
        self._scripted.clear()

    def next_calls(self, method: str, *faults: FaultName) -> None:
        """Let the next calls of `method` (or deliveries of an event type) meet these, in order."""
        self._scripted.setdefault(method, deque()).extend(faults)

    def strike(self, subject: str, *possible: FaultName) -> FaultName | None:
        """Return the fault that hits this call or delivery, or None."""
        queue = self._scripted.get(subject)
        if queue and queue[0] in possible:
            return queue.popleft()
        for name in possible:
            share: float = getattr(self.settings, name)
            if share and self._random.random() < share:
                return name
        return None

    @property
    def delay_seconds(self) -> float:
        """Return the delay in force."""
        return self.settings.delay_ms / 1000
