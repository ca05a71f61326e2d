"""Whose decisions an import or export is about: one workspace, one of its channels or all."""

from dataclasses import dataclass
from datetime import datetime

from bot.errors import NotFound, UserFacingError
from storage.uow import UnitOfWork

TERMINAL = "local"
"""The workspace of the terminal, where nobody has connected Slack yet."""


@dataclass(frozen=True)
class Scope:
    """`channel_id` is empty for the whole workspace."""

    workspace_id: str
    channel_id: str = ""


class TakenBack(Exception):
    """Ends a transaction of which nothing is to be kept."""


async def scope_of(
    uow: UnitOfWork, *, workspace: str | None, channel: str | None, now: datetime
) -> Scope:
    """Return the scope that was asked for.

    Without a workspace it is Slack's only one, or the terminal's where there is none. A channel is
    named by its id or `#name`. Raises UserFacingError when it is not known or not plain.
    """
    known = await uow.channels.workspace_ids()
    if workspace is None:
        workspace = _only(known)
        await uow.channels.ensure_workspace(workspace, now=now)
    elif workspace not in known:
        raise NotFound("workspace", workspace, hint=_named(known))
    if channel is None:
        return Scope(workspace)
    found = await uow.channels.named(workspace, channel.removeprefix("#"))
    if not found:
        raise NotFound(
            "channel", channel, hint="Name its id; the lead knows channels it was spoken to in."
        )
    if len(found) > 1:
        raise UserFacingError(
            f"{len(found)} channels are called {channel}.", hint="Name the channel's id."
        )
    return Scope(workspace, found[0])


def _only(known: list[str]) -> str:
    slack = [name for name in known if name != TERMINAL]
    if len(slack) > 1:
        raise UserFacingError(
            f"There are {len(slack)} workspaces.", hint=f"Add `--workspace`. {_named(known)}"
        )
    return slack[0] if slack else TERMINAL


def _named(known: list[str]) -> str:
    return f"I know {', '.join(known)}." if known else "None is connected yet."
