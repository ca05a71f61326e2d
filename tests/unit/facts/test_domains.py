"""Modules come from the request's own nouns, else from its field, else not at all."""

import pytest

from bot.domain.facts.domains import modules


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("split our monolith (catalog, checkout, payments; 35 developers)",
         ("catalog", "checkout", "payments")),
        ("Build a billing API with Stripe, multi-tenant",
         ("customers", "subscriptions", "invoices", "payments", "ledger", "tenants")),
        ("Build a telemetry ingest service", ("intake", "devices", "series", "alerts")),
        ("découper en services : commandes, stock, facturation.",
         ("commandes", "stock", "facturation")),
        ("build something", ()),
        ("build a service with Django, Kafka and Redis", ()),
    ],
)  # fmt: skip
def test_modules(text: str, names: tuple[str, ...]) -> None:
    assert modules(text)[: len(names)] == names
    assert bool(modules(text)) == bool(names)
