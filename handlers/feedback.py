"""Feedback buttons under answers and recommendations."""

from contextlib import suppress
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.services import feedback
from bot.slack.payloads import FeedbackAction
from handlers.desk import Desk
from handlers.reach import SLACK_FAILED
from handlers.triggers import click_key

THANKS = {
    "good": "Thanks, noted: helpful. The other button changes it.",
    "bad": "Thanks, noted: not helpful. Tell me in the thread what was missing.",
}


class FeedbackActions:
    """One form of the buttons in Slack, two plain ones on servers that know only those."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons come here."""
        app.action("feedback.give")(self.give)
        app.action("feedback.good")(self.give)
        app.action("feedback.bad")(self.give)

    async def give(
        self,
        ack: AsyncAck,
        action: dict[str, Any],
        body: dict[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Store what the person thinks of the answer; a later click replaces it."""
        payload = FeedbackAction.read(action.get("value"))
        user = context.user_id or ""
        await feedback.give(
            self._desk.ctx,
            payload.task_id,
            payload.round,
            payload.verdict,
            by=user,
            receipt=click_key(body, action),
        )
        await ack()
        thread = (body.get("message") or {}).get("thread_ts")
        with suppress(*SLACK_FAILED):
            await client.chat_postEphemeral(
                channel=context.channel_id or "",
                user=user,
                thread_ts=thread,
                text=THANKS[payload.verdict],
            )
