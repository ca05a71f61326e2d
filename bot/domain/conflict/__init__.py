"""Several pieces of work that want one thing: what each needs, and ways to share it."""

from bot.domain.conflict.claims import Claim, missing
from bot.domain.conflict.options import Option, enough, options
from bot.domain.conflict.share import Day, Timeline

__all__ = ["Claim", "Day", "Option", "Timeline", "enough", "missing", "options"]
