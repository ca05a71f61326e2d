"""What happens before every handler, in this order: the payload smoothed, other bots ignored, log
context and the list of people bound, who reads noted, who may do it asked.

Slack's signature is checked by Bolt before; the message is claimed by the use case that takes it
in, in the same transaction as the task.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import tracing
from handlers.access import Access
from handlers.desk import Desk
from handlers.interaction import PEOPLE
from handlers.readers import note_who_reads
from handlers.shapes import smooth


def register(app: AsyncApp, desk: Desk) -> None:
    """Put it in as one: Bolt collects arguments anew for each, which takes longer than it does."""
    access = Access(desk)

    async def prepare(
        body: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
        next_: Callable[[], Awaitable[None]],
    ) -> BoltResponse | None:
        smooth(body)
        if is_of_a_bot(body):
            return BoltResponse(status=200)
        bind_log_context(context)
        context[PEOPLE] = desk.directory  # modals say who people are
        await note_who_reads(desk, body, context, client)
        await access.check(body, context, client)
        await next_()
        return None

    app.middleware(prepare)


def is_of_a_bot(body: dict[str, Any]) -> bool:
    """Whether another bot says it, which is met with silence: two that answer never end."""
    event = body.get("event", {})
    return event.get("type") in ("message", "app_mention") and bool(event.get("bot_id"))


def bind_log_context(context: AsyncBoltContext) -> None:
    """Put ids on every log line of this request, and on its span.

    Bolt calls the listener after its middleware has returned, so that a `with` block around
    `next_` would end too early; each request has a task, and so a log context, of its own.
    """
    ids = {"team_id": context.team_id, "channel_id": context.channel_id, "user_id": context.user_id}
    structlog.contextvars.bind_contextvars(**ids)
    tracing.note(**ids)
