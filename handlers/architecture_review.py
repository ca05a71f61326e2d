"""An architecture review's buttons: summed up now; proposals accepted, changed, dismissed."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Act
from bot.domain.architecture_review import DebtProposal, TargetProposal, TechnologyProposal
from bot.domain.performance_target import read_target
from bot.domain.technology import Ring
from bot.errors import UserFacingError
from bot.services import architecture_review_outputs, architecture_reviews
from bot.services.architecture_review_outputs import Changed
from bot.services.service_graph import Place
from bot.slack.cards.architecture_review import OutputLine
from bot.slack.cards.architecture_review_modals import output_form
from bot.slack.payloads import ReviewAction, ReviewOutputAction
from handlers.debt import Fields
from handlers.desk import Desk
from handlers.privacy import is_private
from handlers.triggers import click_key, view_key
from storage.models import ArchitectureReview

Json = dict[str, Any]


class ArchitectureReviewActions:
    """Who may ask can end the talk; what is proposed is for who may decide in the channel."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("review.close")(self.close)
        app.action("review.accept")(self.accept)
        app.action("review.edit")(self.edit)
        app.view("review.edited")(self.edited)
        app.action("review.dismiss")(self.dismiss)

    async def close(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """End the talk and have it summed up."""
        await ack()
        payload = ReviewAction.read(action.get("value"))
        async with self._desk.ctx.database.read() as uow:
            row = await uow.architecture_reviews.get(context.team_id or "", payload.review_id)
        place = await self._place("ask", row, context, client)
        receipt = click_key(body, action)
        task = await architecture_reviews.close_now(self._desk.ctx, place, row.id, receipt=receipt)
        if task is not None:
            await self._desk.start(task)

    async def accept(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Put a proposal into its register as it is."""
        await ack()
        place, output = await self._find(action.get("value"), context, client)
        await architecture_review_outputs.accept(
            self._desk.ctx, place, output.output_id, receipt=click_key(body, action)
        )

    async def edit(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the form of a proposal that nobody has decided."""
        await ack()
        _, output = await self._find(action.get("value"), context, client)
        if output.state != "proposed":
            raise UserFacingError(f"<@{output.decided_by}> {output.state} that already.")
        await client.views_open(trigger_id=body["trigger_id"], view=output_form(output))

    async def edited(
        self, ack: AsyncAck, view: Json, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Accept a proposal as the form says."""
        place, output = await self._find(view.get("private_metadata"), context, client)
        form = Fields(view["state"]["values"])
        changed = self._changed(output, form)
        if form.errors or changed is None:
            await ack(response_action="errors", errors=form.errors)
            return
        await architecture_review_outputs.accept(
            self._desk.ctx, place, output.output_id, receipt=view_key(view), changed=changed
        )
        await ack()

    def _changed(self, output: OutputLine, form: Fields) -> Changed | None:
        body = output.body
        owner, due = form.person("owner"), form.day("due")
        if isinstance(body, TechnologyProposal):
            chosen, reason = form.chosen("ring"), form.text("reason")
            ring = next((ring for ring in Ring if ring == chosen), body.ring)
            return Changed(body.model_copy(update={"ring": ring, "reason": reason or body.reason}))
        if isinstance(body, DebtProposal):
            said = {"plan": form.text("plan")}
            if not body.ref:
                for name in ("title", "service", "interest"):
                    said[name] = form.text(name)
            return Changed(body.model_copy(update=said), owner, due)
        return self._target(body, form, owner=owner, due=due)

    def _target(
        self, body: TargetProposal, form: Fields, *, owner: str, due: Any
    ) -> Changed | None:
        today = self._desk.ctx.clock.now().date()
        try:
            wanted = read_target(f"x {body.metric} {form.text('value')}", today=today)
        except UserFacingError:
            form.errors["value"] = "Give a limit, e.g. <= 200 ms."
            return None
        said = {
            "comparison": wanted.comparison,
            "value": wanted.value,
            "unit": wanted.unit or body.unit,
            "initiative": form.text("initiative"),
        }
        return Changed(body.model_copy(update=said), owner, due)

    async def dismiss(
        self,
        ack: AsyncAck,
        action: Json,
        body: Json,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Leave a proposal alone."""
        await ack()
        place, output = await self._find(action.get("value"), context, client)
        await architecture_review_outputs.dismiss(
            self._desk.ctx, place, output.output_id, receipt=click_key(body, action)
        )

    async def _find(
        self, carried: object, context: AsyncBoltContext, client: AsyncWebClient
    ) -> tuple[Place, OutputLine]:
        """Return a proposal of this workspace, if the person may decide where its review is."""
        payload = ReviewOutputAction.read(carried)
        review, output = await architecture_review_outputs.find(
            self._desk.ctx, context.team_id or "", payload.output_id
        )
        return await self._place("decide", review, context, client), output

    async def _place(
        self,
        act: Act,
        review: ArchitectureReview,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> Place:
        workspace, user = context.team_id or "", context.user_id or ""
        await self._desk.require(
            act,
            client=client,
            workspace_id=workspace,
            channel_id=review.channel_id,
            user_id=user,
        )
        private = await is_private(self._desk, client, workspace, review.channel_id)
        return Place(workspace, review.channel_id, user, is_private=private)
