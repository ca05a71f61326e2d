"""Takes in what another team's system sends: requests into our inbox, answers to our hand-offs."""

from collections.abc import Awaitable, Callable

from bot.domain.hand_off_hook import HookAnswer, HookRequest
from bot.domain.setting.places import channel_of
from bot.errors import NotFound, UserFacingError
from bot.services import hand_offs
from bot.services.context import Context
from bot.services.hand_offs import NewHandOff
from bot.services.workspace_settings import effective
from storage.models import HandOff

IsPrivate = Callable[[str], Awaitable[bool]]


async def inbox_of(ctx: Context, workspace_id: str) -> str:
    """Return the channel that shows what others ask of us; raises UserFacingError for none."""
    async with ctx.database.read() as uow:
        settings = await effective(ctx, uow, workspace_id)
    channel = channel_of(settings.values["team_inbox"].value)
    if not channel:
        raise UserFacingError(
            "Nobody said which channel takes what other teams ask of us.",
            hint="`/lead settings team_inbox #channel workspace`.",
        )
    return channel


async def take_request(
    ctx: Context, workspace_id: str, wanted: HookRequest, *, is_private: IsPrivate
) -> HandOff | None:
    """Store a request; None when the sender's id was taken in before.

    `is_private` says of a channel whether what stands there must not show elsewhere.
    """
    async with ctx.database.read() as uow:
        settings = await effective(ctx, uow, workspace_id)
    place = settings.values[hand_offs.setting_of(wanted.team)].value
    inbox, theirs = await inbox_of(ctx, workspace_id), channel_of(place)
    return await hand_offs.request(
        ctx,
        NewHandOff(
            workspace_id=workspace_id,
            channel_id=inbox,
            team_channel_id=theirs,
            direction="in",
            team=wanted.team,
            asked=wanted.asked(now=ctx.clock.now()),
            user_id=wanted.team,
            key=f"hand-off-hook:{wanted.team}:{wanted.id}",
            is_private=await is_private(inbox),
            team_is_private=await is_private(theirs) if theirs else False,
        ),
    )


async def take_answer(ctx: Context, workspace_id: str, said: HookAnswer) -> HandOff:
    """Store a team's answer to what we asked of it; the same answer again changes nothing.

    Raises NotFound for what was asked of another team, TransitionRefused when it has ended.
    """
    async with ctx.database.read() as uow:
        row = await uow.hand_offs.by_number(workspace_id, said.number)
    if row.direction != "out" or row.team != said.team:
        raise NotFound("hand-off", f"H-{said.number}")
    return await hand_offs.answer(
        ctx,
        row,
        said.target,
        by=said.team,
        receipt=f"hand-off-hook:{row.id}:{said.state}",
        reason=said.reason,
    )
