"""`/lead audit`: the newest privileged acts, or all of them as a file, for who may configure."""

from bot.errors import UserFacingError
from bot.services.audit import newest, send_export
from bot.slack.cards import audit_list, text_post
from bot.slack.post import Post
from bot.slack.text import count
from handlers.commands.table import Call
from handlers.reach import SLACK_FAILED


async def run_audit(call: Call) -> Post:
    """Show the newest acts, or send the file."""
    await call.require("configure", channel_id="")
    words = call.words.lower()
    if not words:
        return audit_list(await newest(call.desk.ctx, call.workspace_id))
    if words != "export":
        raise UserFacingError(
            f"I know no `/lead audit {words[:40]}`.", hint="Did you mean `/lead audit export`?"
        )
    sent = await send_export(
        call.desk.ctx,
        workspace_id=call.workspace_id,
        user_id=call.user_id,
        direct_id=await _direct(call),
        receipt=call.receipt,
    )
    rest = " Older ones: the operator runs `teamlead audit export`." if sent.cut else ""
    return text_post(
        f"I am sending you {count(sent.entries, 'entry', 'entries')} as a direct message.{rest}"
    )


async def _direct(call: Call) -> str:
    """Return the person's direct message with the bot."""
    if call.channel_id.startswith("D"):
        return call.channel_id
    try:
        opened = await call.client.conversations_open(users=call.user_id)
    except SLACK_FAILED:
        raise UserFacingError(
            "I could not open a direct message with you.",
            hint="Try it there: `/lead audit export`.",
        ) from None
    return str(opened["channel"]["id"])
