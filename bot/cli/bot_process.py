"""The running bot, put together from its parts; `run`, `serve`, `worker` and `demo` differ little.

Parts start from the database outwards and end the other way round: first nothing new is heard,
then work in hand ends, then the last posts go out, then connections are given back.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial

import structlog
from starlette.routing import Route

from bot import __version__, metrics, tracing
from bot.bootstrap import Runtime, build
from bot.cli import logs
from bot.cli.process.connection import Connection, SlackConnection
from bot.cli.process.delivering import Delivering
from bot.cli.process.ear import Ear
from bot.cli.process.hand_off_ear import HandOffEar
from bot.cli.process.health import Health
from bot.cli.process.http_ear import HttpEar
from bot.cli.process.http_server import HttpServer
from bot.cli.process.incident_ear import IncidentEar
from bot.cli.process.ingest_ear import IngestEar
from bot.cli.process.installed import InstalledConnection
from bot.cli.process.lock_watch import LockWatch, leave
from bot.cli.process.mcp_ear import McpEar
from bot.cli.process.measure_ears import measure_ears
from bot.cli.process.socket_ear import SocketEar
from bot.cli.process.sources import SlackSources
from bot.cli.process.tokens import check_tokens
from bot.cli.process.webhook_ear import WebhookEar
from bot.clock import Clock, SystemClock
from bot.metrics import Stored
from bot.model.port import Model
from bot.services import workers
from bot.services.context import Context
from bot.services.counted_news import CountedNews
from bot.services.escalating_news import EscalatingNews
from bot.services.kpi_gauges import KpiGauges
from bot.services.outbox import Delivery
from bot.services.slack_news import SlackNews
from bot.services.slack_render import SlackRenderer
from bot.services.stored_metrics import answers, stored
from bot.services.workers import Command
from bot.settings import Settings
from bot.workflows.engine import Engine
from handlers import register
from handlers.desk import Desk
from handlers.people import People
from scheduler.ticks import Ticks

log = structlog.get_logger(__name__)

SERVE_PORT = 3000
"""Where `serve` listens unless told otherwise; Bolt's own default."""


