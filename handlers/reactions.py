"""Emoji that mean something: one stops a task, one proposes a message as a decision."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Act
from bot.domain.task import ENDED
from bot.errors import ExternalError, NotAllowed
from bot.services import tasks
from bot.services.recording import Record, record
from bot.services.slack_render import card_key
from bot.slack.text import clip, line
from handlers.desk import Desk
from handlers.links import permalink
from handlers.privacy import is_private
from handlers.reach import SLACK_FAILED
from handlers.texts import wish_text
from storage.models import Task

TITLE = 80
"""Ours, as in the modal that records a decision."""


class Reactions:
    """Most reactions are none of the bot's business; which are, the operator chooses."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which event comes here."""
        app.event("reaction_added")(self.added)

    async def added(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Stop the task whose card it is, or propose the message as a decision."""
        item, name = event.get("item") or {}, str(event.get("reaction", "")).partition("::")[0]
        if item.get("type") != "message" or event.get("user") in (None, context.bot_user_id):
            return
        chosen = self._desk.ctx.settings.reaction
        if name not in filter(None, (chosen.stop, chosen.decision)):
            return
        directory = self._desk.directory(client, context.team_id or "")
        if (await directory.person(str(event["user"]))).is_bot:
            return  # one that reacts to every message would react to the card, and so on
        if name == chosen.stop:
            await self._stop(event, context, client)
        else:
            await self._propose(event, context, client)

    async def _stop(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Stop for the requester and for those who may approve; others are told once."""
        user, workspace = str(event["user"]), context.team_id or ""
        task = await self._task_at(workspace, event, context.bot_user_id or "")
        if task is None or task.state in ENDED:
            return
        if user != task.requester_id and not await self._may("approve", event, context, client):
            return
        key = f"reaction:{event.get('event_ts', '')}:{user}"
        await tasks.stop(self._desk.ctx, task.id, by=user, receipt=key)

    async def _task_at(self, workspace: str, event: dict[str, Any], bot: str) -> Task | None:
        """Return the task that the message starts or shows, if any."""
        channel, ts = str(event["item"]["channel"]), str(event["item"]["ts"])
        async with self._desk.ctx.database.read() as uow:
            thread = await uow.threads.find(workspace, channel, ts)
            if thread is not None:
                return await uow.tasks.of_thread(thread.id)
            if event.get("item_user") not in (None, bot):
                return None
            for task in await uow.tasks.open_in(workspace, channel_id=channel):
                card = await uow.outbox.by_key(workspace, card_key(task.id, task.round))
                if card is not None and card.sent_ts == ts:
                    return task
        return None

    async def _propose(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Propose what the message says; whoever reacts next changes nothing."""
        workspace, user = context.team_id or "", str(event["user"])
        channel, ts = str(event["item"]["channel"]), str(event["item"]["ts"])
        if not await self._may("ask", event, context, client):
            return
        message = await _message(client, channel, ts)
        text = wish_text(str(message.get("text") or ""), context.bot_user_id or "")
        if not text:
            return
        await record(
            self._desk.ctx,
            Record(
                workspace_id=workspace,
                channel_id=channel,
                root_ts=str(message.get("thread_ts") or ts),
                user_id=user,
                title=clip(line(text.splitlines()[0]), TITLE),
                context="",
                outcome=text,
                source_url=await permalink(client, channel, ts),
                key=f"decision:{channel}:{ts}",
                is_private=await is_private(self._desk, client, workspace, channel),
            ),
        )

    async def _may(
        self,
        act: Act,
        event: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> bool:
        """Return whether the person may. Raises NotAllowed once per reaction, then says False."""
        workspace, user = context.team_id or "", str(event["user"])
        place = {"workspace_id": workspace, "channel_id": str(event["item"]["channel"])}
        try:
            await self._desk.require(act, client=client, user_id=user, **place)
        except NotAllowed:
            if await self._desk.is_first(workspace, f"refused:{event.get('event_ts', '')}:{user}"):
                raise
            return False
        return True


async def _message(client: AsyncWebClient, channel: str, ts: str) -> dict[str, Any]:
    """Return a message, be it a reply; raises ExternalError when Slack does not show it."""
    upto: dict[str, Any] = {"channel": channel, "latest": ts, "inclusive": True}
    try:
        answer = await client.conversations_replies(**upto, ts=ts, limit=2)
        found = next((m for m in answer["messages"] if m.get("ts") == ts), None)
        if found is None:
            answer = await client.conversations_history(**upto, limit=1)
            found = next((m for m in answer["messages"] if m.get("ts") == ts), None)
    except SLACK_FAILED as failed:
        raise ExternalError("I could not read that message.", retryable=True) from failed
    if found is None:
        raise ExternalError("I could not read that message.", retryable=False)
    return dict(found)
