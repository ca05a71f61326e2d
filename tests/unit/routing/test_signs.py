"""A latency beside a size or an endpoint calls for cards that nobody named."""

import pytest

from bot.domain.routing import route
from bot.team import load_team

TEAM = load_team()


@pytest.mark.parametrize(
    "text",
    [
        "Unsere Bestellsuche braucht 4 s auf einer 40 GB Tabelle in Postgres, Ziel 300 ms",
        "Our order search takes 4 s on a 40 GB table in Postgres, target 300 ms",
        "Notre recherche prend 4 s sur une table de 40 Go dans Postgres, objectif 300 ms",
        "Nuestra búsqueda tarda 4 s en una tabla de 40 GB en Postgres, objetivo 300 ms",
        "Nossa busca demora 4 s numa tabela de 40 GB no Postgres, meta 300 ms",
        "La nostra ricerca impiega 4 s su una tabella da 40 GB in Postgres, obiettivo 300 ms",
        "Wyszukiwanie zamówień trwa 4 s na tabeli 40 GB w Postgresie, cel 300 ms",
        "注文検索が40GBのPostgresテーブルで4秒かかります、目標は300ミリ秒",
        "订单搜索在40GB的Postgres表上需要4秒，目标300毫秒",
    ],
)
def test_seconds_on_a_large_table_are_a_slow_query(text: str) -> None:
    found = route(text, TEAM)
    assert [item.name for item in found.cards[:2]] == ["query-optimization", "indexing"]
    assert found.specialists[0].name == "database-architect"


def test_seconds_on_an_endpoint_are_a_latency_matter() -> None:
    found = route("GET /orders takes 2.5 s, target 200 ms", TEAM)
    assert [item.name for item in found.cards[:1]] == ["latency-budget-p95"]


def test_two_weak_words_bring_no_card_of_a_language() -> None:
    names = {item.name for item in route("Node memory heap grows until OOM", TEAM).cards}
    assert "nodejs-memory-heap" in names
    assert "jvm-gc-heap" not in names
    names = {
        item.name for item in route("connection pool in our Rust service, timeout", TEAM).cards
    }
    assert "hikaricp-pool" not in names


def test_rust_beside_a_pipeline_is_the_language() -> None:
    found = route("rewrite our Python image pipeline in Rust?", TEAM)
    assert found.specialists[0].name == "rust-backend-expert"
