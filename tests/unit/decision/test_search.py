"""What a question finds: any shared word, rare ones first, endings and filler ignored."""

import pytest

from bot.domain.decision.search import Text, numbers_in, rank, stems


def _texts(**titles: str) -> dict[str, Text]:
    return {key: Text(((title, 3.0),)) for key, title in titles.items()}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("caching", "cache"),
        ("queues", "queuing"),
        ("policies", "policy"),
        ("migrations", "migrate"),
        ("partitioned", "partitions"),
        ("PostgreSQL", "postgresql"),
    ],
)
def test_endings_do_not_matter(one: str, other: str) -> None:
    assert stems(one) == stems(other)
    assert rank(one, _texts(a=other))["a"].coverage == pytest.approx(1.0)


def test_a_question_s_filler_finds_nothing() -> None:
    assert rank("why did we decide that?", _texts(a="Why we decide that")) == {}


def test_any_word_counts_and_the_rare_one_more() -> None:
    texts = _texts(a="Kafka for billing events", b="Billing tables", c="Billing alerts")
    found = rank("why kafka for billing?", texts)
    assert set(found) == {"a", "b", "c"}
    assert max(found, key=lambda key: found[key].score) == "a"
    assert found["a"].coverage == pytest.approx(1.0)
    assert found["b"].coverage < 0.5


def test_a_word_nobody_recorded_lowers_the_coverage() -> None:
    texts = _texts(a="Billing tables", b="Billing alerts", c="Ledger")
    found = rank("elixir for billing", texts)
    assert found["a"].coverage < 0.5
    assert "c" not in found


def test_joined_words_are_found_by_either() -> None:
    assert rank("append", _texts(a="Append-only ledger"))
    assert rank("append-only", _texts(a="Append-only ledger"))


def test_numbers_come_from_ids_only() -> None:
    assert numbers_in("D-31, d31 or D-4? 500 rps") == [31, 4]
