"""Cards that belong to no task: which board is shown how, and which pictures are drawn late."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from bot.domain.events import Board, BoardMoved
from bot.services import (
    architecture_review_views,
    architectures,
    conflict_views,
    escalation_news,
    escalation_offers,
    hand_off_news,
    learning,
    matrix_views,
    reminders,
    retro_actions,
    retrospective_news,
    sprint_news,
    standup_news,
    standup_reminders,
    survey_news,
    team_report,
    technologies,
)
from bot.services.architecture_review_steps import RADAR
from bot.services.context import Context
from bot.services.hand_offs import HOOK
from bot.services.matrices import CHART
from storage.models import OutboxRow
from storage.uow import UnitOfWork

Show: TypeAlias = Callable[[Context, UnitOfWork, str, str], Awaitable[None]]
Draw: TypeAlias = Callable[[Context, UnitOfWork, OutboxRow], Awaitable[dict[str, Any] | None]]

_SHOWN: dict[Board, Show] = {
    "matrix": matrix_views.show,
    "architecture": architectures.show,
    "conflict": conflict_views.show,
    "hand-off": hand_off_news.show,
    "sprint": sprint_news.show,
    "review": architecture_review_views.show,
}
DRAWN: dict[str, Draw] = {
    CHART: matrix_views.draw,
    architectures.MAP: architectures.draw,
    RADAR: architecture_review_views.draw_radar,
    technologies.CHART: technologies.draw,
    HOOK: hand_off_news.draw_hook,
    team_report.HOOK: team_report.draw_hook,
    escalation_news.CARD: escalation_news.draw_card,
    escalation_news.STEP: escalation_news.draw_step,
    escalation_news.CALL: escalation_news.draw_call,
    retrospective_news.CARD: retrospective_news.draw_card,
    retrospective_news.PHASE: retrospective_news.draw_phase,
    retrospective_news.REPORT: retrospective_news.draw_report,
    retro_actions.REMINDER: retro_actions.draw_reminder,
    learning.REMINDER: learning.draw_reminder,
    sprint_news.PLAN: sprint_news.draw_plan,
    sprint_news.BURNDOWN: sprint_news.draw_burndown,
    standup_news.CARD: standup_news.draw_card,
    standup_news.REPORT: standup_news.draw_report,
    standup_reminders.REMINDER: standup_reminders.draw,
    escalation_offers.VIEW: escalation_offers.draw,
    reminders.VIEW: reminders.draw,
    survey_news.CARD: survey_news.draw_card,
    survey_news.ASK: survey_news.draw_ask,
    survey_news.REMINDER: survey_news.draw_reminder,
    survey_news.RESULT: survey_news.draw_result,
}
"""Views of outbox rows that are rendered when they are sent."""


async def show_board(ctx: Context, uow: UnitOfWork, event: BoardMoved) -> None:
    """Let the board's card show how things stand, in the transaction of `uow`."""
    await _SHOWN[event.board](ctx, uow, event.workspace_id, event.board_id)
