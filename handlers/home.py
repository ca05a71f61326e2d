"""The App Home: open tasks and waiting decisions, fresh at each opening."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.access import Act
from bot.domain.kpi import KpiValue
from bot.domain.usage import MICROS
from bot.errors import NotFound, PersonUnknown
from bot.services import (
    access,
    conflict_views,
    decision_views,
    escalation_views,
    standup_views,
    task_views,
)
from bot.services.budgets import day_start
from bot.services.coming import coming_for
from bot.services.decision_rights import waiting_for
from bot.services.kpis import tiles
from bot.services.member_rooms import rooms_of
from bot.services.task_report import last_report
from bot.services.workspace_settings import effective
from bot.slack.cards import decision_details, details_modal, home_view, task_details
from bot.slack.cards.conflict_note import standing_words
from bot.slack.names import with_people
from bot.slack.payloads import DecisionAction, TaskAction
from bot.slack.views import TeamLoad
from handlers.agent import suggest
from handlers.desk import Desk
from handlers.interaction import Click, clicked
from handlers.people import SlackDirectory
from storage.models import Decision
from storage.uow import UnitOfWork

SHOWN = 10


@dataclass(frozen=True)
class _Seen:
    """What the Home shows of the workspace's channels; nothing, for who may not look."""

    waiting: Sequence[Decision] = ()
    due: Sequence[Decision] = ()
    kpis: Sequence[KpiValue] = ()
    conflicts: str = ""


class Home:
    """Publishes the Home view."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def register(self, app: AsyncApp) -> None:
        """Say which event comes here."""
        app.event("app_home_opened")(self.opened)
        app.event("app_context_changed")(self.looked_elsewhere)
        app.action("task.open")(clicked(self.open_task))
        app.action("decision.open")(clicked(self.open_decision))

    async def opened(
        self, event: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show the person's own open tasks, and decisions of the channels that they may read."""
        if event.get("tab") == "messages":
            await suggest(client, str(event.get("channel") or ""))
        if event.get("tab") != "home":
            return
        workspace, user = context.team_id or "", event["user"]
        ctx = self._desk.ctx
        since = day_start(ctx.clock.now())
        async with ctx.database.read() as uow:
            settings = await effective(ctx, uow, workspace, user_id=user)
            running = await uow.plans.workload(workspace, running=True)
            queued = await uow.plans.workload(workspace, running=False)
            spent = await uow.ledger.committed_by_workspace(workspace, since=since)
            escalated = await uow.escalations.listed(
                workspace, seen_from=None, limit=SHOWN, owner_id=user
            )
            coming = await coming_for(
                uow, self._desk.directory(client, workspace), workspace, user_id=user
            )
            asked = await uow.standups.waiting_for(workspace, user, now=ctx.clock.now())
            looks = await self._may("look", workspace, user, client)
            mine = [t for t in await uow.tasks.open_in(workspace) if t.requester_id == user]
            directory = self._desk.directory(client, workspace)
            rooms = await rooms_of(uow, directory, workspace, user_id=user)
            found = await self._of_all(uow, directory, workspace, user, rooms) if looks else _Seen()
        view = home_view(
            tasks=[task_views.task_row(task) for task in mine[:SHOWN]],
            decisions=[decision_views.decision_row(row) for row in found.waiting],
            due=[decision_views.decision_row(row) for row in found.due],
            escalations=[escalation_views.card_of(row) for row in escalated],
            standups=[standup_views.line_of(*row) for row in asked[:SHOWN]],
            coming=coming,
            kpis=found.kpis,
            conflicts=found.conflicts if await self._may("decide", workspace, user, client) else "",
            load=TeamLoad(
                team_size=len(ctx.team.specialists),
                running=len(running),
                waiting=sum(queued.values()),
                day_left_micros=max(0, round(settings.budget.per_day * MICROS) - spent),
                day_limit_micros=round(settings.budget.per_day * MICROS),
            )
            if looks
            else None,
            may_configure=await self._may("configure", workspace, user, client),
        )
        await client.views_publish(user_id=user, view=with_people(view))

    async def _of_all(
        self,
        uow: UnitOfWork,
        directory: SlackDirectory,
        workspace: str,
        user: str,
        rooms: Sequence[str],
    ) -> "_Seen":
        """Return what is of all channels, for one who may look things up: no guest, no outsider."""
        ctx = self._desk.ctx
        now = ctx.clock.now()
        standing = await conflict_views.standing(uow, workspace, rooms, now=now)
        return _Seen(
            waiting=await waiting_for(uow, directory, workspace, user_id=user, rooms=rooms),
            due=await uow.decisions.due(
                workspace, today=now.date(), limit=SHOWN, seen_from="", rooms=rooms
            ),
            kpis=await tiles(ctx, uow, workspace, rooms),
            conflicts=standing_words(standing.named, standing.wanted),
        )

    async def looked_elsewhere(self) -> None:
        """Keep nothing: what the person looks at comes with their direct message, if any."""

    async def open_task(self, click: Click) -> None:
        """Show one of the person's own tasks."""
        await click.ack()
        payload = TaskAction.read(click.value)
        ctx = self._desk.ctx
        async with ctx.database.read() as uow:
            report = await last_report(uow, payload.task_id)
        if report.task.requester_id != click.context.user_id:
            raise NotFound("task", report.task.public_id)
        post = task_details(
            task_views.task_card_view(ctx, report),
            decisions=[decision_views.decision_row(row) for row in report.decisions],
            undelivered=(),
        )
        view = details_modal(report.task.public_id, post)
        await click.open(view)

    async def open_decision(self, click: Click) -> None:
        """Show a decision of a public channel, or of a private one that the person is in."""
        await click.ack()
        payload = DecisionAction.read(click.value)
        ctx, workspace = self._desk.ctx, click.workspace
        directory = self._desk.directory(click.client, workspace)
        async with ctx.database.read() as uow:
            row = await uow.decisions.get(payload.decision_id)
            if row.workspace_id != workspace:
                raise NotFound("decision", payload.decision_id)
            room = row.channel_id
            inside = bool(room) and click.context.user_id in await directory.members(room)
            if not inside and not await self._may("look", workspace, click.user, click.client):
                raise NotFound("decision", row.public_id)
            # Else looked up as from nowhere: what a private channel decided is not found.
            seen_from = room if inside else ""
            row = await uow.decisions.by_number(workspace, row.number, seen_from=seen_from)
            card = await decision_views.decision_card_view(ctx, uow, row, seen_from=seen_from)
        post = decision_details(card)
        view = details_modal(row.public_id, post)
        await click.open(view)

    async def _may(self, act: Act, workspace: str, user: str, client: AsyncWebClient) -> bool:
        """Whether something shows; when Slack does not say who it is, it does not."""
        directory = self._desk.directory(client, workspace)
        try:
            found = await access.verdict(
                self._desk.ctx, directory, act, workspace_id=workspace, user_id=user
            )
        except PersonUnknown:
            return False
        return found.allowed
