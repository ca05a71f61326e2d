"""`/lead radar`: what stands where, moves with their reasons, the picture."""

from bot.domain.technology import read_move
from bot.errors import UserFacingError
from bot.services import technologies
from bot.services.service_graph import Place
from bot.slack.cards import text_post
from bot.slack.cards.technology import radar_list, technology_page
from bot.slack.post import Post
from bot.slack.text import escape
from handlers.commands.table import Call
from handlers.rooms import room_is_private


async def run_radar(call: Call) -> Post:
    """Show the radar or one technology, move one, or post the picture."""
    word, _, rest = call.words.strip().partition(" ")
    match word.lower():
        case "":
            return await _list(call)
        case "move" | "add":
            return await _move(call, rest)
        case "chart" | "picture" if not rest:
            return await _chart(call)
    return await _one(call)


async def _list(call: Call) -> Post:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        found = await technologies.entries(ctx, uow, call.workspace_id, seen_from=call.channel_id)
    return radar_list(found)


async def _move(call: Call, words: str) -> Post:
    await call.require("decide", channel_id=call.channel_id)
    wanted = read_move(words)
    made = await technologies.move_once(
        call.desk.ctx, await _place(call), wanted, receipt=call.receipt
    )
    if made is None:
        return text_post("That is done already.")
    row, move = made
    came = f"from {move.was} " if move.was else ""
    return text_post(f"*{escape(row.name)}* moves {came}to {row.ring}.")


async def _chart(call: Call) -> Post:
    await call.require("ask", channel_id=call.channel_id)
    if not await technologies.post_chart(call.desk.ctx, await _place(call), receipt=call.receipt):
        return radar_list(())
    return text_post("I post the radar here.")


async def _one(call: Call) -> Post:
    place = Place(call.workspace_id, call.channel_id, call.user_id)
    async with call.desk.ctx.database.read() as uow:
        found = await technologies.history(uow, place, call.words)
    if found is None:
        raise UserFacingError(
            f"“{call.words.strip()[:40]}” is not on the radar.",
            hint="`/lead radar move … to assess because …` puts it there.",
        )
    return technology_page(*found)


async def _place(call: Call) -> Place:
    private = await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    return Place(call.workspace_id, call.channel_id, call.user_id, is_private=private)
