"""`/healthz`, `/readyz` and `/metrics`: whether the process lives, can work, and what it counts."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.errors import DatabaseAway
from bot.metrics import Stored

log = structlog.get_logger(__name__)

PROBE_SECONDS = 2.0
"""Ours: probes of orchestrators give up after one to ten seconds."""

Probe = Callable[[], Awaitable[str]]
"""Returns what is wrong in a few words, never with anybody's text; nothing when all is well."""


class Health:
    """Each part of the process has a probe by name; a part that did not start yet is not ready."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._probes: dict[str, Probe] = dict.fromkeys(names, _starting)
        self._stored: Callable[[], Awaitable[Stored]] | None = None
        self.stopping = False

    def watch(self, name: str, probe: Probe) -> None:
        """Say how to ask part `name` from now on."""
        if name not in self._probes:
            raise ValueError(f"no part is called {name}")
        self._probes[name] = probe

    def count(self, stored: Callable[[], Awaitable[Stored]]) -> None:
        """Say how to ask the database what `/metrics` shows of it."""
        self._stored = stored

    async def not_ready(self) -> dict[str, str]:
        """Return what is wrong, by part; empty when the process can work."""
        if self.stopping:
            return {"process": "stopping"}
        names = list(self._probes)
        answers = await asyncio.gather(*(_ask(self._probes[name]) for name in names))
        return {name: answer for name, answer in zip(names, answers, strict=True) if answer}

    def routes(self) -> list[Route]:
        """Return the three paths."""
        return [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
        ]

    async def _healthz(self, _request: Request) -> Response:
        """The event loop answers: that is all this asks."""
        return PlainTextResponse("ok\n")

    async def _readyz(self, _request: Request) -> Response:
        problems = await self.not_ready()
        body = {"ready": not problems, "not_ready": problems}
        return JSONResponse(body, status_code=503 if problems else 200)

    async def _metrics(self, _request: Request) -> Response:
        stored: Stored | None = None
        if self._stored is not None and not self.stopping:
            try:
                async with asyncio.timeout(PROBE_SECONDS):
                    stored = await self._stored()
            except (DatabaseAway, TimeoutError):
                stored = None  # the metric `teamlead_database_up` says so
            except Exception:
                log.exception("metrics.not_counted")  # the process's own are shown all the same
        return Response(metrics.exposition(stored), media_type=metrics.CONTENT_TYPE)


async def _starting() -> str:
    return "starting"


async def _ask(probe: Probe) -> str:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return await probe()
    except TimeoutError:
        return f"no answer within {PROBE_SECONDS:.0f} s"
    except Exception as error:  # a probe's bug is an answer, too
        return f"failed ({type(error).__name__})"
