"""The buttons under a call of a tool that needs a person's yes."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.services import tool_call_answers
from bot.services.tool_call_answers import Answer
from bot.slack.payloads import ToolCallAction
from handlers.desk import Desk
from handlers.interaction import Click, clicked

Json = dict[str, Any]


class ToolCallActions:
    """Whoever may approve plans where the task lives may answer; `Access` has asked before."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons come here."""
        app.action("tool.allow")(clicked(self.allow))
        app.action("tool.refuse")(clicked(self.refuse))

    async def allow(self, click: Click) -> None:
        """Let the call be made, once."""
        await click.ack()
        await self._answer(click, allow=True)

    async def refuse(self, click: Click) -> None:
        """Let the work go on without it."""
        await click.ack()
        await self._answer(click, allow=False)

    async def _answer(self, click: Click, *, allow: bool) -> None:
        payload = ToolCallAction.read(click.value)
        given = Answer(
            workspace_id=click.workspace,
            task_id=payload.task_id,
            call_id=payload.call_id,
            allow=allow,
            by=click.user,
            receipt=click.key,
        )
        task = await tool_call_answers.answer(self._desk.ctx, given)
        if task is not None:
            await self._desk.start(task)
