"""`/lead away`: until when somebody is away, so that no ceremony waits for them."""

from datetime import date

from bot.domain.away_words import read_away
from bot.domain.days import Span, day_words
from bot.services import away
from bot.slack.cards import text_post
from bot.slack.post import Post
from bot.slack.text import mention
from handlers.commands.table import Call
from handlers.commands.today import today
from storage.models import Away

SHOWN = 30
CLEAR = ("clear", "back", "off")


async def run_away(call: Call) -> Post:
    """Say when one is away, take it back, or list who is."""
    words = call.words.strip()
    if not words or words.lower() == "list":
        return await _list(call)
    if words.lower() in CLEAR:
        gone = await away.back(call.desk.ctx, workspace_id=call.workspace_id, user_id=call.user_id)
        return text_post("You are here." if gone else "You were not away as far as I know.")
    span = read_away(words, today=await today(call))
    await away.say_away(
        call.desk.ctx,
        workspace_id=call.workspace_id,
        user_id=call.user_id,
        span=span,
        receipt=call.receipt,
    )
    return text_post(f"You are away {_days(span)}. `/lead away clear` takes it back.")


async def _list(call: Call) -> Post:
    ctx, day = call.desk.ctx, await today(call)
    directory = call.desk.directory(call.client, call.workspace_id)
    await away.refresh(ctx, directory, call.workspace_id, [call.user_id])
    async with ctx.database.read() as uow:
        rows = await uow.away.coming(call.workspace_id, since=day, limit=SHOWN)
    if not rows:
        return text_post("Nobody is away. E.g. `/lead away until 5 Dec`.")
    return text_post("\n".join(f"• {_line(row)}" for row in rows))


def _line(row: Away) -> str:
    by_status = " (Slack status)" if row.source == away.STATUS else ""
    return f"{mention(row.user_id)} {_days(Span(row.first_day, row.last_day))}{by_status}"


def _days(span: Span) -> str:
    one = span.first == span.last
    return f"on {_day(span.first)}" if one else f"from {_day(span.first)} to {_day(span.last)}"


def _day(day: date) -> str:
    return day_words(day, weekday=True, year=True)
