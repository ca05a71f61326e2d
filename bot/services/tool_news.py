"""Tells who permitted a server's tools that some are not what they were."""

from collections.abc import Sequence

from bot.domain.lanes import POST
from bot.services.context import Context
from bot.services.repositories import BY_OPERATOR
from bot.slack.cards.tool_changes import tools_changed_post
from storage.models import ToolServer, new_id
from storage.uow import UnitOfWork


async def say_changed(
    ctx: Context, uow: UnitOfWork, row: ToolServer, changed: Sequence[str]
) -> None:
    """Queue a direct message to whoever permitted them, or else who installed the app.

    Where that was the operator, who has no name in Slack, the log and the lists say it alone.
    """
    person = row.permitted_by
    if person in ("", BY_OPERATOR):
        installed = await uow.installations.find(row.workspace_id)
        person = "" if installed is None else installed.installed_by
    if not person:
        return
    await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=person,
        key=f"tool-server:{row.id}:changed:{new_id()}",
        method=POST,
        payload=tools_changed_post(row.name, changed).payload(),
        now=ctx.clock.now(),
    )
