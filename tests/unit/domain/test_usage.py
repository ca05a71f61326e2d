"""Adding up usage: nothing drifts, and an unknown price stays unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.usage import Usage, total

counts = st.integers(0, 10**9)
known = st.builds(
    Usage,
    tokens_in=counts,
    tokens_out=counts,
    tokens_cached=counts,
    cost_micros=counts,
    seconds=st.floats(0, 1000),
)


@given(st.lists(known))
def test_everything_is_added_up(usages: list[Usage]) -> None:
    added = total(usages)
    assert added.tokens_in == sum(usage.tokens_in for usage in usages)
    assert added.tokens_out == sum(usage.tokens_out for usage in usages)
    assert added.tokens_cached == sum(usage.tokens_cached for usage in usages)
    assert added.cost_micros == sum(usage.cost_micros or 0 for usage in usages)
    assert added.seconds == pytest.approx(sum(usage.seconds for usage in usages))


@given(st.lists(known), st.integers(0, 100))
def test_one_unknown_price_makes_the_sum_unknown(usages: list[Usage], place: int) -> None:
    unknown = Usage(tokens_in=7, cost_micros=None)
    mixed = [*usages[:place], unknown, *usages[place:]]
    assert total(mixed).cost_micros is None
    assert total(mixed).cost is None
    assert total(mixed).tokens_in == total(usages).tokens_in + 7


@given(st.lists(known), st.integers(0, 100))
def test_it_does_not_matter_how_they_are_grouped(usages: list[Usage], cut: int) -> None:
    halves = total([total(usages[:cut]), total(usages[cut:])])
    assert halves.cost_micros == total(usages).cost_micros
    assert halves.tokens_in == total(usages).tokens_in


def test_nothing_costs_nothing() -> None:
    assert total([]) == Usage()
    assert Usage().cost == 0


def test_cost_is_in_dollars() -> None:
    assert Usage(cost_micros=1_250_000).cost == 1.25
