"""`/lead review`: how the review stands here, one begun now, past ones, a file."""

from bot.errors import UserFacingError
from bot.services import architecture_review_views, architecture_reviews
from bot.services.architecture_review_export import export
from bot.services.architecture_review_steps import CLOSED
from bot.services.holiday_calendar import holiday_name
from bot.services.service_graph import Place
from bot.services.timetables import timetable_of
from bot.slack.blocks import context, message
from bot.slack.cards import text_post
from bot.slack.cards.architecture_review import review_card, summary_card
from bot.slack.post import Post
from bot.slack.text import moment
from handlers.commands.table import Call, number
from handlers.rooms import room_is_private
from storage.models import ArchitectureReview

SHOWN = 15
_NONE = "No architecture review was held here yet. `/lead review now` begins one."
_UNPLANNED = "None is scheduled: `/lead schedule review Thursdays 10:00` sets one."
_USAGE = "Say `now`, `history`, `AR-1` or `export AR-1`, or nothing."


async def run_review(call: Call) -> Post:
    """Show the newest review here, or do what the words say."""
    word, _, rest = call.words.strip().partition(" ")
    match word.lower():
        case "":
            return await _state(call)
        case "now" | "start" | "run":
            return await _now(call)
        case "history" | "list":
            return await _history(call)
        case "export":
            return await _export(call, rest.strip())
    if word.upper().startswith("AR") or word.isdigit():
        return await _one(call)
    raise UserFacingError(f"I know no `/lead review {word[:30]}`.", hint=_USAGE)


async def _state(call: Call) -> Post:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        found = await uow.architecture_reviews.of_channel(
            call.workspace_id, call.channel_id, limit=1
        )
        schedules = await uow.schedules.of_channel(call.workspace_id, call.channel_id)
        post = None
        if found:
            post = review_card(await architecture_review_views.card_of(ctx, uow, found[0]))
    times = [
        timetable_of(row).next_slot(ctx.clock.now(), holiday=holiday_name)
        for row in schedules
        if row.kind == architecture_reviews.KIND and row.paused_at is None
    ]
    coming = min((at for at in times if at is not None), default=None)
    told = f"The next one opens {moment(coming)}." if coming else _UNPLANNED
    if coming is None and (not found or found[0].state == CLOSED):
        told += " `/lead review now` begins one."
    if post is None:
        return text_post(f"No architecture review was held here yet. {told}")
    body = [block for block in post.blocks if block["type"] != "actions"]
    return Post(text=post.text, blocks=message(body, context(told)))


async def _now(call: Call) -> Post:
    await call.require("ask", channel_id=call.channel_id)
    private = await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    place = Place(call.workspace_id, call.channel_id, call.user_id, is_private=private)
    name = await architecture_reviews.begin_now(
        call.desk.ctx, call.desk.starter, place, receipt=call.receipt
    )
    return text_post(f"{name} begins: its agenda appears in this channel.")


async def _history(call: Call) -> Post:
    async with call.desk.ctx.database.read() as uow:
        rows = await uow.architecture_reviews.of_channel(
            call.workspace_id, call.channel_id, limit=SHOWN
        )
    if not rows:
        return text_post(_NONE)
    return text_post("\n".join(map(_line, rows)))


def _line(row: ArchitectureReview) -> str:
    return f"• *{row.public_id}* {moment(row.opens_at)} · {row.state}"


async def _find(call: Call, words: str) -> ArchitectureReview:
    wanted = number(words, "AR", noun="review")
    async with call.desk.ctx.database.read() as uow:
        return await uow.architecture_reviews.by_number(
            call.workspace_id, wanted, seen_from=call.channel_id
        )


async def _one(call: Call) -> Post:
    ctx, row = call.desk.ctx, await _find(call, call.words)
    async with ctx.database.read() as uow:
        card = review_card(await architecture_review_views.card_of(ctx, uow, row))
        summary = await architecture_review_views.summary_of(ctx, uow, row)
    blocks = list(card.blocks) + (summary_card(summary).blocks if summary is not None else [])
    # The buttons are on the messages themselves, where everybody sees who pressed them.
    shown = [block for block in blocks if block["type"] != "actions"]
    return Post(text=card.text, blocks=message(shown))


async def _export(call: Call, words: str) -> Post:
    if words:
        row = await _find(call, words)
    else:
        async with call.desk.ctx.database.read() as uow:
            rows = await uow.architecture_reviews.of_channel(
                call.workspace_id, call.channel_id, limit=1
            )
        if not rows:
            return text_post(_NONE)
        row = rows[0]
    await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    await export(call.desk.ctx, row, call.channel_id, receipt=call.receipt)
    return text_post(f"I post {row.public_id} here as a Markdown file.")
