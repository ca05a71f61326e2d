"""A model whose specialists wait until they are let go, so that a test can act in the middle."""

import asyncio
from typing import Any

from bot.model.port import WorkRequest
from tests.support.desk import scripted


class HeldModel:
    """A scripted model; `go` lets the specialists' calls through, `reached` says one waits."""

    label = "scripted"

    def __init__(self) -> None:
        self.go, self.reached = asyncio.Event(), asyncio.Event()
        self.model = scripted()

    def estimate(self, request: Any) -> Any:
        """Return what each call will use."""
        return self.model.estimate(request)

    async def call(self, request: Any) -> Any:
        """Answer; a specialist's call waits for `go` first."""
        if isinstance(request, WorkRequest):
            self.reached.set()
            await self.go.wait()
        return await self.model.call(request)

    async def close(self) -> None:
        """Let everybody go."""
        self.go.set()
