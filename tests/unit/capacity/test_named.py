"""Each calculation shows its inputs, says what it assumed and stays away without inputs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.capacity import NAMES, calculate, calculate_all
from bot.domain.facts import extract

README = {
    "littles_law", "pool_size", "monthly_volume", "storage_growth", "error_budget",
    "instance_count", "backfill_time", "queue_drain", "cache_hit_rate", "rate_limit_share",
    "retry_amplification", "partition_count", "index_build", "latency_budget",
}  # fmt: skip


def test_every_name_of_the_card_format_is_there() -> None:
    assert NAMES == README


@pytest.mark.parametrize(
    ("name", "request_text", "result"),
    [
        ("littles_law", "500 rps, p95 200 ms", "at most 100 requests in flight"),
        ("pool_size", "300 rps at 20 ms a query", "6 busy on average, 12 connections in all"),
        ("littles_law", "300 rps at 20 ms a query", "6 connections in use"),
        ("pool_size", "500 rps", "10 connections in all"),
        ("pool_size", "500 rps on 4 pods", "10 connections in all, 3 on each of 4 instances"),
        ("pool_size", "300 rps, pool of 10", "hold a connection 33.3 ms"),
        ("monthly_volume", "5 million requests a day", "150 million requests a month"),
        ("storage_growth", "2000 events/s of 2 KB each, 90 days of retention",
         "10.4 TB of new data a month, 31.1 TB over 90 days"),
        ("error_budget", "99.95 % availability", "21.6 min down a month"),
        ("instance_count", "500 rps", "6 instances"),
        ("backfill_time", "300 million rows", "16.7 h"),
        ("queue_drain", "2000 events/s", "3.6 million events waiting, none after another 1 h"),
        ("cache_hit_rate", "500 rps", "50 rps warm"),
        ("rate_limit_share", "500 rps, 250 tenants", "about 20/s per tenant"),
        ("retry_amplification", "500 rps", "13,500/s; 550/s"),
        ("partition_count", "2000 events/s", "40 partitions"),
        ("partition_count", "keep rows for 7 years", "85 monthly partitions"),
        ("partition_count", "300 million rows", "6 partitions"),
        ("index_build", "a 40 GB table", "26.7 min"),
        ("latency_budget", "p95 200 ms", "gateway 20 ms, code 60 ms, database 80 ms"),
    ],
)  # fmt: skip
def test_results_are_those_of_a_pocket_calculator(
    name: str, request_text: str, result: str
) -> None:
    calculation = calculate(name, extract(request_text))
    assert calculation is not None
    assert result in calculation.result


@pytest.mark.parametrize("name", sorted(NAMES))
def test_without_inputs_there_is_no_number(name: str) -> None:
    assert calculate(name, extract("make it fast")) is None


def test_assumed_inputs_are_marked() -> None:
    given_p95 = calculate("littles_law", extract("500 rps, median 80 ms"))
    guessed = calculate("littles_law", extract("500 rps"))
    assert given_p95 is not None
    assert given_p95.assumed == ()
    assert guessed is not None
    assert "p95 of 200 ms (house standard)" in guessed.assumed


@given(st.integers(1, 10**6), st.integers(1, 10**5), st.integers(1, 10**9))
def test_any_magnitude_calculates(rps: int, ms: int, rows: int) -> None:
    text = f"{rps} rps, p95 {ms} ms, {rows} rows, {rps} events/s, 99.9 % availability, 7 tenants"
    for item in calculate_all(sorted(NAMES), extract(text)):
        assert item.result
        assert "e+" not in item.result + item.formula
        assert "nan " not in item.result + item.formula
