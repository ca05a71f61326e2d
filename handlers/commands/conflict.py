"""`/lead conflict` and `conflicts`."""

from bot.services import conflict_views
from bot.slack.cards import text_post
from bot.slack.cards.conflict import conflict_card
from bot.slack.cards.conflict_note import wanted_list
from bot.slack.post import Post
from bot.slack.text import clip, escape
from handlers.commands.table import Call, number
from handlers.conflict_form import prefilled
from handlers.rooms import room_is_private

SHOWN = 15


async def run_conflict(call: Call) -> Post:
    """Show C-3, or open the form, prefilled with what the plans at work show of the subject."""
    words = call.words.strip()
    if words.upper().startswith("C-") and words[2:].isdigit():
        return await _show(call)
    await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    view, _ = await prefilled(call.desk, call.workspace_id, call.channel_id, words)
    await call.open(view)
    return text_post("Fill in the form; the card appears in this channel.")


async def _show(call: Call) -> Post:
    wanted = number(call.words, "C", noun="conflict")
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        found = await uow.conflicts.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
        return conflict_card(await conflict_views.card_of(ctx, uow, found))


async def list_conflicts(call: Call) -> Post:
    """Show conflicts on record, and what the plans at work show that nobody opened."""
    async with call.desk.ctx.database.read() as uow:
        rows = await uow.conflicts.newest(call.workspace_id, seen_from=call.channel_id, limit=SHOWN)
        known = await conflict_views.standing(
            uow,
            call.workspace_id,
            (call.channel_id,),
            now=call.desk.ctx.clock.now(),
            apart=await uow.channels.is_shared(call.workspace_id, call.channel_id),
        )
    lines = [f"• *{row.public_id}* {escape(clip(row.subject, 80))} · {row.state}" for row in rows]
    parts = ["\n".join(lines)] if lines else []
    if known.wanted:
        parts.append(f"*Seen in the plans at work*\n{wanted_list(known.wanted)}")
    if not parts:
        return text_post("No conflict, and none to be seen in the plans at work.")
    return text_post("\n\n".join(parts))
