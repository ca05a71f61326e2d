"""Whose decisions an import or export is about: one workspace, one of its channels or all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from bot.errors import NotFound, UserFacingError
from storage.uow import Database, UnitOfWork

TERMINAL = "local"
"""The workspace of the terminal, where nobody has connected Slack yet."""


@dataclass(frozen=True)
class Scope:
    """`channel_id` is empty for the whole workspace."""

    workspace_id: str
    channel_id: str = ""


class _TakenBack(Exception):
    """Ends a transaction of which nothing is to be kept."""


@asynccontextmanager
async def unit_of(database: Database, *, dry_run: bool) -> AsyncIterator[UnitOfWork]:
    """A unit of work; of a dry run nothing is kept."""
    with suppress(_TakenBack):
        async with database.begin() as uow:
            yield uow
            if dry_run:
                raise _TakenBack


async def scope_of(
    uow: UnitOfWork, *, workspace: str | None, channel: str | None, now: datetime, slack: bool
) -> Scope:
    """Return the scope that was asked for.

    Without a workspace it is Slack's only one, or the terminal's where `slack` is not set up.
    A channel is named by its id or `#name`. Raises UserFacingError when it is not known or plain.
    """
    known = await uow.channels.workspace_ids()
    workspace = workspace or _only(known, slack=slack)
    if workspace == TERMINAL:
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


def _only(known: list[str], *, slack: bool) -> str:
    others = [name for name in known if name != TERMINAL]
    if len(others) > 1:
        raise UserFacingError(
            f"There are {len(others)} workspaces.", hint=f"Add `--workspace`. {_named(known)}"
        )
    if not others and slack:  # what went to the terminal's would never be seen in Slack
        raise UserFacingError(
            "I have not heard from the Slack workspace yet.",
            hint="Mention the lead there once, or add `--workspace local` for the terminal's.",
        )
    return others[0] if others else TERMINAL


def _named(known: list[str]) -> str:
    return f"I know {', '.join(known)}." if known else "None is connected yet."
