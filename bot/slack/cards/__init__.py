"""Every card as a pure function from a view to blocks."""

from bot.slack.cards.audit import AuditLine, audit_list
from bot.slack.cards.decision import decision_card, decision_details
from bot.slack.cards.decision_due import decision_due_post
from bot.slack.cards.decision_modals import challenge_modal, reason_modal
from bot.slack.cards.details import (
    command_card,
    help_card,
    help_overview,
    status_card,
    task_details,
)
from bot.slack.cards.entry import record_modal, task_modal
from bot.slack.cards.forget import begun_text, forget_channel_card, forget_person_card
from bot.slack.cards.lists import decision_list, details_modal, home_view, task_list, team_list
from bot.slack.cards.matrix import MatrixCard, matrix_card
from bot.slack.cards.matrix_modals import (
    matrix_details_modal,
    new_matrix_modal,
    score_modal,
)
from bot.slack.cards.plan import plan_modal
from bot.slack.cards.settings import setting_details, settings_list, settings_modal
from bot.slack.cards.specialist import output_modal, specialist_post
from bot.slack.cards.synthesis import answer_post, synthesis_post, text_post
from bot.slack.cards.task import task_card
from bot.slack.cards.wish import wish_post

__all__ = [
    "AuditLine",
    "MatrixCard",
    "answer_post",
    "audit_list",
    "begun_text",
    "challenge_modal",
    "command_card",
    "decision_card",
    "decision_details",
    "decision_due_post",
    "decision_list",
    "details_modal",
    "forget_channel_card",
    "forget_person_card",
    "help_card",
    "help_overview",
    "home_view",
    "matrix_card",
    "matrix_details_modal",
    "new_matrix_modal",
    "output_modal",
    "plan_modal",
    "reason_modal",
    "record_modal",
    "score_modal",
    "setting_details",
    "settings_list",
    "settings_modal",
    "specialist_post",
    "status_card",
    "synthesis_post",
    "task_card",
    "task_details",
    "task_list",
    "task_modal",
    "team_list",
    "text_post",
    "wish_post",
]
