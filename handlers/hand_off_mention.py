"""`@lead handoff …` in another team's channel: what that team asks of us."""

import re
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.hand_off_words import asked_of, read_asked
from bot.errors import UserFacingError
from bot.services import hand_offs
from bot.services.hand_off_hook import inbox_of
from bot.services.hand_offs import NewHandOff
from bot.services.workspace_settings import effective
from handlers.desk import Desk
from handlers.privacy import is_private

_WORD = re.compile(r"hand-?off\b[\s:]*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)


async def asks_us(
    desk: Desk,
    event: dict[str, Any],
    text: str,
    context: AsyncBoltContext,
    client: AsyncWebClient,
) -> bool:
    """Take in a hand-off said in a team's channel; returns whether it was one.

    Slack tells of a mention twice: what is refused is said once. Raises UserFacingError.
    """
    match = _WORD.fullmatch(text.strip())
    if match is None:
        return False
    workspace, channel = context.team_id or "", str(event["channel"])
    async with desk.ctx.database.read() as uow:
        settings = await effective(desk.ctx, uow, workspace)
    team = hand_offs.team_of(settings, channel)
    if not team:
        return await _is_a_command(desk, event, match["rest"], context, client)
    key = f"hand-off:{channel}:{event['ts']}"
    try:
        await _request(desk, event, match["rest"], team, key, context, client)
    except UserFacingError:
        if await desk.is_first(workspace, f"{key}:refused"):
            raise
    return True


async def _is_a_command(
    desk: Desk,
    event: dict[str, Any],
    text: str,
    context: AsyncBoltContext,
    client: AsyncWebClient,
) -> bool:
    """Refuse, once, what asks another team from our side; returns whether it was refused.

    What only begins with the word, e.g. "handoff notes for the release", is a wish like any other.
    """
    asked = asked_of(text)
    if asked is None:
        return False
    workspace, channel = context.team_id or "", str(event["channel"])
    if not await desk.may(
        "ask", client=client, workspace_id=workspace, user_id=event["user"], channel_id=channel
    ):
        return False
    if await desk.is_first(workspace, f"hand-off:{channel}:{event['ts']}:refused"):
        raise UserFacingError(
            "Asking another team for something is a command.", hint=f"`/lead handoff {asked}`."
        )
    return True


async def _request(
    desk: Desk,
    event: dict[str, Any],
    text: str,
    team: str,
    key: str,
    context: AsyncBoltContext,
    client: AsyncWebClient,
) -> None:
    workspace, channel, user = context.team_id or "", str(event["channel"]), str(event["user"])
    await desk.require(
        "ask", client=client, workspace_id=workspace, channel_id=channel, user_id=user
    )
    ctx = desk.ctx
    inbox = await inbox_of(ctx, workspace)
    await hand_offs.request(
        ctx,
        NewHandOff(
            workspace_id=workspace,
            channel_id=inbox,
            team_channel_id=channel,
            direction="in",
            team=team,
            asked=read_asked(text, now=ctx.clock.now()),
            user_id=user,
            key=key,
            is_private=await is_private(desk, client, workspace, inbox),
            team_is_private=await is_private(desk, client, workspace, channel),
        ),
    )
