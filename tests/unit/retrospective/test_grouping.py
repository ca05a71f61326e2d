"""Which cards are put together by rule, and what is made of a model's answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.retrospective import Card, TopicProposal, Topics, group, sound
from tests.support.examples import examples

SAME = [
    ("Deploys are slow", "Our deploys are too slow"),
    ("Pairing on the ledger helped", "Pairing helped"),
    ("Reviews take too long", "Code reviews take too long"),
    ("Too many meetings", "too many meetings!"),
    ("No staging database", "Staging database: none"),
    ("Flaky tests in CI", "CI tests are flaky"),
]
OTHER = [
    ("Deploys are slow", "Deploys on Friday"),
    ("Reviews take too long", "The release took a day"),
    ("Good planning", "Good reviews"),
    ("Write a runbook for refunds", "Write more tests"),
    ("Alerts at night", "Alerts had no owner"),
    ("Staging", "Staging database is missing"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_in_other_words(one: str, other: str) -> None:
    assert len(group([Card("a", 0, one), Card("b", 0, other)])) == 1


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_thing(one: str, other: str) -> None:
    assert len(group([Card("a", 0, one), Card("b", 0, other)])) == 2


def test_columns_are_not_mixed_and_big_topics_come_first() -> None:
    cards = [
        Card("a", 0, "Pairing helped"),
        Card("b", 1, "Deploys are slow"),
        Card("c", 1, "Our deploys are too slow"),
        Card("d", 0, "Deploys are slow"),
    ]
    topics = group(cards)
    assert [topic.card_ids for topic in topics] == [("b", "c"), ("a",), ("d",)]
    assert topics[0].title == "Deploys are slow", "the shortest says it"


def test_a_model_may_leave_out_and_repeat_cards() -> None:
    cards = [Card("a", 0, "one"), Card("b", 0, "two"), Card("c", 1, "three")]
    said = Topics(
        topics=(
            TopicProposal(title="  Both ", cards=(1, 2, 2, 9)),
            TopicProposal(title="again", cards=(1,)),
        )
    )
    topics = sound(said, cards)
    assert [(topic.title, topic.card_ids) for topic in topics] == [
        ("Both", ("a", "b")),
        ("three", ("c",)),
    ]


@examples(15)
@given(st.lists(st.tuples(st.integers(0, 2), st.text(max_size=30)), max_size=12))
def test_each_card_is_in_one_topic(said: list[tuple[int, str]]) -> None:
    cards = [Card(str(n), column, text) for n, (column, text) in enumerate(said)]
    found = [card_id for topic in group(cards) for card_id in topic.card_ids]
    assert sorted(found) == sorted(card.id for card in cards)
