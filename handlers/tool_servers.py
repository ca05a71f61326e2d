"""Tool servers in Slack: a form for an address, a form for what a server's tools may do."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.tool_server import check_name, check_url
from bot.errors import UserFacingError
from bot.services import tool_servers
from bot.services.tool_servers import Change, NewServer
from bot.services.tool_views import server_line
from bot.slack.cards.tool_server import new_server_modal, server_modal
from bot.slack.payloads import ToolServerAction
from handlers.desk import Desk
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from storage.models import ToolServer

Json = dict[str, Any]
_KINDS = ("read", "write", "ask")


class ToolServerActions:
    """Whoever may configure the whole workspace; a command is never typed in Slack."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("toolserver.form")(clicked(self.form))
        app.action("toolserver.check")(clicked(self.check))
        app.view("toolserver.new")(submitted(self.new))
        app.view("toolserver.save")(submitted(self.save))

    async def form(self, click: Click) -> None:
        """Open the form of a server, or of a new one."""
        await click.ack()
        await self._require(click)
        payload = ToolServerAction.read(click.value)
        view = new_server_modal()
        if payload.server_id:
            view = server_modal(server_line(await self._find(payload, click)))
        await click.open(view)

    async def check(self, click: Click) -> None:
        """Have the server looked at by the next tick."""
        await click.ack()
        await self._require(click)
        row = await self._find(ToolServerAction.read(click.value), click)
        await tool_servers.check_soon(self._desk.ctx, row)

    async def new(self, sent: Submission) -> None:
        """Add the server; what is wrong with a field is said at the field."""
        await self._require(sent)
        values, errors = sent.values, dict[str, str]()
        plain = self._desk.ctx.settings.tools.private_addresses
        try:
            check_name(_typed(values, "name"))
        except UserFacingError as refused:
            errors["name"] = refused.sentence()
        try:
            check_url(_typed(values, "url"), plain=plain)
        except UserFacingError as refused:
            errors["url"] = refused.sentence()
        if not errors:
            errors = await self._add(sent)
        if errors:
            await sent.refuse(errors)
        else:
            await sent.ack()

    async def _add(self, sent: Submission) -> dict[str, str]:
        values = sent.values
        wanted = NewServer(
            workspace_id=sent.workspace,
            name=_typed(values, "name"),
            by=sent.user,
            url=_typed(values, "url"),
            token=_typed(values, "token"),
            receipt=sent.key,
        )
        try:
            await tool_servers.add(self._desk.ctx, wanted)
        except UserFacingError as refused:
            return {
                "token" if wanted.token and "token" in refused.text else "name": refused.sentence()
            }
        return {}

    async def save(self, sent: Submission) -> None:
        """Keep what was chosen, or remove the server."""
        await self._require(sent)
        payload = ToolServerAction.read(sent.metadata)
        row = await self._find(payload, sent)
        values, by, receipt = sent.values, sent.user, sent.key
        if _checked(values, "remove"):
            await tool_servers.remove(self._desk.ctx, row, by=by, receipt=receipt)
        else:
            wanted = Change(
                by=by,
                receipt=receipt,
                permissions=_permissions(values, row),
                shown=payload.shown,
                private=_checked(values, "private"),
            )
            await tool_servers.change(self._desk.ctx, row, wanted)
        await sent.ack()

    async def _find(self, payload: ToolServerAction, by: Interaction) -> ToolServer:
        async with self._desk.ctx.database.read() as uow:
            return await uow.tool_servers.get(by.workspace, payload.server_id)

    async def _require(self, by: Interaction) -> None:
        """Raise NotAllowed unless the person may configure the workspace, whatever the channel."""
        await self._desk.require(
            "configure",
            client=by.client,
            workspace_id=by.workspace,
            user_id=by.user,
        )


def _permissions(values: Json, row: ToolServer) -> dict[str, str] | None:
    """Return what the form says of each tool; None for a form that showed none."""
    if not any(kind in values for kind in _KINDS):
        return None
    there = {str(tool["name"]) for tool in row.tools if len(str(tool["name"])) <= 75}
    found = dict.fromkeys(there, "off")
    for kind in _KINDS:
        chosen = values.get(kind, {}).get("tools", {}).get("selected_options") or ()
        found |= {str(o["value"]): kind for o in chosen if str(o["value"]) in there}
    return found


def _checked(values: Json, block: str) -> bool:
    return bool(values.get(block, {}).get("choices", {}).get("selected_options"))


def _typed(values: Json, block: str) -> str:
    return str(values.get(block, {}).get("text", {}).get("value") or "").strip()
