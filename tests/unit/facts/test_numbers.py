"""Figures mean the same in every notation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts.numbers import parse
from bot.domain.quantity import amount, exact, size, span


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.000,5", 1000.5), ("1,000.5", 1000.5), ("5 000", 5000), ("1'000", 1000), ("1,5", 1.5),
        ("1.5", 1.5), ("1.000", 1000), ("2,500", 2500), ("0.125", 0.125), ("1.000.000", 1e6),
        ("1,50,000", 150_000), ("12,34", 12.34),
    ],
)  # fmt: skip
def test_notations(text: str, value: float) -> None:
    assert parse(text) == value


def test_a_percentage_is_never_grouped() -> None:
    assert parse("99.950", decimal=True) == 99.95


@given(st.integers(0, 10**12), st.integers(1, 99))
def test_both_notations_round_trip(whole: int, cents: int) -> None:
    english = f"{whole:,}.{cents:02}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert parse(english) == parse(german) == float(f"{whole}.{cents:02}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (amount(57.87), "57.9"), (amount(1_296_774), "1.3 million"), (amount(43_218), "43,200"),
        (amount(0.2316), "0.232"), (amount(999.6), "1,000"), (exact(99.95), "99.95"),
        (exact(1200), "1,200"),
        (size(23), "23 GB"), (size(1200), "1.2 TB"), (size(4e-6), "4 kB"),
        (size(5e-7), "500 bytes"),
        (span(0.033), "33 ms"), (span(1600), "26.7 min"), (span(60_000), "16.7 h"),
        (span(90 * 86400), "90 days"), (span(7 * 365 * 86400), "7 years"),
    ],
)  # fmt: skip
def test_numbers_for_people(text: str, expected: str) -> None:
    assert text == expected
