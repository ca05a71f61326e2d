"""A schedule's buttons and forms: previewed, saved, changed, run, skipped, paused, resumed."""

from typing import Any

from slack_bolt.async_app import AsyncApp
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
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from handlers.rooms import room_is_private
from handlers.schedule_values import read_draft
from storage.models import Schedule

Json = dict[str, Any]


class ScheduleActions:
    """Whoever may configure the channel may change what happens in it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("schedule.save")(clicked(self.save))
        app.action("schedule.edit")(clicked(self.edit))
        app.action("schedule.change")(clicked(self.change))
        app.view("schedule.form")(submitted(self.preview))
        app.view("schedule.saved")(submitted(self.saved))
        app.action("schedule.run")(clicked(self.run))
        app.action("schedule.skip")(clicked(self.skip))
        app.action("schedule.pause")(clicked(self.pause))
        app.action("schedule.resume")(clicked(self.resume))

    async def save(self, click: Click) -> None:
        """Save what the command previewed."""
        await click.ack()
        payload = DraftAction.read(click.value)
        row = await self._save(payload, click.card_key, click)
        if row is None:
            raise UserFacingError("That is saved already.", hint="`/lead schedule` lists all.")
        await self._show(row, click)

    async def edit(self, click: Click) -> None:
        """Open the form with what the command previewed."""
        await click.ack()
        payload = DraftAction.read(click.value)
        await self._require(payload.channel_id, click)
        await self._open(payload.draft, payload.channel_id, click.body, click.client)

    async def change(self, click: Click) -> None:
        """Open the form with a stored schedule."""
        await click.ack()
        row = await self._find(click)
        await self._open(schedules.draft_of(row), row.channel_id, click.body, click.client)

    async def preview(self, sent: Submission) -> None:
        """Show the next times of what was filled in; what is wrong is said at its field."""
        payload = DraftAction.read(sent.metadata)
        await self._require(payload.channel_id, sent)
        now = self._desk.ctx.clock.now()
        draft, errors = read_draft(payload.draft, sent.values, today=now.date())
        if errors:
            await sent.refuse(errors)
            return
        try:
            coming = schedule_views.coming_of(draft, now=now)
        except UserFacingError as refused:
            await sent.refuse({"when": refused.sentence()})
            return
        shown = schedule_preview_modal(
            draft,
            title=ceremony_of(draft.kind).title,
            coming=coming,
            channel_id=payload.channel_id,
        )
        await sent.ack(response_action="update", view=await sent.shown(shown))

    async def saved(self, sent: Submission) -> None:
        """Save what the form previewed."""
        payload = DraftAction.read(sent.metadata)
        try:
            await self._save(payload, sent.key, sent)
        except UserFacingError as refused:  # the preview has no field to say it at
            told = modal("Schedule", sections(refused.sentence()))
            await sent.ack(response_action="update", view=told)
            return
        await sent.ack()

    async def run(self, click: Click) -> None:
        """Run a schedule at once."""
        await click.ack()
        row = await self._find(click)
        ctx = self._desk.ctx
        fire = Firing(ctx, self._desk.starter, ctx.caller.worker_id)
        await fire.run_now(row, _by(click))
        await self._show(row, click)

    async def skip(self, click: Click) -> None:
        """Leave out a schedule's next time."""
        await click.ack()
        row = await self._find(click)
        row = await schedules.skip(self._desk.ctx, row, _by(click))
        await self._show(row, click)

    async def pause(self, click: Click) -> None:
        """Let a schedule rest."""
        await click.ack()
        row = await self._find(click)
        row = await schedules.pause(self._desk.ctx, row, _by(click))
        await self._show(row, click)

    async def resume(self, click: Click) -> None:
        """Let a schedule go on."""
        await click.ack()
        row = await self._find(click)
        row = await schedules.resume(self._desk.ctx, row, _by(click))
        await self._show(row, click)

    async def _save(self, payload: DraftAction, receipt: str, by: Interaction) -> Schedule | None:
        """Store a draft; the channel reads that it was set. None when this act did it before."""
        await self._require(payload.channel_id, by)
        workspace = by.workspace
        private = await room_is_private(self._desk, by.client, workspace, payload.channel_id)
        home = Home(workspace, payload.channel_id, private)
        return await schedules.save(self._desk.ctx, payload.draft, home, By(by.user, receipt))

    async def _open(
        self, draft: Draft, channel_id: str, body: Json, client: AsyncWebClient
    ) -> None:
        view = schedule_modal(draft, channel_id=channel_id, kinds=schedule_views.titles())
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _show(self, row: Schedule, by: Interaction) -> None:
        """Show the person how it stands now."""
        ctx = self._desk.ctx
        async with ctx.database.read() as uow:
            post = schedule_card(await schedule_views.card_of(uow, row, now=ctx.clock.now()))
        await by.client.chat_postEphemeral(
            channel=by.context.channel_id or row.channel_id,
            user=by.user,
            text=post.text,
            blocks=post.blocks,
        )

    async def _find(self, click: Click) -> Schedule:
        """Return the schedule of a button, if the person may configure its channel."""
        payload = ScheduleAction.read(click.value)
        async with self._desk.ctx.database.read() as uow:
            row = await uow.schedules.get(click.workspace, payload.schedule_id)
        await self._require(row.channel_id, click)
        return row

    async def _require(self, channel_id: str, by: Interaction) -> None:
        await self._desk.allow(by, "configure", channel_id)


def _by(click: Click) -> By:
    return By(click.user, click.card_key)
