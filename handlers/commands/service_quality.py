"""`/lead service NAME quality`: have a service's code measured, then assessed by specialists."""

import hashlib

from bot.domain.roots import provisional
from bot.services import service_graph, service_quality
from bot.services.attachments import Brought
from bot.services.service_graph import Place
from bot.services.wishes import Wish
from bot.slack.cards import text_post
from bot.slack.post import Post
from bot.slack.text import bold
from handlers.commands.table import Call
from handlers.rooms import room_is_private
from handlers.triggers import before_replies

_WISH = (
    "Assess the code quality of {service}: what is good, what is risky, what to change first and"
    " why. What was measured is attached; its code is the repository {repository}."
)


async def assess_quality(call: Call, place: Place, name: str) -> Post:
    """Start a task in a thread of its own; raises UserFacingError where there is no repository."""
    desk = call.desk
    async with desk.ctx.database.read() as uow:
        known = await service_graph.known(uow, place, name)
        service = known.service.name
        repository = await service_quality.repository_of(
            uow, call.workspace_id, service, seen_from=call.channel_id
        )
    private = await room_is_private(desk, call.client, call.workspace_id, call.channel_id)
    task = await desk.take_in(
        Wish(
            workspace_id=call.workspace_id,
            channel_id=call.channel_id,
            user_id=call.user_id,
            text=_WISH.format(service=service, repository=repository.name),
            ts=before_replies(desk.ctx.clock),
            root_ts=provisional(hashlib.sha256(call.receipt.encode()).hexdigest()),
            key=call.receipt,
            mode="team",
            is_private=private,
            brought=Brought(quality=(service, repository.name)),
        ),
        client=call.client,
    )
    who = f"{task.public_id} measures" if task is not None else "A task measures"
    return text_post(f"{who} the code of {bold(service)} and assesses it, in a thread here.")
