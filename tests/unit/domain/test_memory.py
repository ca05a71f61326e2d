"""Notes and questions: names without people, kinds by other agents' words, words that say more."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.memory import (
    COLLECTIONS,
    KINDS,
    LONGEST_NAME,
    Query,
    check_name,
    check_text,
    content_words,
    key_of,
    kind_of,
    names_in,
)
from bot.domain.memory.query import refs_in
from bot.errors import UserFacingError

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("decision", "decision"),
        ("backend_architectural_decision", "decision"),
        ("performance_baseline", "baseline"),
        ("Lessons Learned", "lesson"),
        ("troubleshooting_guides", "guide"),
        ("Design Pattern", "design-pattern"),
        ("runbook", "runbook"),
    ],
)
def test_kinds_are_known_by_the_seed_s_names_too(said: str, kind: str) -> None:
    assert kind_of(said) == kind


def test_every_collection_of_the_seed_has_a_kind_of_its_own() -> None:
    assert len(COLLECTIONS) == 10
    assert len(set(KINDS)) == len(KINDS)
    assert [kind_of(name) for name in COLLECTIONS] == [kinds[0] for kinds in COLLECTIONS.values()]


@pytest.mark.parametrize("said", ["", "  ", "!!", "a" * 60])
def test_no_word_is_no_kind(said: str) -> None:
    with pytest.raises(UserFacingError):
        kind_of(said)


def test_a_name_is_one_line_without_people_and_secrets() -> None:
    assert check_name("  `orders`\n service of <@U123|ann> ") == "orders` service of"
    assert "ghp_" not in check_name(f"token ghp_{'a1B2' * 9}")
    assert len(check_name("x" * 900)) == LONGEST_NAME
    with pytest.raises(UserFacingError):
        check_name(" <@U123> ")


def test_a_text_too_long_is_refused_and_a_secret_is_not_kept() -> None:
    with pytest.raises(UserFacingError, match="5,000"):
        check_text("x " * 2_499 + "xx")
    assert "ghp_" not in check_text(f"use ghp_{'a1B2' * 9}")


@given(st.text(max_size=300))
def test_keys_are_stable_and_words_are_safe_for_both_databases(text: str) -> None:
    assert key_of(key_of(text)) == key_of(text)
    for word in content_words(text):
        assert word.replace("_", "x").isalnum() or not word.isascii()
        assert "'" not in word
        assert '"' not in word


def test_words_that_say_nothing_are_left_out() -> None:
    assert content_words("Why did we choose Kafka over RabbitMQ for the orders?") == (
        "kafka",
        "rabbitmq",
        "orders",
    )
    assert content_words("p95 of node.js, C++") == ("p95", "node", "js", "c")
    assert content_words("the decision") == ("the", "decision"), "else nothing would be searched"


def test_names_and_records_that_a_question_may_mean() -> None:
    assert names_in("what about the order service?")[0] == "what about the order service"
    assert {"order service", "order"} <= set(names_in("what about the order service?"))
    assert "the" not in names_in("what about the order service?")
    assert refs_in("see d-12, T-3 and D-12") == ("D-12", "T-3")


def test_a_page_stays_within_bounds() -> None:
    assert Query("T1", "x", "C1", limit=10_000, offset=-3).page == (50, 0)
    assert Query("T1", "x", "C1", limit=0, offset=10**9).page == (1, 1_000)
