"""Hand-offs between teams: asked, answered by the other side, ended; each side keeps its card."""

from dataclasses import dataclass
from typing import Literal

from bot.domain import hand_off as rules
from bot.domain.events import BoardMoved
from bot.domain.hand_off import HandOffState
from bot.domain.hand_off_words import Asked
from bot.domain.setting import Effective
from bot.domain.setting.places import channel_of, url_of
from bot.errors import NotAllowed, UserFacingError
from bot.services.context import Context
from bot.services.workspace_settings import effective
from bot.slack.text import mention
from storage.models import HandOff
from storage.uow import UnitOfWork

OURS = "backend"
"""How this team is called."""
HOOK = "hand_off_hook"
"""The outbox's name for what a webhook is told: its address is looked up when it is sent."""


@dataclass(frozen=True)
class NewHandOff:
    """What one team asks of another; `key` names the act, so that its second delivery asks none.

    `channel_id` is this team's, `team_channel_id` the other's; empty where a webhook is.
    """

    workspace_id: str
    channel_id: str
    team_channel_id: str
    direction: Literal["out", "in"]
    team: str
    asked: Asked
    user_id: str
    key: str
    is_private: bool = False
    team_is_private: bool = False


async def place_of(ctx: Context, workspace_id: str, team: str) -> tuple[str, bool]:
    """Return a team's channel, and whether it has a webhook instead.

    Raises UserFacingError where nobody said where it is.
    """
    async with ctx.database.read() as uow:
        settings = await effective(ctx, uow, workspace_id)
    channel = channel_of(settings.values[setting_of(team)].value)
    url = webhook_of(ctx, settings, workspace_id, team)
    if not channel and not url:
        raise UserFacingError(
            f"Nobody said where the {team} team is.",
            hint=f"`/lead settings {setting_of(team)} #channel workspace`.",
        )
    return channel, bool(url)


def setting_of(team: str) -> str:
    """Return the name of the setting that says where a team is."""
    return f"team_{team.replace('-', '_')}"


def webhook_of(ctx: Context, settings: Effective, workspace_id: str, team: str) -> str:
    """Return the address that a team is told at; empty for none.

    Addresses are the operator's: of many workspaces one has them, no other's words go there.
    """
    if ctx.settings.many_workspaces and workspace_id != ctx.settings.teams.webhook_workspace:
        return ""
    return url_of(settings.values[setting_of(team)].value)


def team_of(settings: Effective, channel_id: str) -> str:
    """Return the team whose channel this is; empty for none's."""
    for team in rules.TEAMS:
        if channel_of(settings.values[setting_of(team)].value) == channel_id:
            return team
    return ""


async def request(ctx: Context, wanted: NewHandOff) -> HandOff | None:
    """Store a hand-off and show it to both sides; None when this act asked before."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        places = (
            (wanted.channel_id, wanted.is_private),
            (wanted.team_channel_id, wanted.team_is_private),
        )
        for channel, private in places:
            if channel:
                await uow.channels.ensure(wanted.workspace_id, channel, now=now, is_private=private)
        if not await uow.receipts.claim(wanted.workspace_id, wanted.key, now=now):
            return None
        row = await uow.hand_offs.add(
            HandOff(
                workspace_id=wanted.workspace_id,
                channel_id=wanted.channel_id,
                team_channel_id=wanted.team_channel_id,
                number=await uow.numbers.next(HandOff, wanted.workspace_id),
                direction=wanted.direction,
                team=wanted.team,
                text=wanted.asked.text,
                requested_by=wanted.user_id,
                due_at=wanted.asked.due_at,
                remind_at=rules.next_reminder(
                    HandOffState.REQUESTED, due_at=wanted.asked.due_at, now=now
                ),
                created_at=now,
                updated_at=now,
            )
        )
        await _note(ctx, uow, row, wanted.user_id, "handoff.request")
        await announce(ctx, uow, row)
    return row


async def answer(
    ctx: Context,
    row: HandOff,
    target: HandOffState,
    *,
    by: str,
    receipt: str,
    reason: str = "",
) -> HandOff:
    """Accept, decline or end a hand-off; returns it.

    Raises UserFacingError for a decline without a reason, TransitionRefused when it has ended.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.hand_offs.get(row.workspace_id, row.id, lock=True)
        if not await uow.receipts.is_new(row.workspace_id, receipt, now=now):
            return row
        if target is HandOffState.DECLINED and not reason.strip():
            raise UserFacingError("Say why not.")
        row.state = rules.move(row.public_id, row.state, target)
        row.answered_by, row.reason = by, reason.strip()
        row.answered_at = row.answered_at or now
        row.updated_at = now
        if target not in rules.OPEN:
            row.ended_at = now
        row.remind_at = rules.next_reminder(target, due_at=row.due_at, now=now)
        await _note(ctx, uow, row, by, f"handoff.{target.value}")
        await announce(ctx, uow, row)
    return row


def check_may_withdraw(row: HandOff, *, user_id: str) -> None:
    """Raise NotAllowed unless the person asked for it, UserFacingError when it has ended."""
    if row.requested_by != user_id:
        raise NotAllowed(
            f"Only {mention(row.requested_by)} can withdraw {row.public_id}.",
            hint="Ask them, or decline it where it was asked.",
        )
    if row.state not in rules.OPEN:
        raise UserFacingError(f"{row.public_id} is {row.state.value} already.")


async def withdraw(
    ctx: Context, row: HandOff, *, by: str, receipt: str, reason: str = ""
) -> HandOff:
    """Take a request back at the word of who asked; the other team is told. Returns it.

    Raises what `check_may_withdraw` raises; a second delivery of the act changes nothing.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.hand_offs.get(row.workspace_id, row.id, lock=True)
        if not await uow.receipts.is_new(row.workspace_id, receipt, now=now):
            return row
        check_may_withdraw(row, user_id=by)
        row.state = rules.move(row.public_id, row.state, HandOffState.WITHDRAWN)
        row.answered_by, row.reason = by, reason.strip()
        row.updated_at = row.ended_at = now
        row.remind_at = None
        await _note(ctx, uow, row, by, "handoff.withdraw")
        await announce(ctx, uow, row)
    return row


async def announce(ctx: Context, uow: UnitOfWork, row: HandOff) -> None:
    """Let both cards show how it stands, and tell a webhook."""
    await uow.session.flush()
    await ctx.announcer.announce(uow, BoardMoved.of("hand-off", row))


async def _note(ctx: Context, uow: UnitOfWork, row: HandOff, by: str, action: str) -> None:
    await uow.audit.add(
        row.workspace_id,
        by,
        action=action,
        noun="hand-off",
        noun_id=row.id,
        at=ctx.clock.now(),
    )
