"""`/lead targets`: the performance that services must keep, and what was measured."""

from bot.domain.days import day_words
from bot.domain.performance_target import amount, keeps, limit_words, read_measured, read_target
from bot.errors import UserFacingError
from bot.services import performance_targets
from bot.services.service_graph import Place
from bot.services.workspace_settings import effective
from bot.slack.cards import text_post
from bot.slack.cards.performance_target import target_list, target_page
from bot.slack.post import Post
from bot.slack.text import escape
from handlers.commands.table import Call, number
from handlers.privacy import is_private
from storage.models import PerformanceTarget

_MEASURED = 10
_USAGE = "Say `set orders p95 under 200 ms`, `measure orders p95 240 ms`, `drop P-1` or `P-1`."


async def run_targets(call: Call) -> Post:
    """Show the targets, or do what the words say."""
    word, _, rest = call.words.strip().partition(" ")
    match word.lower():
        case "":
            return await _list(call)
        case "set":
            return await _set(call, rest)
        case "measure" | "measured":
            return await _measure(call, rest)
        case "drop":
            return await _drop(call, rest)
    if word.upper().removeprefix("P").removeprefix("-").isdigit():
        return await _one(call)
    raise UserFacingError(f"I know no `/lead targets {word[:30]}`.", hint=_USAGE)


async def _list(call: Call) -> Post:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        settings = await effective(ctx, uow, call.workspace_id, channel_id=call.channel_id)
        rows = await uow.performance_targets.open(call.workspace_id, seen_from=call.channel_id)
    return target_list(rows, now=ctx.clock.now(), stale=settings.days("measure_days"))


async def _set(call: Call, words: str) -> Post:
    await call.require("decide", channel_id=call.channel_id)
    wanted = read_target(words, today=call.desk.ctx.clock.now().date())
    row = await performance_targets.set_once(
        call.desk.ctx, await _place(call), wanted, receipt=call.receipt
    )
    if row is None:
        return text_post("That is done already.")
    limit = limit_words(row.comparison, row.value, row.unit)
    due = f" by {day_words(row.due_on, year=True)}" if row.due_on else ""
    return text_post(f"*{row.public_id}* {_name(row)}: {escape(limit)}{due}.")


async def _measure(call: Call, words: str) -> Post:
    await call.require("ask", channel_id=call.channel_id)
    row = await performance_targets.measure(
        call.desk.ctx, await _place(call), read_measured(words), receipt=call.receipt
    )
    value = row.current if row.current is not None else row.value
    kept = "kept" if keeps(row.comparison, row.value, value) else "missed"
    limit = limit_words(row.comparison, row.value, row.unit)
    return text_post(
        f"*{row.public_id}* {_name(row)}: {escape(amount(value, row.unit))},"
        f" wanted {escape(limit)}: {kept}."
    )


async def _drop(call: Call, words: str) -> Post:
    await call.require("decide", channel_id=call.channel_id)
    row = await performance_targets.drop(
        call.desk.ctx,
        await _place(call),
        number(words, "P", noun="targets"),
        receipt=call.receipt,
    )
    return text_post(f"{row.public_id} {_name(row)} is dropped.")


async def _one(call: Call) -> Post:
    wanted = number(call.words, "P", noun="targets")
    async with call.desk.ctx.database.read() as uow:
        row = await uow.performance_targets.by_number(
            call.workspace_id, wanted, seen_from=call.channel_id
        )
        measured = await uow.performance_targets.measurements(
            call.workspace_id, row.id, limit=_MEASURED
        )
    return target_page(row, measured)


def _name(row: PerformanceTarget) -> str:
    return escape(f"{row.service} {row.metric}")


async def _place(call: Call) -> Place:
    private = await is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    return Place(call.workspace_id, call.channel_id, call.user_id, is_private=private)
