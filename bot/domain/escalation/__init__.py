"""Escalations: four levels with timers, who is asked, and what each click and each timer does."""

from bot.domain.escalation.calendar import Calendar, Holidays, WorkHours
from bot.domain.escalation.case import Case, Due, EscalationState, Kind
from bot.domain.escalation.policy import HIGHEST, Policy, Responder, Span
from bot.domain.escalation.timers import next_due

__all__ = [
    "HIGHEST",
    "Calendar",
    "Case",
    "Due",
    "EscalationState",
    "Holidays",
    "Kind",
    "Policy",
    "Responder",
    "Span",
    "WorkHours",
    "next_due",
]
