"""Moves on the radar as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.technology import Move, Ring, read_move
from bot.errors import UserFacingError
from tests.support.examples import examples


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("Kafka to trial because it won M-3", Move("Kafka", Ring.TRIAL, "it won M-3")),
        (
            "Apache Kafka ADOPT: two years of it",
            Move("Apache Kafka", Ring.ADOPT, "two years of it"),
        ),
        ("Mongo into hold, as nobody knows it", Move("Mongo", Ring.HOLD, "as nobody knows it")),
        ("gRPC assess since teams ask", Move("gRPC", Ring.ASSESS, "teams ask")),
    ],
)
def test_a_move_is_read(text: str, move: Move) -> None:
    assert read_move(text) == move


@pytest.mark.parametrize("text", ["", "Kafka", "Kafka to the moon", "to hold", "Kafka to trial"])
def test_what_is_no_move_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        read_move(text)
    assert "/lead radar move" in refused.value.sentence()


@examples(20)
@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        move = read_move(text)
    except UserFacingError:
        return
    assert move.name
    assert move.reason
