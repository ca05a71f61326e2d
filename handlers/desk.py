"""What handlers are handed: the use cases' context, who starts work, how to look people up."""

from dataclasses import dataclass, field, replace

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Act
from bot.errors import NotAllowed, UserFacingError
from bot.services import access, wishes
from bot.services.context import Context, Starter
from bot.services.wishes import Wish
from handlers.interaction import Interaction
from handlers.people import People, SlackDirectory
from storage.models import Task

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Desk:
    """Context and starter together, and the one way in for wishes."""

    ctx: Context
    starter: Starter
    people: People = field(default_factory=People)

    def directory(self, client: AsyncWebClient, workspace_id: str) -> SlackDirectory:
        """Return who people are in a workspace; `client` is that workspace's."""
        return self.people.of(client, workspace_id, self.ctx.clock)

    async def require(
        self,
        act: Act,
        *,
        client: AsyncWebClient,
        workspace_id: str,
        user_id: str,
        channel_id: str = "",
    ) -> None:
        """Raise NotAllowed, with the reason, unless the person may do that in the channel."""
        await access.require(
            self.ctx,
            self.directory(client, workspace_id),
            act,
            workspace_id=workspace_id,
            user_id=user_id,
            channel_id=channel_id,
        )

    async def may(
        self,
        act: Act,
        *,
        client: AsyncWebClient,
        workspace_id: str,
        user_id: str,
        channel_id: str,
    ) -> bool:
        """Return whether `require` lets the person; for words that else are a wish like any other,
        which is refused where it is taken in, once.
        """
        try:
            await self.require(
                act,
                client=client,
                workspace_id=workspace_id,
                user_id=user_id,
                channel_id=channel_id,
            )
        except NotAllowed:
            return False
        return True

    async def allow(self, by: Interaction, act: Act, channel_id: str) -> None:
        """Raise NotAllowed, with the reason, unless whoever clicked may do that in the channel."""
        await self.require(
            act,
            client=by.client,
            workspace_id=by.workspace,
            user_id=by.user,
            channel_id=channel_id,
        )

    async def take_in(
        self, wish: Wish, *, client: AsyncWebClient, addressed: bool = True, receipt: str = ""
    ) -> Task | None:
        """Store a wish of somebody who may ask, then start its work.

        Where `wish.key` names what happens only once, `receipt` names the click that asks for it:
        after a refusal the next click may try again.

        None when it was taken in or refused before. What somebody else says in a task's thread is
        kept as data; unless they `addressed` the bot they hear nothing of it.
        Raises UserFacingError for text that cannot be a task and NotAllowed, once per message:
        Slack tells of a mention twice, and delivers again what was answered too late.
        """
        try:
            await self.require(
                "ask",
                client=client,
                workspace_id=wish.workspace_id,
                user_id=wish.user_id,
                channel_id=wish.channel_id,
            )
            task = await wishes.take_in(self.ctx, wish)
        except NotAllowed:
            refused = replace(wish, key=receipt or wish.key)
            if await wishes.overhear(self.ctx, refused) and addressed:
                raise
            return None
        except UserFacingError:
            if await self._is_new(replace(wish, key=receipt or wish.key)):
                raise
            return None
        if task is not None:
            log.info("task.taken_in", task_id=task.id, round=task.round, run=task.run)
            await self.start(task)
        return task

    async def _is_new(self, wish: Wish) -> bool:
        now = self.ctx.clock.now()
        async with self.ctx.database.begin(urgent=True) as uow:
            return await wishes.claim(uow, wish, now=now)

    async def is_first(self, workspace_id: str, key: str) -> bool:
        """Claim what may happen once, e.g. a refusal: Slack tells of a mention twice."""
        now = self.ctx.clock.now()
        async with self.ctx.database.begin(urgent=True) as uow:
            await uow.channels.ensure_workspace(workspace_id, now=now)
            return await uow.receipts.claim(workspace_id, key, now=now)

    async def start(self, task: Task) -> None:
        """Start the task's present run; joining one that runs already changes nothing."""
        await self.starter.start_task(task.id, task.workflow_id)
