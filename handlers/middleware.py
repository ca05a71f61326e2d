"""What happens before every handler, in this order: the payload smoothed, other bots ignored, log
context and the list of people bound.

Slack's signature is checked by Bolt before; the message is claimed by the use case that takes it
in, in the same transaction as the task.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot import tracing
from handlers.desk import Desk
from handlers.interaction import PEOPLE
from handlers.shapes import smooth


def register(app: AsyncApp, desk: Desk) -> None:
    """Put the middleware in, in order."""
    app.middleware(smooth)
    app.middleware(ignore_bots)
    app.middleware(bind_log_context)

    async def bind_people(context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]) -> None:
        """Let modals say who people are."""
        context[PEOPLE] = desk.directory
        await next_()

    app.middleware(bind_people)


async def ignore_bots(
    body: dict[str, Any], next_: Callable[[], Awaitable[None]]
) -> BoltResponse | None:
    """Answer other bots' messages with silence: two bots that answer each other never end."""
    event = body.get("event", {})
    if event.get("type") in ("message", "app_mention") and event.get("bot_id"):
        return BoltResponse(status=200)
    await next_()
    return None


async def bind_log_context(context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]) -> None:
    """Put ids on every log line of this request, and on its span.

    Bolt calls the listener after its middleware has returned, so that a `with` block around
    `next_` would end too early; each request has a task, and so a log context, of its own.
    """
    ids = {"team_id": context.team_id, "channel_id": context.channel_id, "user_id": context.user_id}
    structlog.contextvars.bind_contextvars(**ids)
    tracing.note(**ids)
    await next_()
