"""An architecture review's buttons: summed up now; proposals accepted, changed, dismissed."""

from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncApp

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
from handlers.interaction import Click, Interaction, Submission, clicked, submitted
from handlers.privacy import is_private
from storage.models import ArchitectureReview

Json = dict[str, Any]


class ArchitectureReviewActions:
    """Who may ask can end the talk; what is proposed is for who may decide in the channel."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which buttons and modals come here."""
        app.action("review.close")(clicked(self.close))
        app.action("review.accept")(clicked(self.accept))
        app.action("review.edit")(clicked(self.edit))
        app.view("review.edited")(submitted(self.edited))
        app.action("review.dismiss")(clicked(self.dismiss))

    async def close(self, click: Click) -> None:
        """End the talk and have it summed up."""
        await click.ack()
        payload = ReviewAction.read(click.value)
        async with self._desk.ctx.database.read() as uow:
            row = await uow.architecture_reviews.get(click.workspace, payload.review_id)
        place = await self._place("ask", row, click)
        receipt = click.key
        task = await architecture_reviews.close_now(self._desk.ctx, place, row.id, receipt=receipt)
        if task is not None:
            await self._desk.start(task)

    async def accept(self, click: Click) -> None:
        """Put a proposal into its register as it is."""
        await click.ack()
        place, output = await self._find(click.value, click)
        await architecture_review_outputs.accept(
            self._desk.ctx, place, output.output_id, receipt=click.key
        )

    async def edit(self, click: Click) -> None:
        """Open the form of a proposal that nobody has decided."""
        await click.ack()
        _, output = await self._find(click.value, click)
        if output.state != "proposed":
            raise UserFacingError(f"<@{output.decided_by}> {output.state} that already.")
        await click.open(output_form(output))

    async def edited(self, sent: Submission) -> None:
        """Accept a proposal as the form says."""
        place, output = await self._find(sent.metadata, sent)
        form = Fields(sent.values)
        changed = self._changed(output, form)
        if form.errors or changed is None:
            await sent.refuse(form.errors)
            return
        await architecture_review_outputs.accept(
            self._desk.ctx, place, output.output_id, receipt=sent.key, changed=changed
        )
        await sent.ack()

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
        self, body: TargetProposal, form: Fields, *, owner: str, due: date | None
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

    async def dismiss(self, click: Click) -> None:
        """Leave a proposal alone."""
        await click.ack()
        place, output = await self._find(click.value, click)
        await architecture_review_outputs.dismiss(
            self._desk.ctx, place, output.output_id, receipt=click.key
        )

    async def _find(self, carried: object, by: Interaction) -> tuple[Place, OutputLine]:
        """Return a proposal of this workspace, if the person may decide where its review is."""
        payload = ReviewOutputAction.read(carried)
        review, output = await architecture_review_outputs.find(
            self._desk.ctx, by.workspace, payload.output_id
        )
        return await self._place("decide", review, by), output

    async def _place(self, act: Act, review: ArchitectureReview, by: Interaction) -> Place:
        workspace, user = by.workspace, by.user
        await self._desk.allow(by, act, review.channel_id)
        private = await is_private(self._desk, by.client, workspace, review.channel_id)
        return Place(workspace, review.channel_id, user, is_private=private)
