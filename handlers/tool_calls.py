"""The buttons under a call of a tool that needs a person's yes."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.services import tool_call_answers
from bot.services.tool_call_answers import Answer
from bot.slack.payloads import ToolCallAction
from handlers.desk import Desk
from handlers.triggers import click_key

Json = dict[str, Any]


class ToolCallActions:
    """Whoever may approve plans where the task lives may answer; `Access` has asked before."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons come here."""
        app.action("tool.allow")(self.allow)
        app.action("tool.refuse")(self.refuse)

    async def allow(
        self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext
    ) -> None:
        """Let the call be made, once."""
        await ack()
        await self._answer(action, body, context, allow=True)

    async def refuse(
        self, ack: AsyncAck, action: Json, body: Json, context: AsyncBoltContext
    ) -> None:
        """Let the work go on without it."""
        await ack()
        await self._answer(action, body, context, allow=False)

    async def _answer(
        self, action: Json, body: Json, context: AsyncBoltContext, *, allow: bool
    ) -> None:
        payload = ToolCallAction.read(action.get("value"))
        given = Answer(
            workspace_id=context.team_id or "",
            task_id=payload.task_id,
            call_id=payload.call_id,
            allow=allow,
            by=context.user_id or "",
            receipt=click_key(body, action),
        )
        task = await tool_call_answers.answer(self._desk.ctx, given)
        if task is not None:
            await self._desk.start(task)
