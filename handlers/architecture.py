"""Cutting a domain into services: how such a task begins, and the buttons around its result."""

import hashlib

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.output import Synthesis
from bot.domain.roots import provisional
from bot.domain.wish import check_text
from bot.errors import NotFound
from bot.services import architectures
from bot.services.service_graph import Place
from bot.services.wishes import Wish
from bot.slack.payloads import ArchitectureAction, TaskAction
from handlers.desk import Desk
from handlers.interaction import Click, clicked
from handlers.privacy import is_private
from handlers.rooms import room_is_private
from handlers.triggers import before_replies
from storage.models import Task


class ArchitectureActions:
    """Whoever may ask can have services proposed; only who may decide changes the graph."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons come here."""
        app.action("architecture.propose")(clicked(self.propose))
        app.action("architecture.accept")(clicked(self.accept))

    async def propose(self, click: Click) -> None:
        """Have services proposed for what a task was about, in a thread of its own."""
        await click.ack()
        payload = TaskAction.read(click.value)
        workspace = click.workspace
        async with self._desk.ctx.database.read() as uow:
            task = await uow.session.get(Task, payload.task_id)
        if task is None or task.workspace_id != workspace:
            raise NotFound("task", payload.task_id)
        await begin(
            self._desk,
            click.client,
            about(task, longest=self._desk.ctx.settings.limit.message_chars),
            Place(workspace, task.channel_id, click.user),
            # One proposal for a task, however often and by whomever it is asked for.
            key=f"architecture:{task.id}:{task.round}",
        )

    async def accept(self, click: Click) -> None:
        """Add the proposed services and their dependencies to the graph."""
        await click.ack()
        payload = ArchitectureAction.read(click.value)
        ctx, workspace = self._desk.ctx, click.workspace
        row = await architectures.find(ctx, workspace, payload.architecture_id)
        await self._desk.allow(click, "decide", row.channel_id)
        private = await is_private(self._desk, click.client, workspace, row.channel_id)
        place = Place(workspace, row.channel_id, click.user, is_private=private)
        await architectures.accept(ctx, row.id, place, receipt=click.key)


def about(task: Task, *, longest: int) -> str:
    """Return what a task was about and what came out, as the domain to cut."""
    if task.synthesis is None:
        return task.text
    found = Synthesis.model_validate(task.synthesis)
    return f"{task.text}\n\n{found.headline} {found.summary}"[:longest]


async def begin(
    desk: Desk, client: AsyncWebClient, text: str, place: Place, *, key: str
) -> Task | None:
    """Start a task that proposes services; None when this act started it before.

    Raises UserFacingError for text that cannot be a task, or where I am not in the channel.
    """
    check_text(text, longest=desk.ctx.settings.limit.message_chars)
    private = await room_is_private(desk, client, place.workspace_id, place.channel_id)
    return await desk.take_in(
        Wish(
            workspace_id=place.workspace_id,
            channel_id=place.channel_id,
            user_id=place.user_id,
            text=text,
            ts=before_replies(desk.ctx.clock),
            root_ts=provisional(hashlib.sha256(key.encode()).hexdigest()),
            key=key,
            mode="architecture",
            is_private=private,
        ),
        client=client,
    )
