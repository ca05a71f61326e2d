"""What people type behind remember and memory, and what a baseline's figures say."""

from datetime import UTC, datetime

import pytest

from bot.domain.memory.baseline import Baseline, changes, figures_in, read_baseline
from bot.domain.memory.words import Asked, Spoken, read_note, read_number, read_search
from bot.errors import UserFacingError

AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "spoken"),
    [
        ("orders: runs on Go", Spoken("note", "orders", "runs on Go")),
        ("lesson cache stampede: jitter", Spoken("lesson", "cache stampede", "jitter")),
        ("Service orders: since: 2024", Spoken("service", "orders", "since: 2024")),
        ("service: a word of ours", Spoken("note", "service", "a word of ours")),
    ],
)
def test_a_note_is_a_name_a_colon_and_what_is_so(typed: str, spoken: Spoken) -> None:
    assert read_note(typed) == spoken


@pytest.mark.parametrize("typed", ["", "orders", "orders:", ": so", "orders runs on Go"])
def test_anything_else_is_asked_again(typed: str) -> None:
    with pytest.raises(UserFacingError, match="a colon"):
        read_note(typed)


def test_filters_stand_among_the_words() -> None:
    typed = "retries kind:lessons_learned of service:orders since:2026-11-03 scope:here page:2"
    assert read_search(typed) == Asked(
        "retries of", ("lesson",), "orders", datetime(2026, 11, 3, tzinfo=UTC), True, 2
    )
    assert read_search("why kafka?") == Asked("why kafka?")
    assert read_search("what is here") == Asked("what is here"), "a word, and no filter"


@pytest.mark.parametrize("typed", ["since:monday", "x page:0", "x page:two", "kind:!"])
def test_a_filter_that_says_nothing_is_refused(typed: str) -> None:
    with pytest.raises(UserFacingError):
        read_search(typed)


def test_numbers_of_notes() -> None:
    assert read_number("#12 it is Go") == (12, "it is Go")
    assert read_number("12") == (12, "")
    assert read_number("orders 12") is None


def test_a_baseline_in_whatever_units() -> None:
    typed = "orders throughput 72,000/min, p95: 0.18 s memory=0.5 GB CPU 43 %"
    found = read_baseline(typed)
    assert found == Baseline(
        "orders", {"throughput": 1200.0, "p95": 180.0, "memory": 500.0, "cpu": 43.0}
    )
    assert found.name(AT) == "orders_baseline_2026-11-03T09:30:00Z"
    assert found.texts == (
        "Throughput: 1,200 requests/s",
        "Latency P95: 180 ms",
        "Memory usage: 500 MB",
        "CPU utilization: 43 %",
    )
    assert figures_in(found.texts) == found.figures, "what is remembered is read again"


@pytest.mark.parametrize(
    "typed", ["orders is fast", "p95 180 ms", "orders p95 180 MB", "orders p95 1 ms p95 2 ms"]
)
def test_no_figure_no_service_or_a_wrong_unit_is_refused(typed: str) -> None:
    with pytest.raises(UserFacingError):
        read_baseline(typed)


def test_changes_since_the_last_name_both_numbers() -> None:
    old = read_baseline("orders p95 180 ms memory 512 MB cpu 0%").figures
    new = read_baseline("orders throughput 9 rps p95 212 ms memory 512 MB cpu 3%").figures
    assert changes(old, new) == [
        "p95 +18 % (180 → 212 ms)",
        "memory as before (512 → 512 MB)",
        "CPU (0 → 3 %)",
    ]
