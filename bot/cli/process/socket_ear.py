"""Socket Mode that ends politely: what was begun is answered before the connection goes."""

from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from bot.cli.process.ear import InHand
from bot.clock import Clock
from bot.errors import SettingInvalid
from bot.services.gate import Gate
from handlers.reach import SLACK_FAILED, error_code
from handlers.shapes import is_malformed

_REFUSED = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
"""What no waiting mends (docs.slack.dev/reference/methods/apps.connections.open)."""
_KINDS = {"events_api": "event", "slash_commands": "command", "interactive": "interaction"}


class PoliteSocketModeHandler(AsyncSocketModeHandler):
    """Counts the requests being handled, and takes no new ones once it closes.

    What comes after is not acknowledged, so Slack delivers it again; the receipt makes it count
    once.
    """

    def __init__(self, *args: Any, in_hand: InHand, **options: Any) -> None:
        super().__init__(*args, **options)
        self._in_hand = in_hand

    async def handle(self, client: Any, req: Any) -> None:
        """Handle one request and send its acknowledgement."""
        if self._in_hand.closing or is_malformed(req.payload):
            return
        with self._in_hand.one(_KINDS.get(req.type, "other")):
            await super().handle(client, req)


class SocketEar:
    """One connection that this process opened; Slack sends each request to one of them."""

    def __init__(self, app_token: str, clock: Clock) -> None:
        self._app_token = app_token
        self._in_hand = InHand(clock, ear="socket")
        self._handler: PoliteSocketModeHandler | None = None

    async def listen(self, app: AsyncApp, gate: Gate) -> None:
        """Connect; raises SettingInvalid when Slack refuses the token."""
        self._in_hand.gate = gate
        self._handler = PoliteSocketModeHandler(
            app, self._app_token, web_client=app.client, in_hand=self._in_hand
        )
        self._handler.client.wss_uri = await self._address(app)
        await self._handler.connect_async()  # type: ignore[no-untyped-call]  # untyped there

    async def _address(self, app: AsyncApp) -> str | None:
        """Return where to connect to; None where Slack does not say, then the library asks again.

        It would ask for ever, too, for a token that is refused; raises SettingInvalid for one.
        """
        try:
            answer = await app.client.apps_connections_open(app_token=self._app_token)
        except SlackApiError as refused:
            code = error_code(refused)
            if code not in _REFUSED:
                return None
            raise SettingInvalid(
                "SLACK_APP_TOKEN",
                f"was refused by Slack ({code}).",
                hint="It needs the scope connections:write; copy it again (docs/install.md).",
            ) from None
        except SLACK_FAILED:
            return None
        return str(answer["url"])

    async def problem(self) -> str:
        """Return why nothing can be heard at present, or nothing."""
        if self._in_hand.closing:
            return "stopping"
        if self._handler is None or not await self._handler.client.is_connected():
            return "the socket is not connected"
        return ""

    async def close(self) -> None:
        """Let requests in hand be answered, then close the connection; safe to call twice."""
        if self._handler is None:
            return
        await self._in_hand.drain()
        await self._handler.close_async()  # type: ignore[no-untyped-call]  # untyped there
        self._handler = None
