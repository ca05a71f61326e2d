"""What a model call used: tokens, seconds and money, honest about unknown prices."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

MICROS = 1_000_000
"""Money is kept as whole millionths of a US dollar, so that sums never drift."""


class Usage(BaseModel):
    """Tokens of one call or of many; `cost_micros` is None when the model's price is unknown."""

    model_config = ConfigDict(frozen=True)

    tokens_in: int = 0
    """Input tokens in all, cached ones included."""
    tokens_out: int = 0
    tokens_cached: int = 0
    """Input tokens that were read from the provider's cache."""
    cost_micros: int | None = 0
    seconds: float = 0.0

    @property
    def cost(self) -> float | None:
        """Return US dollars, or None when the price is unknown."""
        return None if self.cost_micros is None else self.cost_micros / MICROS


def total(usages: Iterable[Usage]) -> Usage:
    """Add up; one unknown price makes the sum's price unknown, seconds are call seconds."""
    items = list(usages)
    costs = [item.cost_micros for item in items]
    return Usage(
        tokens_in=sum(item.tokens_in for item in items),
        tokens_out=sum(item.tokens_out for item in items),
        tokens_cached=sum(item.tokens_cached for item in items),
        cost_micros=None if None in costs else sum(cost for cost in costs if cost is not None),
        seconds=sum(item.seconds for item in items),
    )
