"""Feedback buttons under answers and recommendations."""

from slack_bolt.async_app import AsyncApp

from bot.services import feedback
from bot.slack.payloads import FeedbackAction
from handlers.desk import Desk
from handlers.interaction import Click, clicked
from handlers.reach import whisper

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
        app.action("feedback.give")(clicked(self.give))
        app.action("feedback.good")(clicked(self.give))
        app.action("feedback.bad")(clicked(self.give))

    async def give(self, click: Click) -> None:
        """Store what the person thinks of the answer; a later click replaces it."""
        payload = FeedbackAction.read(click.value)
        user = click.user
        await feedback.give(
            self._desk.ctx,
            payload.task_id,
            payload.round,
            payload.verdict,
            by=user,
            receipt=click.key,
        )
        await click.ack()
        thread = (click.body.get("message") or {}).get("thread_ts")
        channel, thanks = click.context.channel_id or "", THANKS[payload.verdict]
        await whisper(click.client, channel, user, thanks, thread_ts=thread)
