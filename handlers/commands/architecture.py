"""`/lead architecture`: cut a domain, or what a task was about, into services."""

import re

from bot.errors import UserFacingError
from bot.services.service_graph import Place
from bot.slack.cards import text_post
from bot.slack.post import Post
from handlers.architecture import about, begin
from handlers.commands.table import Call, number

_TASK = re.compile(r"T-\d{1,9}", re.IGNORECASE)


async def run_architecture(call: Call) -> Post:
    """Start a task whose result is a proposed architecture, in a thread of its own."""
    if not call.words:
        raise UserFacingError(
            "Describe the domain.", hint="E.g. `/lead architecture a shop: cart, orders, payments`."
        )
    text = await _of_task(call) if _TASK.fullmatch(call.words) else call.words
    place = Place(call.workspace_id, call.channel_id, call.user_id)
    task = await begin(call.desk, call.client, text, place, key=call.receipt)
    name = f"{task.public_id} proposes" if task is not None else "A task proposes"
    return text_post(f"{name} services in a thread here.")


async def _of_task(call: Call) -> str:
    wanted = number(call.words, "T", noun="architecture")
    async with call.desk.ctx.database.read() as uow:
        task = await uow.tasks.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
    return about(task, longest=call.desk.ctx.settings.limit.message_chars)
