"""`/lead debt`: what is owed, one debt, a new one, one that is done."""

from typing import Literal

from bot.errors import UserFacingError
from bot.services import debts
from bot.services.service_graph import Place
from bot.slack.cards import text_post
from bot.slack.cards.debt import DebtCard, debt_form, debt_list, debt_page
from bot.slack.payloads import DebtForm
from bot.slack.post import Post
from bot.slack.text import escape
from handlers.commands.table import Call, number
from handlers.privacy import is_private
from handlers.rooms import room_is_private
from storage.models import Debt

_ENDED = 5
_USAGE = "Say `add …`, `done TD-1`, `drop TD-1`, `TD-1`, or nothing."


async def run_debt(call: Call) -> Post:
    """Show what is open, or do what the words say."""
    word, _, rest = call.words.strip().partition(" ")
    match word.lower():
        case "" | "list":
            return await _list(call)
        case "add" | "new":
            return await _add(call, rest.strip())
        case "done" | "paid":
            return await _finish(call, rest, "done")
        case "drop" | "dropped":
            return await _finish(call, rest, "dropped")
    if word.upper().startswith("TD") or word.isdigit():
        return debt_page(debts.card_of(await _find(call, word)))
    raise UserFacingError(f"I know no `/lead debt {word[:30]}`.", hint=_USAGE)


async def _list(call: Call) -> Post:
    async with call.desk.ctx.database.read() as uow:
        rows = await uow.debts.open(call.workspace_id, seen_from=call.channel_id)
        ended = await uow.debts.ended(call.workspace_id, seen_from=call.channel_id, limit=_ENDED)
    today = call.desk.ctx.clock.now().date()
    return debt_list([debts.card_of(row) for row in rows], today=today, ended=len(ended))


async def _add(call: Call, title: str) -> Post:
    await call.require("ask", channel_id=call.channel_id)
    await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    empty = DebtCard(debt_id="", public_id="", title=title[:150])
    view = debt_form(DebtForm(channel_id=call.channel_id), empty)
    await call.open(view)
    return text_post("Fill in the form; the debt is on the register then.")


async def _finish(call: Call, words: str, state: Literal["done", "dropped"]) -> Post:
    row = await _find(call, words)
    await call.require("ask", channel_id=row.channel_id)
    private = await is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    place = Place(call.workspace_id, call.channel_id, call.user_id, is_private=private)
    row = await debts.finish(call.desk.ctx, place, row.id, state, receipt=call.receipt)
    return text_post(f"{row.public_id} {escape(row.title)} is {row.state}.")


async def _find(call: Call, words: str) -> Debt:
    wanted = number(words, "TD", noun="debt")
    async with call.desk.ctx.database.read() as uow:
        return await uow.debts.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