class BotProcess:
    """Start it, wait, close it; `async with` does both ends."""

    def __init__(
        self,
        settings: Settings,
        *,
        command: Command = "run",
        clock: Clock | None = None,
        offline: Model | None = None,
        claude: Callable[[], Model] | None = None,
        on_lock_lost: Callable[[int], None] = leave,
    ) -> None:
        """Models, clock and what a lost lock does can be replaced, for tests."""
        self._settings = settings
        self._command: Command = command
        self._clock = clock or SystemClock()
        self._offline = offline
        self._claude = claude
        self._parts = AsyncExitStack()
        self._runtime: Runtime | None = None
        self._presence: workers.Presence | None = None
        self._delivering: Delivering | None = None
        self._people = People()
        self._slack = _connection(settings, self._clock)
        self._ear = _ear(command, settings, self._clock)
        self._health = Health(("database", "slack", "engine", "delivery"))
        many = settings.many_workspaces
        self._webhooks: list[WebhookEar] = [
            IncidentEar(settings.escalation, many=many),
            HandOffEar(settings.teams, many=many),
            *measure_ears(settings.measure, many=many),
            IngestEar(settings.measure, many=many),
        ]
        self._mcp = McpEar(settings.mcp)
        hooks = [route for webhook in self._webhooks for route in webhook.routes()]
        hooks += self._mcp.routes()
        self._server = _server(command, settings, self._health, self._ear, hooks)
        self._lock_watch = LockWatch(on_lock_lost)
        self._end_tracing: Callable[[], None] = _nothing

    async def __aenter__(self) -> "BotProcess":
        try:
            await self._start()
        except BaseException:  # also cancelled: what was opened is closed
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def runtime(self) -> Runtime:
        """The collaborators, once started."""
        if self._runtime is None:
            raise RuntimeError("the bot was not started")
        return self._runtime

    @property
    def team_name(self) -> str:
        """The workspace's name, once started."""
        return self._slack.team_name

    @property
    def http_url(self) -> str:
        """Where health, metrics and, for `serve`, Slack's requests are answered; or nothing."""
        return self._server.url if self._server is not None else ""

    async def _start(self) -> None:
        check_tokens(self._settings, command=self._command)
        self._parts.push_async_callback(self._stop_tracing)
        if self._server is not None:
            await self._server.start()
            self._parts.push_async_callback(self._server.stop)
        ctx = await self._open()
        ctx.models.load()  # before anybody is heard
        self._parts.push_async_callback(self._slack.close)
        await self._slack.open(ctx)
        if self._ear is None:
            self._health.watch("slack", self._slack.problem)
        engine = await self._work(ctx)
        if self._ear is not None:
            desk = Desk(ctx, engine, self._people)
            await self._listen(self._ear, desk)
            for webhook in self._webhooks:
                webhook.listen(desk, self._slack.client_for)
            self._parts.push_async_callback(self._mcp.close)
            self._mcp.listen(ctx, engine)

    async def _open(self) -> Context:
        """Open the database and everything that is handed around with it."""
        news = SlackNews(wake=self._wake)
        escalating = EscalatingNews(news)
        self._runtime = await build(
            self._settings,
            CountedNews(escalating),
            clock=self._clock,
            offline=self._offline,
            claude=self._claude,
            sources=SlackSources(self._slack.client_for, self._people, self._clock),
        )
        self._parts.push_async_callback(self._runtime.close)
        ctx = self._runtime.context
        news.attach(ctx)
        escalating.attach(ctx)
        self._health.watch("database", partial(answers, ctx.database))
        return ctx

    def _wake(self) -> None:
        if self._delivering is not None:
            self._delivering.wake()

    async def _work(self, ctx: Context) -> Engine:
        """Launch what works; what ends it is noted before, for a start that breaks in between."""
        self._parts.push_async_callback(self._say_goodbye, ctx)
        self._parts.push_async_callback(self._stop_delivering)
        engine = Engine(ctx, kind="bot", only=ctx.database.dialect == "sqlite")
        await engine.launch()
        # Watched until the engine is closed: calls that finish in its grace need the lock, too.
        self._parts.push_async_callback(self._lock_watch.close)
        self._parts.push_async_callback(engine.close, self._settings.worker.grace_seconds)
        self._lock_watch.start(engine)
        self._name(engine.executor_id)
        self._presence = await workers.start(ctx, engine.executor_id, kind=self._command)
        self._health.watch("database", partial(self._presence.problem, ctx.database))
        self._health.watch("engine", _well)
        self._health.count(partial(_counted, ctx, engine, KpiGauges()))
        self._delivering = self._delivery(ctx, engine.executor_id)
        await self._delivering.start()
        self._health.watch("delivery", self._delivering.problem)
        if started := await engine.sweep(surface="slack"):
            log.info("bot.swept", tasks=started)
        ticks = Ticks(ctx, engine, self._presence)
        ticks.start()
        self._parts.callback(ticks.stop)
        return engine

    def _name(self, worker_id: str) -> None:
        """Put the id on log lines and spans."""
        logs.name_worker(worker_id)
        endpoint = self._settings.tracing.endpoint
        if endpoint and not tracing.is_installed():
            log.warning("tracing.not_installed", hint="pip install 'teamlead[otel]'")
        self._end_tracing = tracing.set_up(endpoint, worker=worker_id, version=__version__)

    def _delivery(self, ctx: Context, worker_id: str) -> Delivering:
        # The engine's id: whoever has it later knows that this process is gone, and takes over
        # the rows that it was sending.
        delivery = Delivery(
            ctx.database,
            self._slack.poster_for,
            clock=ctx.clock,
            settings=self._settings.outbox,
            worker_id=worker_id,
            renderer=SlackRenderer(ctx),
            directory_for=ctx.sources.directory if ctx.sources else None,
        )
        return Delivering(delivery, ctx.database, ctx.clock)

    async def _listen(self, ear: Ear, desk: Desk) -> None:
        app = self._slack.app()
        register(app, desk)
        self._parts.push_async_callback(ear.close)
        await ear.listen(app, desk.ctx.gate)
        self._health.watch("slack", ear.problem)

    async def _stop_tracing(self) -> None:
        # In a thread: an unreachable collector is tried again for some seconds.
        await asyncio.to_thread(self._end_tracing)

    async def _stop_delivering(self) -> None:
        if self._delivering is not None:
            await self._delivering.close()

    async def _say_goodbye(self, ctx: Context) -> None:
        if self._presence is None:
            return
        try:
            await self._presence.stop(ctx)
        except Exception as error:
            # The database is away; its rows then say "gone" instead of "stopped".
            log.warning("worker.no_goodbye", kind=type(error).__name__)

    async def close(self) -> None:
        """Stop taking events first, give back connections last; safe to call twice."""
        self._health.stopping = True
        await self._parts.aclose()
        logs.name_worker("")


async def _counted(ctx: Context, engine: Engine, kpis: KpiGauges) -> Stored:
    """Bring up to date what a scrape shows of this moment."""
    metrics.tasks_at_work(engine.running)
    found = await stored(ctx.database, clock=ctx.clock)
    return replace(found, kpis=await kpis.now(ctx))


def _nothing() -> None:
    """There is nothing to end."""


async def _well() -> str:
    """A launched engine is ready; one that lost its lock ends the process."""
    return ""


def _connection(settings: Settings, clock: Clock) -> Connection:
    if settings.many_workspaces:
        return InstalledConnection(settings, clock)
    return SlackConnection(settings, clock)


def _ear(command: Command, settings: Settings, clock: Clock) -> Ear | None:
    if command == "worker":
        return None
    if command == "serve":
        return HttpEar(clock)
    return SocketEar(settings.slack.app_token.get_secret_value(), clock)


def _server(
    command: Command,
    settings: Settings,
    health: Health,
    ear: Ear | None,
    hooks: list[Route],
) -> HttpServer | None:
    """Return the HTTP server: `serve` needs one, the others have one when a port is set."""
    port = settings.http.port
    if port is None and command != "serve":
        return None
    slack = ear.routes() if isinstance(ear, HttpEar) else []
    reported = hooks if ear is not None else []
    return HttpServer(
        [*health.routes(), *slack, *reported],
        host=settings.http.host,
        port=SERVE_PORT if port is None else port,
    )
