"""Two rankings become one by their places; vectors are compared by their direction."""

import numpy
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.memory.embedding import fused
from bot.model.embedding import NumpyVectors

_RANKING = st.lists(st.integers(1, 30), unique=True, max_size=20)


@given(_RANKING, _RANKING)
def test_all_of_both_once_and_who_leads_both_leads(first: list[int], second: list[int]) -> None:
    order = fused(first, second)
    assert sorted(order) == sorted({*first, *second})
    if first and second and first[0] == second[0]:
        assert order[0] == first[0]


def test_a_place_in_both_is_worth_more_than_the_first_in_one() -> None:
    assert fused([1, 2, 3], [4, 3, 2])[:2] == [2, 3]
    assert fused([5, 6], []) == [5, 6]


def like(held: NumpyVectors, asked: bytes, least: float) -> list[int]:
    """Return the numbers, two at first and then one at a time."""
    parts = list(held.like(asked, least=least, first=2, more=1))
    assert [len(part) for part in parts[1:]] == [1] * len(parts[1:])
    return [number for part in parts for number, _ in part]


def vector(*numbers: float) -> bytes:
    return numpy.array(numbers, dtype=numpy.float16).tobytes()


def test_the_nearest_come_first_and_the_far_not_at_all() -> None:
    held = NumpyVectors()
    assert like(held, vector(1, 0), 0.1) == []
    held.add([(1, vector(0, 1)), (2, vector(0.6, 0.8)), (3, vector(1, 0))], most=9)
    assert like(held, vector(1, 0), 0.5) == [3, 2]
    assert like(held, vector(1, 0), -1) == [3, 2, 1]
    held.add([(3, vector(0.6, 0.8))], most=9)
    assert (len(held), like(held, vector(1, 0), 0.9)) == (3, []), "made anew"
    held.add([(3, vector(1, 0))], most=9)
    held.add([(4, vector(0, 1))], most=2)
    assert len(held) == 2
    assert like(held, vector(0, 1), -1) == [4, 3]
