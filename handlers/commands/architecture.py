"""`/lead architecture`: cut a domain, or what a task was about, into services."""

import hashlib
import re

from bot.domain.output import Synthesis
from bot.domain.roots import provisional
from bot.errors import UserFacingError
from bot.services.tasks import Wish, check_text
from bot.slack.cards import text_post
from bot.slack.post import Post
from handlers.commands.table import Call, number
from handlers.rooms import room_is_private
from handlers.triggers import before_replies

_TASK = re.compile(r"T-\d{1,9}", re.IGNORECASE)


async def run_architecture(call: Call) -> Post:
    """Start a task whose result is a proposed architecture, in a thread of its own."""
    if not call.words:
        raise UserFacingError(
            "Describe the domain.", hint="E.g. `/lead architecture a shop: cart, orders, payments`."
        )
    ctx = call.desk.ctx
    text = await _of_task(call) if _TASK.fullmatch(call.words) else call.words
    check_text(text, longest=ctx.settings.limit.message_chars)
    private = await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    unique = hashlib.sha256(call.receipt.encode()).hexdigest()
    task = await call.desk.take_in(
        Wish(
            workspace_id=call.workspace_id,
            channel_id=call.channel_id,
            user_id=call.user_id,
            text=text,
            ts=before_replies(ctx.clock),
            root_ts=provisional(unique),
            key=call.receipt,
            mode="architecture",
            is_private=private,
        ),
        client=call.client,
    )
    name = f"{task.public_id} proposes" if task is not None else "A task proposes"
    return text_post(f"{name} services in a thread here.")


async def _of_task(call: Call) -> str:
    """Return what a task was about and what came out, as the domain to cut."""
    wanted = number(call.words, "T", noun="architecture")
    async with call.desk.ctx.database.read() as uow:
        task = await uow.tasks.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
    if task.synthesis is None:
        return task.text
    found = Synthesis.model_validate(task.synthesis)
    return f"{task.text}\n\n{found.headline} {found.summary}"[
        : call.desk.ctx.settings.limit.message_chars
    ]
