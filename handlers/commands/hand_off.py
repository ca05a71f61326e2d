"""`/lead handoff` and `handoffs`."""

from bot.domain.hand_off_words import read_asked, read_team
from bot.errors import UserFacingError
from bot.services import hand_offs, team_report
from bot.services.hand_off_news import card_of
from bot.services.hand_offs import NewHandOff
from bot.slack.cards import text_post
from bot.slack.cards.hand_off import asking_card, hand_off_list
from bot.slack.post import Post
from bot.slack.text import escape
from handlers.commands.table import Call, number
from handlers.rooms import room_is_private

_MOST = 500
"""Ours: far more than a team has open; a longer list is cut."""


async def run_hand_off(call: Call) -> Post:
    """Show H-3, or ask another team for something."""
    words = call.words.strip()
    if words.upper().startswith("H-") and words[2:].isdigit():
        return await _show(call)
    team_word, _, rest = words.partition(" ")
    if team_word.lower() == "main" and rest.lower().startswith("orchestrator "):
        rest = rest.partition(" ")[2]
    if not team_word:
        raise UserFacingError(
            "Name the team and what you need.",
            hint='E.g. `/lead handoff devops "a staging database" by Friday`.',
        )
    team = read_team(team_word)
    ctx = call.desk.ctx
    asked = read_asked(rest, now=ctx.clock.now())
    channel, _ = await hand_offs.place_of(ctx, call.workspace_id, team)
    place = (call.desk, call.client, call.workspace_id)
    private = await room_is_private(*place, call.channel_id)
    row = await hand_offs.request(
        ctx,
        NewHandOff(
            workspace_id=call.workspace_id,
            channel_id=call.channel_id,
            team_channel_id=channel,
            direction="out",
            team=team,
            asked=asked,
            user_id=call.user_id,
            key=call.receipt,
            is_private=private,
            team_is_private=await _their_room(call, team, channel),
        ),
    )
    if row is None:
        return text_post("That is asked already.")
    return text_post(f"{row.public_id} is asked of {escape(team)}; its card is in this channel.")


async def _their_room(call: Call, team: str, channel_id: str) -> bool:
    """Return whether the team's channel is private; raises UserFacingError where I am not in."""
    if not channel_id:
        return False
    try:
        return await room_is_private(call.desk, call.client, call.workspace_id, channel_id)
    except UserFacingError:
        raise UserFacingError(
            f"I am not in the {team} team's channel.", hint="Invite me there: `/invite @lead`."
        ) from None


async def _show(call: Call) -> Post:
    wanted = number(call.words, "H", noun="handoff")
    async with call.desk.ctx.database.read() as uow:
        row = await uow.hand_offs.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
    return asking_card(card_of(row))


async def list_hand_offs(call: Call) -> Post:
    """Show what is open, oldest first; `report` shows the daily report as it would be now."""
    ctx = call.desk.ctx
    now = ctx.clock.now()
    if call.words.lower() == "report":
        async with ctx.database.read() as uow:
            shared = await uow.channels.is_shared(call.workspace_id, call.channel_id)
            seen_from = call.channel_id if shared else ""
            return team_report.report_post(
                await team_report.gather(uow, call.workspace_id, now=now, seen_from=seen_from)
            )
    if call.words.strip():
        raise UserFacingError(
            f"I know no `/lead handoffs {call.words.strip()[:30]}`.",
            hint="Say nothing behind it, or `report`.",
        )
    async with ctx.database.read() as uow:
        rows = await uow.hand_offs.open_ones(
            call.workspace_id, seen_from=call.channel_id, limit=_MOST
        )
    return hand_off_list([card_of(row) for row in rows], now=now)
