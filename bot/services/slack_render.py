"""Renders outbox rows when they are sent: twenty changes of a task make few cards, never an old."""

from typing import Any, Literal

from bot.domain.session import has_session
from bot.errors import Bug
from bot.services import task_views
from bot.services.boards import DRAWN
from bot.services.context import Context
from bot.services.task_report import TaskReport, task_report
from bot.slack.cards import specialist_post, task_card
from bot.slack.cards.task_plan import PLAN, task_plan
from storage.models import OutboxRow
from storage.uow import UnitOfWork

CARD = "task_card"
WORK = "work"
View = Literal["task_card", "work"]


def card_key(task_id: str, round_number: int) -> str:
    """Return the outbox key of a round's card."""
    return f"task:{task_id}:r{round_number}:card"


def work_key(task_id: str, round_number: int, key: str) -> str:
    """Return the outbox key of a specialist's message."""
    return f"task:{task_id}:r{round_number}:work:{key}"


def card_payload(ctx: Context, report: TaskReport) -> dict[str, Any]:
    """Return a task's card; in an agent session with the plan that may be streamed instead."""
    view = task_views.task_card_view(ctx, report)
    payload = task_card(view).payload()
    if ctx.settings.outbox.stream == "auto" and has_session(report.task.channel_id):
        plan = task_plan(view)
        return payload if plan is None else {**payload, PLAN: plan}
    return payload


class SlackRenderer:
    """Reads the tables at the moment of sending, so what it shows is at least as new as the row."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def render(self, uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
        """Return what a row shows; None when there is nothing. Raises Bug for an unknown view."""
        if row.view in DRAWN:
            return await DRAWN[row.view](self._ctx, uow, row)
        _, task_id, round_word, *rest = (row.target_key or row.key).split(":", 4)
        round_number = int(round_word.removeprefix("r"))
        report = await task_report(uow, task_id, round_number=round_number)
        if row.view == CARD:
            if report.task.round != round_number:
                # The round's last card was stored whole when it ended.
                return None
            return card_payload(self._ctx, report)
        if row.view == WORK:
            view = task_views.specialist_post_view(self._ctx, report, rest[-1])
            return None if view is None else specialist_post(view).payload()
        raise Bug(f"outbox row {row.id} names an unknown view")
