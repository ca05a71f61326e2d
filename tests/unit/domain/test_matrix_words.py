"""A matrix's outcome in words: numbers rounded, never a real difference to nothing."""

from fractions import Fraction

import pytest

from bot.domain.matrix import Criterion, Result, Score, evaluate, told_turns, turns
from bot.domain.matrix.words import decimal, percent, turn_words, verdict

CRITERIA = (Criterion(name="speed", weight=70), Criterion(name="cost", weight=30))


def result(**scores: tuple[int, int]) -> Result:
    """Return the result of options with (speed, cost)."""
    given = [
        Score(option, item.name, "U1", value)
        for option, values in scores.items()
        for item, value in zip(CRITERIA, values, strict=True)
    ]
    return evaluate(tuple(scores), CRITERIA, given)


def test_the_winner_and_its_lead() -> None:
    found = result(Kafka=(5, 1), NATS=(3, 4), Redis=(1, 1))
    assert verdict(found) == "Kafka wins with 3.8 of 5, 0.5 ahead of NATS."
    assert [turn_words(turn, found) for turn in turns(found)] == [
        "NATS wins instead if cost rises over 40 % (now 30 %).",
        "NATS wins instead if speed falls under 60 % (now 70 %).",
    ]
    assert [turn_words(turn, found) for turn in told_turns(found)] == [
        "NATS wins instead if cost rises over 40 % (now 30 %)."
    ]


def test_a_tie_and_no_scores() -> None:
    tied = result(Kafka=(3, 3), NATS=(3, 3), Redis=(1, 3))
    assert verdict(tied) == "Tie: Kafka and NATS, each 3 of 5."
    assert "No winner" in verdict(evaluate(("A", "B"), CRITERIA, ()))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(5), "5"),
        (Fraction(10, 3), "3.33"),
        (Fraction(7, 2), "3.5"),
        (Fraction(1, 1000), "less than 0.01"),
        (Fraction(0), "0"),
    ],
)
def test_scores_are_rounded(value: Fraction, shown: str) -> None:
    assert decimal(value) == shown


def test_shares_have_one_digit_at_most() -> None:
    assert [percent(Fraction(n, 1000)) for n in (220, 216, 2165, 5)] == [
        "22 %",
        "21.6 %",
        "216.5 %",
        "0.5 %",
    ]
