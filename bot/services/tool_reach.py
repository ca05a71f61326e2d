"""From an offer to its answer: our own repositories, or a configured server."""

from collections.abc import Mapping
from typing import Any

from bot.domain.redaction import Options
from bot.domain.tool_capability import REPOSITORY
from bot.errors import SettingInvalid
from bot.services.context import Context
from bot.services.installation_seal import seal_from
from bot.services.tool_offers import Offer, Offers
from bot.tools.port import Target, Told, ToolFailed
from bot.tools.repository import RepositoryTools
from storage.models import ToolServer


async def reach(
    ctx: Context, offers: Offers, offer: Offer, arguments: Mapping[str, Any], workspace_id: str
) -> Told:
    """Make a call; raises ToolFailed. `arguments` have been cleaned of secrets."""
    if offer.server == REPOSITORY:
        options = Options(**ctx.settings.redaction.model_dump())
        return await RepositoryTools(offers.folders, options).call(offer.tool.name, arguments)
    server = offers.servers.get(offer.server)
    if server is None or ctx.tools is None or server.workspace_id != workspace_id:
        raise ToolFailed("This tool is not there any more.")
    return await ctx.tools.call(
        target_of(ctx, server),
        offer.tool.name,
        arguments,
        seconds=ctx.settings.tools.call_seconds,
    )


def target_of(ctx: Context, server: ToolServer) -> Target:
    """Return how a server is reached; raises ToolFailed when its token cannot be opened."""
    try:
        token = (
            seal_from(ctx.settings.secrets).open(server.workspace_id, server.token)
            if server.token
            else ""
        )
    except SettingInvalid:
        raise ToolFailed(
            f"{server.name} has a token that no key of mine opens; give it again."
        ) from None
    return Target(
        key=f"{server.id} {server.updated_at.isoformat()}",
        name=server.name,
        command=tuple(server.command or ()),
        env=tuple(server.env),
        url=server.url,
        token=token,
    )
