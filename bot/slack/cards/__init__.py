"""Every card as a pure function from a view to blocks."""

from bot.slack.cards.audit import AuditLine, audit_list
from bot.slack.cards.decision import decision_card, decision_details, reason_modal
from bot.slack.cards.details import help_card, status_card, task_details
from bot.slack.cards.entry import record_modal, task_modal
from bot.slack.cards.lists import decision_list, details_modal, home_view, task_list, team_list
from bot.slack.cards.plan import plan_modal
from bot.slack.cards.settings import setting_details, settings_list, settings_modal
from bot.slack.cards.specialist import output_modal, specialist_post
from bot.slack.cards.synthesis import answer_post, synthesis_post, text_post
from bot.slack.cards.task import task_card
from bot.slack.cards.wish import wish_post

__all__ = [
    "AuditLine",
    "answer_post",
    "audit_list",
    "decision_card",
    "decision_details",
    "decision_list",
    "details_modal",
    "help_card",
    "home_view",
    "output_modal",
    "plan_modal",
    "reason_modal",
    "record_modal",
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
