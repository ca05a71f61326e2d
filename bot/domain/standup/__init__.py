"""A standup's rules: whose window is when, what a reply says, which blocker is an old one."""

from bot.domain.standup.blockers import Old, Step, follow, split_blockers
from bot.domain.standup.questions import (
    DEFAULT_QUESTIONS,
    MOST_QUESTIONS,
    Kind,
    Question,
    questions_text,
    read_questions,
)
from bot.domain.standup.reply import is_labelled, is_talk, read_reply
from bot.domain.standup.windows import (
    REMIND_AT,
    Window,
    key_of,
    opened_at,
    slot_key,
    windows_of,
    zone_for,
)

__all__ = [
    "DEFAULT_QUESTIONS",
    "MOST_QUESTIONS",
    "REMIND_AT",
    "Kind",
    "Old",
    "Question",
    "Step",
    "Window",
    "follow",
    "is_labelled",
    "is_talk",
    "key_of",
    "opened_at",
    "questions_text",
    "read_questions",
    "read_reply",
    "slot_key",
    "split_blockers",
    "windows_of",
    "zone_for",
]
