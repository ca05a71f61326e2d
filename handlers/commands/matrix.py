"""`/lead matrix` and `matrices`."""

from bot.domain.matrix import parse_criteria
from bot.services import matrix_views
from bot.services.workspace_settings import effective
from bot.slack.cards import matrix_card, new_matrix_modal, text_post
from bot.slack.payloads import ChannelAction
from bot.slack.post import Post
from bot.slack.text import clip, escape
from handlers.commands.table import Call, number
from handlers.rooms import room_is_private

SHOWN = 15


async def run_matrix(call: Call) -> Post:
    """Show M-3, or open the form for a new matrix about the question."""
    words = call.words.strip()
    if words.upper().startswith("M-") and words[2:].isdigit():
        return await _show(call)
    desk = call.desk
    await room_is_private(desk, call.client, call.workspace_id, call.channel_id)
    async with desk.ctx.database.read() as uow:
        settings = await effective(desk.ctx, uow, call.workspace_id, channel_id=call.channel_id)
    team = desk.ctx.team.specialists.values()
    view = new_matrix_modal(
        ChannelAction(channel_id=call.channel_id),
        question=words,
        criteria=parse_criteria(str(settings.values["matrix_criteria"].value)),
        specialists=[(who.name, who.title) for who in team],
    )
    await call.open(view)
    return text_post("Fill in the form; the card appears in this channel.")


async def _show(call: Call) -> Post:
    wanted = number(call.words, "M", noun="matrix")
    async with call.desk.ctx.database.read() as uow:
        found = await uow.matrices.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
        return matrix_card(await matrix_views.card_of(uow, found))


async def list_matrices(call: Call) -> Post:
    """Show the newest matrices that may be seen from here."""
    async with call.desk.ctx.database.read() as uow:
        found = await uow.matrices.newest(call.workspace_id, seen_from=call.channel_id, limit=SHOWN)
    if not found:
        return text_post(escape("No matrix yet. `/lead matrix <question>` opens one."))
    lines = [
        f"• *{row.public_id}* {escape(clip(row.question, 100))} · "
        + ("revealed" if row.revealed_at else "open")
        for row in found
    ]
    return text_post("\n".join(lines))
