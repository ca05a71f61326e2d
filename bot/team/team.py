"""The whole team as one value: who is there, how they work together, what they know."""

from dataclasses import dataclass

from bot.domain.pattern import Pattern
from bot.domain.playbook import Card
from bot.domain.specialist import Specialist


@dataclass(frozen=True)
class Team:
    """Specialists in the seed's order, patterns and cards by name, and the shared texts."""

    lead: Specialist
    specialists: dict[str, Specialist]
    patterns: dict[str, Pattern]
    cards: dict[str, Card]
    honesty: str
    standards: str
