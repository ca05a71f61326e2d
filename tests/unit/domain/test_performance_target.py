"""Targets and measurements as people write them, and whether a value keeps one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.performance_target import (
    Named,
    amount,
    keeps,
    limit_words,
    read_measured,
    read_target,
)
from bot.errors import UserFacingError
from tests.support.examples import examples

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "service", "metric", "limit", "due"),
    [
        ("billing-api p95 <= 200 ms", "billing-api", "p95", "at most 200 ms", None),
        ("order search p95 under 300ms", "order search", "p95", "at most 300 ms", None),
        ("billing uptime >= 99.95 %", "billing", "uptime", "at least 99.95 %", None),
        ("orders rps at least 1500", "orders", "rps", "at least 1,500", None),
        ("orders p99 < 1,5 s by 2027-01-31", "orders", "p99", "at most 1.5 s", date(2027, 1, 31)),
    ],
)
def test_a_target_is_read(
    text: str, service: str, metric: str, limit: str, due: date | None
) -> None:
    wanted = read_target(text, today=TODAY)
    assert wanted.named == Named(service, metric)
    assert limit_words(wanted.comparison, wanted.value, wanted.unit) == limit
    assert wanted.due_on == due


@pytest.mark.parametrize("text", ["", "p95 <= 200 ms", "billing p95", "billing p95 <= fast"])
def test_what_is_no_target_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        read_target(text, today=TODAY)
    assert "/lead targets set" in refused.value.sentence()


@pytest.mark.parametrize(
    "text", ["billing-api p95 240 ms", "billing-api p95: 240ms", "billing-api p95 is 240 ms"]
)
def test_a_measurement_is_read(text: str) -> None:
    measured = read_measured(text)
    assert (measured.named, measured.value, measured.unit) == (
        Named("billing-api", "p95"),
        240,
        "ms",
    )


def test_a_value_on_the_limit_keeps_it() -> None:
    assert keeps("most", 200, 200)
    assert not keeps("most", 200, 200.1)
    assert keeps("least", 99.9, 99.9)
    assert not keeps("least", 99.9, 99.8)


@examples(20)
@given(st.integers(0, 10**9), st.sampled_from(["ms", "%", "rps", ""]))
def test_an_amount_that_is_written_is_read_again(value: int, unit: str) -> None:
    said = amount(value, unit).replace(",", "")
    assert read_measured(f"orders p95 {said}").value == value


@examples(20)
@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_measured, lambda words: read_target(words, today=TODAY)):
        try:
            read(text)
        except UserFacingError:
            continue
