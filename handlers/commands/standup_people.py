"""`/lead standup people`: whom the standups of a channel ask, shown and chosen."""

from bot.domain.setting import ANYONE, SETTINGS, Scope, find
from bot.services.standup_people import SETTING, chosen_people
from bot.services.workspace_settings import choose, effective, parse
from bot.slack.cards import text_post
from bot.slack.cards.settings import shown
from bot.slack.post import Post
from bot.slack.text import escape, mention
from handlers.commands.table import Call

_HOW = "`/lead standup people @ann @backend` chooses, `/lead standup people all` asks everybody."


async def people(call: Call, words: str) -> Post:
    """Show who is asked from the next standup on, or choose them."""
    await call.require("configure" if words else "look", channel_id=call.channel_id)
    if words:
        value = parse(call.desk.ctx, find(SETTING), words, scope=Scope.CHANNEL)
        await choose(
            call.desk.ctx,
            {SETTING: value},
            workspace_id=call.workspace_id,
            scope=Scope.CHANNEL,
            scope_id=call.channel_id,
            by=call.user_id,
            receipt=call.receipt,
        )
    return text_post(await _said(call))


async def _said(call: Call) -> str:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        place = {"channel_id": call.channel_id}
        chosen = (await effective(ctx, uow, call.workspace_id, **place)).people(SETTING)
    directory = call.desk.directory(call.client, call.workspace_id)
    asked = await chosen_people(directory, call.channel_id, chosen)
    names = ", ".join(escape(person.name) or mention(person.user_id) for person in asked)
    if ANYONE in chosen:
        first = "Standups here ask every member of the channel"
    else:
        first = f"Standups here ask {shown(SETTINGS[SETTING], chosen)}, if they are in the channel"
    missing = sorted({item for item in chosen if item[0] in "UW"} - {p.user_id for p in asked})
    parts = [f"{first}: {names or 'nobody at present'}."]
    if missing:
        parts.append(f"Not in the channel, so not asked: {', '.join(map(mention, missing))}.")
    return " ".join([*parts, _HOW])
