"""Quantities are read as engineers write them, in several languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts import FactName, extract, extract_all

CASES: list[tuple[str, dict[FactName, float]]] = [
    ("500 rps, p95 under 200 ms", {"rps": 500, "p95_ms": 200}),
    ("10k requests per second", {"rps": 10_000}),
    ("5 Mio. Requests am Tag", {"rps": 5e6 / 86_400}),
    ("2,500 req/min at peak", {"rps": 2_500 / 60}),
    ("10 mil requisições por segundo", {"rps": 10_000}),
    ("500 peticiones por segundo, p95 menor a 200 ms", {"rps": 500, "p95_ms": 200}),
    ("10.000 Anfragen pro Sekunde", {"rps": 10_000}),
    ("1200 tps", {"rps": 1200}),
    ("from 100 rps to 5,000 rps", {"rps": 5_000}),
    ("P99 < 1s", {"p99_ms": 1000}),
    ("800ms p99", {"p99_ms": 800}),
    ("95% of requests under 200 ms", {"p95_ms": 200}),
    ("median 80ms", {"p50_ms": 80}),
    ("p95 is 900 ms, must be under 200 ms", {"p95_ms": 200}),
    ("the p95 went from 180 ms to 2.4 s", {"p95_ms": 180, "latency_ms": 2400}),
    (
        "p95 went from 180 ms to 2.4 s, we need p95 under 250 ms",
        {"p95_ms": 250, "latency_ms": 2400},
    ),
    ("the endpoint takes 4 seconds", {"latency_ms": 4000}),
    ("a 40 GB table", {"data_gb": 40}),
    ("2 TB", {"data_gb": 2000}),
    ("300 million rows", {"rows": 3e8}),
    ("Tabelle mit 300 Millionen Zeilen", {"rows": 3e8}),
    ("1.000.000 filas", {"rows": 1e6}),
    ("5 000 tenants", {"tenants": 5000}),
    ("50k concurrent users", {"users": 50_000}),
    ("a million users", {"users": 1e6}),
    ("2 lakh users", {"users": 200_000}),
    ("1,50,000 users", {"users": 150_000}),
    ("three pods", {"instances": 3}),
    ("2 read replicas", {}),
    ("10k websocket connections", {"connections": 10_000}),
    ("max_connections = 200", {"connections": 200}),
    ("HikariCP pool size 10", {"connections": 10}),
    ("payload of 4 KB", {"payload_kb": 4}),
    ("2000 events/s of 500 bytes each", {"events_per_s": 2000, "payload_kb": 0.5}),
    ("86,400 orders a day", {"events_per_s": 1}),
    ("keep audit logs for 90 days", {"retention_days": 90}),
    ("7 years of history", {"retention_days": 2555}),
    ("Aufbewahrung 10 Jahre", {"retention_days": 3650}),
    ("a 10 year old monolith", {}),
    ("99.95 % availability", {"availability_pct": 99.95}),
    ("99,9 % Verfügbarkeit", {"availability_pct": 99.9}),
    ("90 % of the traffic is reads", {}),
    ("zero downtime", {"downtime_min": 0}),
    ("30 minutes of downtime", {"downtime_min": 30}),
    ("grows 10 GB per month", {"growth_gb_month": 10}),
    ("a heap of 4 GB", {}),
    ("port 5432 on 10.0.0.1, version 3.11", {}),
    ("```\n500 rps\n```", {}),
    ("", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_quantities_of_a_sentence(text: str, expected: dict[FactName, float]) -> None:
    assert extract(text).known() == pytest.approx(expected)


def test_a_fact_keeps_the_words_it_came_from() -> None:
    fact = extract("we serve 5 Mio. Requests am Tag").fact("rps")
    assert fact is not None
    assert fact.words == "5 Mio. Requests am Tag"


def test_what_is_said_later_wins_and_the_rest_stays() -> None:
    facts = extract_all(["500 rps, 40 GB", "no, rather 900 rps"])
    assert facts.known() == {"rps": 900, "data_gb": 40}


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    for fact in extract(text):
        assert fact.value >= 0
        assert 0 <= fact.at <= len(text)


_MESSY = st.lists(
    st.sampled_from(
        ["500", "1.000,5", "9" * 400, "k", "Mio.", "rps", "/", "per", "day", "p95", "<", "ms", "GB",
         "rows", "users", "99.9", "%", "keep", "7 years", "for", "downtime", "=", ",", "\n", "é"]
    ),
    max_size=25,
)  # fmt: skip


@given(_MESSY)
def test_any_mixture_of_units_is_read_without_a_crash(parts: list[str]) -> None:
    for fact in extract(" ".join(parts)):
        assert fact.value < 1e18


@given(st.integers(min_value=1, max_value=999_999_999))
def test_grouping_does_not_change_a_rate(value: int) -> None:
    spellings = [f"{value}", f"{value:,}", f"{value:,}".replace(",", "."), f"{value:_}",
                 f"{value:,}".replace(",", "\u202f")]  # fmt: skip
    for spelling in spellings:
        assert extract(f"about {spelling} rps").known() == {"rps": value}


@given(st.integers(min_value=1, max_value=10**9))
def test_periods_agree_with_each_other(value: int) -> None:
    second = extract(f"{value} requests per second").get("rps")
    minute = extract(f"{value} requests per minute").get("rps")
    day = extract(f"{value} requests a day").get("rps")
    assert second is not None
    assert minute == pytest.approx(second / 60)
    assert day == pytest.approx(second / 86_400)


@given(st.integers(min_value=1, max_value=900))
def test_sizes_agree_with_each_other(value: int) -> None:
    assert extract(f"a table of {value} TB").get("data_gb") == pytest.approx(value * 1000)
    assert extract(f"a table of {value} GB").get("data_gb") == pytest.approx(value)
    kb = extract(f"payload {value} KB").get("payload_kb")
    assert extract(f"payload {value * 1000} bytes").get("payload_kb") == pytest.approx(kb)


@pytest.mark.parametrize(
    ("text", "name", "value", "words"),
    [
        ("300 rps at 20 ms a query", "hold_ms", 20, "20 ms a query"),
        ("20 ms per query at 300 rps", "hold_ms", 20, "20 ms per query"),
        ("each query takes 20 ms", "hold_ms", 20, "each query takes 20 ms"),
        ("a connection is held for 50 ms", "hold_ms", 50, "held for 50 ms"),
        ("jede Abfrage dauert 30 ms", "hold_ms", 30, "jede Abfrage dauert 30 ms"),
        ("the query takes 4 s", "latency_ms", 4000, "takes 4 s"),
        ("dauert 4 s, Ziel 300 ms", "latency_ms", 300, "Ziel 300 ms"),
        ("4秒かかります", "latency_ms", 4000, "4秒"),
        ("需要4秒，目标300毫秒", "latency_ms", 300, "目标300毫秒"),
        ("une table de 40 Go dans Postgres", "data_gb", 40, "40 Go"),
    ],
)
def test_hold_times_and_targets(text: str, name: FactName, value: float, words: str) -> None:
    found = extract(text).fact(name)
    assert found is not None
    assert (found.value, found.words) == (value, words)


def test_three_go_services_are_no_gigabytes() -> None:
    assert extract("we run 3 Go services").get("data_gb") is None
