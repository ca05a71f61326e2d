"""The App Home: open tasks and waiting decisions, fresh at each opening."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.decision import DecisionState
from bot.errors import PersonUnknown
from bot.services import access, task_views
from bot.slack.cards import home_view
from handlers.desk import Desk

SHOWN = 10


class Home:
    """Publishes the Home view."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which event comes here."""
        app.event("app_home_opened")(self.opened)

    async def opened(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show the person's own open tasks and the decisions of public channels and their own."""
        if event.get("tab") != "home":
            return
        workspace, user = context.team_id or "", event["user"]
        async with self._desk.ctx.database.read() as uow:
            mine = [t for t in await uow.tasks.open_in(workspace) if t.requester_id == user]
            waiting = await uow.decisions.newest(
                workspace, limit=SHOWN, state=DecisionState.PROPOSED, seen_from=""
            )
        view = home_view(
            tasks=[task_views.task_row(task) for task in mine[:SHOWN]],
            decisions=[task_views.decision_row(row) for row in waiting],
            may_configure=await self._may_configure(workspace, user, client),
        )
        await client.views_publish(user_id=user, view=view)

    async def _may_configure(self, workspace: str, user: str, client: AsyncWebClient) -> bool:
        """Whether the button shows; when Slack does not say who it is, it does not."""
        directory = self._desk.directory(client, workspace)
        try:
            found = await access.verdict(
                self._desk.ctx, directory, "configure", workspace_id=workspace, user_id=user
            )
        except PersonUnknown:
            return False
        return found.allowed
