"""The bot as one process: Slack in and out, the engine, the delivery and the ticks together."""

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap import Runtime, build
from bot.cli.socket_mode import PoliteSocketModeHandler
from bot.clock import Clock
from bot.errors import ExternalError, SettingInvalid
from bot.model.port import Model
from bot.services import workers
from bot.services.outbox import Delivery
from bot.services.slack_news import SlackNews
from bot.settings import Settings
from bot.slack.poster import Poster, SlackPoster
from bot.workflows.engine import Engine
from handlers import register
from handlers.desk import Desk
from scheduler.ticks import Ticks

log = structlog.get_logger(__name__)


class BotProcess:
    """Start it, wait, close it; `async with` does both ends."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        offline: Model | None = None,
        claude: Callable[[], Model] | None = None,
    ) -> None:
        """Models and clock can be replaced, for tests; None takes the real ones."""
        self._settings = settings
        self._clock = clock
        self._offline = offline
        self._claude = claude
        self._http: aiohttp.ClientSession | None = None
        self._runtime: Runtime | None = None
        self._engine: Engine | None = None
        self._ticks: Ticks | None = None
        self._presence: workers.Presence | None = None
        self._socket: PoliteSocketModeHandler | None = None
        self._delivering: asyncio.Task[None] | None = None
        self.team_name = ""

    async def __aenter__(self) -> "BotProcess":
        try:
            await self._start()
        except BaseException:
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

    async def _start(self) -> None:
        check_tokens(self._settings)
        wakers: list[Delivery] = []
        news = SlackNews(wake=lambda: wakers[0].wake() if wakers else None)
        self._runtime = await build(
            self._settings, news, clock=self._clock, offline=self._offline, claude=self._claude
        )
        ctx = self._runtime.context
        news.attach(ctx)
        client = await self._connect()
        poster: Poster = SlackPoster(client)

        async def poster_for(_workspace_id: str) -> Poster:
            return poster

        delivery = Delivery(
            ctx.database,
            poster_for,
            clock=ctx.clock,
            settings=self._settings.outbox,
            worker_id=f"{socket.gethostname()}:{os.getpid()}",
        )
        wakers.append(delivery)
        self._engine = Engine(ctx, kind="bot", only=ctx.database.dialect == "sqlite")
        await self._engine.launch()
        await delivery.recover()
        started = await self._engine.sweep(surface="slack")
        if started:
            log.info("bot.swept", tasks=started)
        self._delivering = asyncio.create_task(delivery.run(), name="outbox")
        self._presence = await workers.start(ctx, self._engine.executor_id, kind="run")
        self._ticks = Ticks(ctx, self._engine, self._presence)
        self._ticks.start()
        await self._listen(client, Desk(ctx, self._engine))

    async def _connect(self) -> AsyncWebClient:
        """Check the bot token and learn the workspace's name."""
        slack = self._settings.slack
        timeout = self._settings.outbox.timeout_seconds
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout))
        client = AsyncWebClient(
            token=slack.bot_token.get_secret_value(),
            base_url=slack.api_url.rstrip("/") + "/",
            session=self._http,
            timeout=round(timeout),
        )
        try:
            who = await client.auth_test()
        except SlackApiError as refused:
            code = refused.response["error"]
            raise SettingInvalid(
                "SLACK_BOT_TOKEN",
                f"was refused by Slack ({code}).",
                hint="Copy the bot token again from the app's “OAuth & Permissions” page.",
            ) from None
        except (aiohttp.ClientError, TimeoutError) as unreachable:
            raise SettingInvalid(
                "SLACK_API_URL",
                f"cannot be reached ({type(unreachable).__name__}).",
                hint="Check the address and the network.",
            ) from None
        self.team_name = str(who.get("team", ""))
        return client

    async def _listen(self, client: AsyncWebClient, desk: Desk) -> None:
        # Bolt acknowledges events before their listener runs unless told otherwise; what is
        # acknowledged must be stored, or a crash in between loses a message that Slack forgot.
        app = AsyncApp(
            client=client,
            raise_error_for_unhandled_request=False,
            process_before_response=True,
        )
        register(app, desk)
        self._socket = PoliteSocketModeHandler(
            app, self._settings.slack.app_token.get_secret_value(), web_client=client
        )
        try:
            await self._socket.connect_async()  # type: ignore[no-untyped-call]  # untyped there
        except SlackApiError as refused:
            raise SettingInvalid(
                "SLACK_APP_TOKEN",
                f"was refused by Slack ({refused.response['error']}).",
                hint="It needs the scope connections:write.",
            ) from None

    async def close(self) -> None:
        """Stop taking events first, give back connections last; safe to call twice."""
        if self._socket is not None:
            await self._socket.close_politely()
            self._socket = None
        if self._ticks is not None:
            self._ticks.stop()
            self._ticks = None
        if self._engine is not None:
            await self._engine.close()
            self._engine = None
        if self._delivering is not None:
            self._delivering.cancel()
            with suppress(asyncio.CancelledError, ExternalError):
                await self._delivering
            self._delivering = None
        if self._runtime is not None:
            if self._presence is not None:
                await self._presence.stop(self._runtime.context)
                self._presence = None
            await self._runtime.close()
            self._runtime = None
        if self._http is not None:
            await self._http.close()
            self._http = None


def check_tokens(settings: Settings) -> None:
    """Raise SettingInvalid when a Slack token is missing or of the wrong kind."""
    for name, prefix, token in (
        ("SLACK_BOT_TOKEN", "xoxb-", settings.slack.bot_token),
        ("SLACK_APP_TOKEN", "xapp-", settings.slack.app_token),
    ):
        value = token.get_secret_value()
        if not value:
            raise SettingInvalid(
                name, "is not set.", hint="See docs/install.md, or try `teamlead demo` without it."
            )
        if not value.startswith(prefix):
            raise SettingInvalid(name, f"should start with {prefix}.", hint="Copy it again.")
