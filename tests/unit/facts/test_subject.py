"""Titles and technologies are found in requests of many shapes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts.subject import LONGEST, subject
from bot.domain.facts.technology import technologies

NAMES = ("django", "stripe", "go", "golang", "rust", "spring", "express", "node", "python", "kafka")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("@lead we need a multi-tenant billing API with Stripe webhooks on Django", "Billing API"),
        ("Wir brauchen eine mandantenfähige Abrechnungs-API mit Stripe", "Abrechnungs-API"),
        ("Split our Django monolith (catalog, checkout) into services", "Django monolith split"),
        (
            "How should we version the public REST API: header or path?",
            "Version the public REST API",
        ),
        ("the tokio runtime stalls when we call a blocking zip crate", "Tokio runtime"),
        ("any idea?\n```\njava.lang.IllegalStateException: x\n```", "IllegalStateException"),
        ("Postgres 17 upgrade of orders-db, 400 GB", "Orders-db migration"),
        ("we need a rewrite of the cart in Go", "Cart rewrite"),
        ("who is on call tonight?", "Who is on call tonight"),
        ("When is the lock released?", "When is the lock released"),
        ("", "Request"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert subject(text).title == title


@given(st.text(max_size=300))
def test_a_title_is_never_empty_nor_too_long(text: str) -> None:
    assert 0 < len(subject(text).title) <= LONGEST


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Stripe webhooks on Django", ("stripe", "django")),
        ("a service in Go, please", ("go",)),
        ("Goのサービス", ("go",)),
        ("let's go live in spring", ()),
        ("rust on the server rack", ()),
        ("rewrite it in Rust", ("rust",)),
        ("express delivery of a python", ("python",)),
        ("stack: Node, Express and Kafka", ("node", "express", "kafka")),
    ],
)
def test_technologies_are_not_ordinary_words(text: str, names: tuple[str, ...]) -> None:
    assert technologies(text, NAMES) == names
