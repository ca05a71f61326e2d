"""A schedule's buttons and forms: previewed, saved, changed, run, skipped, paused, resumed."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.schedule.draft import Draft
from bot.errors import UserFacingError
from bot.services import schedule_views, schedules
from bot.services.ceremonies import ceremony_of
from bot.services.schedule_firing import Firing
from bot.services.schedules import By, Home
from bot.slack.blocks import modal, sections
from bot.slack.cards.schedule import schedule_card
from bot.slack.cards.schedule_modals import schedule_modal, schedule_preview_modal
from bot.slack.payloads import DraftAction, ScheduleAction
from handlers.desk import Desk
from handlers.rooms import room_is_private
from handlers.schedule_values import read_draft
from handlers.triggers import card_key, view_key
from storage.models import Schedule

Json = dict[str, Any]


class ScheduleActions:
    """Whoever may configure the channel may change what happens in it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("schedule.save")(self.save)
        app.action("schedule.edit")(self.edit)
        app.action("schedule.change")(self.change)
        app.view("schedule.form")(self.preview)
        app.view("schedule.saved")(self.saved)
        app.action("schedule.run")(self.run)
        app.action("schedule.skip")(self.skip)
        app.action("schedule.pause")(self.pause)
        app.action("schedule.resume")(self.resume)

    async def save(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Save what the command previewed."""
        await ack()
        payload = DraftAction.read(action.get("value"))
        row = await self._save(payload, card_key(body, action), context, client)
        if row is None:
            raise UserFacingError("That is saved already.", hint="`/lead schedule` lists all.")
        await self._show(row, context, client)

    async def edit(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the form with what the command previewed."""
        await ack()
        payload = DraftAction.read(action.get("value"))
        await self._require(payload.channel_id, context, client)
        await self._open(payload.draft, payload.channel_id, body, client)

    async def change(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the form with a stored schedule."""
        await ack()
        row = await self._find(action, context, client)
        await self._open(schedules.draft_of(row), row.channel_id, body, client)

    async def preview(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show the next times of what was filled in; what is wrong is said at its field."""
        payload = DraftAction.read(view.get("private_metadata"))
        await self._require(payload.channel_id, context, client)
        now = self._desk.ctx.clock.now()
        draft, errors = read_draft(payload.draft, view["state"]["values"], today=now.date())
        if errors:
            await ack(response_action="errors", errors=errors)
            return
        try:
            coming = schedule_views.coming_of(draft, now=now)
        except UserFacingError as refused:
            await ack(response_action="errors", errors={"when": refused.sentence()})
            return
        shown = schedule_preview_modal(
            draft,
            title=ceremony_of(draft.kind).title,
            coming=coming,
            channel_id=payload.channel_id,
        )
        await ack(response_action="update", view=shown)

    async def saved(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Save what the form previewed."""
        payload = DraftAction.read(view.get("private_metadata"))
        try:
            await self._save(payload, view_key(view), context, client)
        except UserFacingError as refused:  # the preview has no field to say it at
            told = modal("Schedule", sections(refused.sentence()))
            await ack(response_action="update", view=told)
            return
        await ack()

    async def run(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Run a schedule at once."""
        await ack()
        row = await self._find(action, context, client)
        ctx = self._desk.ctx
        fire = Firing(ctx, self._desk.starter, ctx.caller.worker_id)
        await fire.run_now(row, _by(action, body, context))
        await self._show(row, context, client)

    async def skip(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Leave out a schedule's next time."""
        await ack()
        row = await self._find(action, context, client)
        row = await schedules.skip(self._desk.ctx, row, _by(action, body, context))
        await self._show(row, context, client)

    async def pause(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Let a schedule rest."""
        await ack()
        row = await self._find(action, context, client)
        row = await schedules.pause(self._desk.ctx, row, _by(action, body, context))
        await self._show(row, context, client)

    async def resume(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Let a schedule go on."""
        await ack()
        row = await self._find(action, context, client)
        row = await schedules.resume(self._desk.ctx, row, _by(action, body, context))
        await self._show(row, context, client)

    async def _save(
        self, payload: DraftAction, receipt: str, context: AsyncBoltContext, client: AsyncWebClient
    ) -> Schedule | None:
        """Store a draft; the channel reads that it was set. None when this act did it before."""
        await self._require(payload.channel_id, context, client)
        workspace = context.team_id or ""
        private = await room_is_private(self._desk, client, workspace, payload.channel_id)
        home = Home(workspace, payload.channel_id, private)
        return await schedules.save(
            self._desk.ctx, payload.draft, home, By(context.user_id or "", receipt)
        )

    async def _open(
        self, draft: Draft, channel_id: str, body: Json, client: AsyncWebClient
    ) -> None:
        view = schedule_modal(draft, channel_id=channel_id, kinds=schedule_views.titles())
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _show(self, row: Schedule, context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """Show the person how it stands now."""
        ctx = self._desk.ctx
        async with ctx.database.read() as uow:
            post = schedule_card(await schedule_views.card_of(uow, row, now=ctx.clock.now()))
        await client.chat_postEphemeral(
            channel=context.channel_id or row.channel_id,
            user=context.user_id or "",
            text=post.text,
            blocks=post.blocks,
        )

    async def _find(
        self, action: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> Schedule:
        """Return the schedule of a button, if the person may configure its channel."""
        payload = ScheduleAction.read(action.get("value"))
        async with self._desk.ctx.database.read() as uow:
            row = await uow.schedules.get(context.team_id or "", payload.schedule_id)
        await self._require(row.channel_id, context, client)
        return row

    async def _require(
        self, channel_id: str, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        await self._desk.require(
            "configure",
            client=client,
            workspace_id=context.team_id or "",
            channel_id=channel_id,
            user_id=context.user_id or "",
        )


def _by(action: Json, body: Json, context: AsyncBoltContext) -> By:
    return By(context.user_id or "", card_key(body, action))
