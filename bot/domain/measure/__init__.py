"""Facts that other systems report: one value for all of them, one reader for each source."""

from bot.domain.measure.fact import Fact, FactKind, Heard, Origin
from bot.domain.measure.rules import Rules

__all__ = ["Fact", "FactKind", "Heard", "Origin", "Rules"]
