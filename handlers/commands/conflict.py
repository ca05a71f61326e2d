"""`/lead conflict` and `conflicts`."""

from bot.services import conflict_views
from bot.services.conflict_seen import Seen, of_subject, seen
from bot.services.workspace_settings import effective
from bot.slack.cards import text_post
from bot.slack.cards.conflict import conflict_card, new_conflict_modal
from bot.slack.payloads import ChannelAction
from bot.slack.post import Post
from bot.slack.text import clip, escape
from handlers.commands.table import Call, number
from handlers.rooms import room_is_private

SHOWN = 15


async def run_conflict(call: Call) -> Post:
    """Show C-3, or open the form, prefilled with what the plans at work show of the subject."""
    words = call.words.strip()
    if words.upper().startswith("C-") and words[2:].isdigit():
        return await _show(call)
    desk, ctx = call.desk, call.desk.ctx
    await room_is_private(desk, call.client, call.workspace_id, call.channel_id)
    async with ctx.database.read() as uow:
        found = await seen(uow, call.workspace_id, seen_from=call.channel_id)
        settings = await effective(ctx, uow, call.workspace_id, channel_id=call.channel_id)
    known = of_subject(found, words)
    kind = known.kind if known is not None else "person" if words.startswith("<@") else ""
    if words in ctx.team.specialists:
        kind = "specialist"
    view = new_conflict_modal(
        ChannelAction(channel_id=call.channel_id),
        subject=known.subject if known is not None else words,
        kind=kind,
        wanting=[task.public_id for task in known.tasks[:6]] if known is not None else [],
        week_hours=int(str(settings.values["week_hours"].value)),
        today=ctx.clock.now().date(),
    )
    await call.client.views_open(trigger_id=call.trigger_id, view=view)
    return text_post("Fill in the form; the card appears in this channel.")


async def _show(call: Call) -> Post:
    wanted = number(call.words, "C", noun="conflict")
    async with call.desk.ctx.database.read() as uow:
        found = await uow.conflicts.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
        return conflict_card(await conflict_views.card_of(uow, found))


async def list_conflicts(call: Call) -> Post:
    """Show conflicts on record, and what the plans at work show that nobody opened."""
    async with call.desk.ctx.database.read() as uow:
        rows = await uow.conflicts.newest(call.workspace_id, seen_from=call.channel_id, limit=SHOWN)
        found = await seen(uow, call.workspace_id, seen_from=call.channel_id)
    known = {row.subject.casefold() for row in rows if row.state == "open"}
    lines = [f"• *{row.public_id}* {escape(clip(row.subject, 80))} · {row.state}" for row in rows]
    unseen = [item for item in found if item.subject.casefold() not in known]
    parts = ["\n".join(lines)] if lines else []
    if unseen:
        parts.append("*Seen in the plans at work*\n" + "\n".join(map(_seen, unseen)))
    if not parts:
        return text_post("No conflict, and none to be seen in the plans at work.")
    return text_post("\n\n".join(parts))


def _seen(item: Seen) -> str:
    tasks = ", ".join(task.public_id for task in item.tasks[:6])
    subject = escape(item.subject)
    return f"• {subject} is wanted by {tasks} · `/lead conflict {subject}` opens it"
