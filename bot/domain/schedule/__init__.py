"""Schedules: rules in plain words or cron, and the moments they mean."""

from bot.domain.schedule.rule import WORK_DAYS, Rule
from bot.domain.schedule.timetable import HolidayName, Place, Slot, Timetable
from bot.domain.schedule.words import When, read_rule, read_when

__all__ = [
    "WORK_DAYS",
    "HolidayName",
    "Place",
    "Rule",
    "Slot",
    "Timetable",
    "When",
    "read_rule",
    "read_when",
]
