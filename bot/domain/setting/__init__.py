"""What people may set in Slack: which settings there are, what each takes, which value counts."""

from bot.domain.setting.effective import Effective, effective
from bot.domain.setting.kinds import ADMINS, ANYONE, Value
from bot.domain.setting.resolve import Resolved, Scope, Source
from bot.domain.setting.table import SETTINGS, Setting, find

__all__ = [
    "ADMINS",
    "ANYONE",
    "SETTINGS",
    "Effective",
    "Resolved",
    "Scope",
    "Setting",
    "Source",
    "Value",
    "effective",
    "find",
]
