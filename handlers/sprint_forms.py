"""A sprint's forms: opened, one more item, votes; and its items at work."""

from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.domain.roots import provisional
from bot.domain.sprint.lines import read_numbers
from bot.errors import UserFacingError
from bot.services import sprint_items, sprint_views, sprint_votes, sprints
from bot.services.sprint_items import Act, NewItem
from bot.services.sprint_votes import Ballot
from bot.services.sprints import NewSprint
from bot.services.wishes import Wish
from bot.slack.cards.sprint_modals import items_modal
from bot.slack.payloads import SprintAction, SprintBallot, SprintDraft, SprintItemAction
from handlers.desk import Desk
from handlers.interaction import Click, Submission, clicked, submitted
from handlers.privacy import is_private
from handlers.reach import whisper
from handlers.rooms import room_is_private
from handlers.sprints import begin_plan, get
from handlers.triggers import before_replies
from storage.models import Sprint

Json = dict[str, Any]


class SprintForms:
    """What people fill in, checked like any click."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which modals and buttons of modals come here."""
        app.view("sprint.new")(submitted(self.opened))
        app.view("sprint.added")(submitted(self.added))
        app.view("sprint.voted")(submitted(self.voted))
        app.action("sprint.begin")(clicked(self.start))
        app.action("sprint.done")(clicked(self.move))
        app.action("sprint.drop")(clicked(self.move))
        app.action("sprint.reopen")(clicked(self.move))

    async def opened(self, sent: Submission) -> None:
        """Open the sprint that the form describes, and have it planned."""
        place = SprintDraft.read(sent.metadata)
        values, workspace = sent.values, sent.workspace
        await self._desk.allow(sent, "ask", place.channel_id)
        first, last = _day(values, "first"), _day(values, "last")
        if first and last and last < first:
            await sent.refuse({"last": "It is before the first day."})
            return
        key = sent.key
        sprint = await sprints.open_sprint(
            self._desk.ctx,
            NewSprint(
                workspace_id=workspace,
                channel_id=place.channel_id,
                owner_id=sent.user,
                source="hand-off" if place.hand_off_id else "form",
                hand_off_id=place.hand_off_id or None,
                key=key,
                is_private=await room_is_private(
                    self._desk, sent.client, workspace, place.channel_id
                ),
                goal=_typed(values, "goal"),
                requirements=_typed(values, "requirements"),
                limits=_typed(values, "limits"),
                starts_on=first,
                ends_on=last,
                people=values["people"]["users"].get("selected_users") or (),
            ),
        )
        await sent.ack()
        if sprint is None:
            return
        try:
            await begin_plan(self._desk, sent, sprint, receipt=f"{key}:plan")
        except UserFacingError as refused:
            # Not in the form: it is sent, and sent again it would open a second sprint.
            await whisper(sent.client, sprint.channel_id, sprint.owner_id, refused.sentence())

    async def added(self, sent: Submission) -> None:
        """Add an item."""
        payload = SprintAction.read(sent.metadata)
        sprint = await get(self._desk, payload.sprint_id, "ask", sent)
        values = sent.values
        chosen = values["specialists"]["choices"].get("selected_options") or ()
        wanted = NewItem(
            title=_typed(values, "title"),
            about=_typed(values, "about"),
            service=_typed(values, "service"),
            specialists=[str(option["value"]) for option in chosen],
            needs=read_numbers(_typed(values, "needs")),
        )
        by, receipt = sent.user, sent.key
        await sprint_items.add_item(self._desk.ctx, sprint, wanted, by=by, receipt=receipt)
        await sent.ack()

    async def voted(self, sent: Submission) -> None:
        """Store one person's votes; nobody else sees them before the reveal."""
        payload = SprintBallot.read(sent.metadata)
        sprint = await get(self._desk, payload.sprint_id, "ask", sent)
        values = sent.values
        found: dict[str, float] = {}
        reasons: dict[str, str] = {}
        for number, (item_id, _) in enumerate(payload.rounds):
            chosen = values[f"v{number}"]["choice"].get("selected_option")
            if chosen:
                found[item_id] = float(chosen["value"])
                reasons[item_id] = _typed(values, f"r{number}")
        given = Ballot(found, reasons, dict(payload.rounds))
        by, receipt = sent.user, sent.key
        await sprint_votes.vote(self._desk.ctx, sprint, given, by=by, receipt=receipt)
        await sent.ack()

    async def start(self, click: Click) -> None:
        """Let the team work on an item, in a thread of its own."""
        await click.ack()
        payload = SprintItemAction.read(click.value)
        sprint = await get(self._desk, payload.sprint_id, "ask", click)
        ctx, user = self._desk.ctx, click.user
        item = await sprint_items.check_can_start(ctx, sprint, payload.item_id)
        wish = Wish(
            workspace_id=sprint.workspace_id,
            channel_id=sprint.channel_id,
            user_id=user,
            text=sprint_items.wish_of(sprint, item),
            ts=before_replies(ctx.clock),
            root_ts=provisional(item.id),
            key=sprint_items.key_of(item),
            is_private=await is_private(
                self._desk, click.client, sprint.workspace_id, sprint.channel_id
            ),
        )
        await self._desk.take_in(wish, client=click.client, receipt=click.key)
        await sprint_items.began(ctx, sprint, item.id, by=user)
        await self._again(click, sprint)

    async def move(self, click: Click) -> None:
        """Say that an item is done, is dropped, or is open again."""
        await click.ack()
        payload = SprintItemAction.read(click.value)
        sprint = await get(self._desk, payload.sprint_id, "ask", click)
        act: Act = payload.act
        if act == "start":
            raise UserFacingError("That button is too old for me.", hint="`/lead sprint`.")
        by, receipt = click.user, click.key
        await sprint_items.move(
            self._desk.ctx, sprint, payload.item_id, act, by=by, receipt=receipt
        )
        await self._again(click, sprint)

    async def _again(self, click: Click, sprint: Sprint) -> None:
        """Show the list of items as it is now, where the button was in it."""
        view = click.body.get("view") or {}
        if view.get("type") != "modal":
            return
        async with self._desk.ctx.database.read() as uow:
            fresh = await uow.sprints.get(sprint.workspace_id, sprint.id)
            card = await sprint_views.card_of(self._desk.ctx, uow, fresh)
        shown = await click.shown(items_modal(card))
        await click.client.views_update(view_id=view["id"], view=shown)


def _typed(values: Json, block: str) -> str:
    return str(values[block]["text"].get("value") or "").strip()


def _day(values: Json, block: str) -> date | None:
    said = values[block]["date"].get("selected_date")
    return date.fromisoformat(said) if said else None
