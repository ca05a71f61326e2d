"""Back-of-envelope arithmetic that a card may ask for by name, inputs and assumptions shown."""

from bot.domain.capacity.named import NAMES, calculate, calculate_all

__all__ = ["NAMES", "calculate", "calculate_all"]
