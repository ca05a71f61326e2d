"""Numbers in card bullets read like numbers that a person wrote."""

import pytest

from bot.domain.playbook import Bullet
from bot.model.offline.substitute import applies, fill, foreign

FACTS = {"rps": 500.0, "p95_ms": 200.0, "rows": 3e8, "data_gb": 40.0, "instances": 1.0}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{rps} req/s for 24 h is {rps*86400} rows", "500 req/s for 24 h is 43.2 million rows"),
        ("{rps*86400*30*3/1000000} million rows", "3,890 million rows"),
        ("{rps*p95_ms/1000} in flight", "100 in flight"),
        ("takes {data_gb*1000/50/3600} h, plus", "takes 13.3 min, plus"),
        ("takes {rows/20000/60} min", "takes 4.17 h"),
        ("{instances} instances hold", "1 instance hold"),
        ("{rps*0.001} connections busy", "less than 1 connection busy"),
        ("`{rps}` stays", "`{rps}` stays"),
    ],
)
def test_filling(text: str, expected: str) -> None:
    assert fill(text, FACTS) == expected


@pytest.mark.parametrize("text", ["{rps/0} x", "{users} users", "{rps*0.0000001} GB"])
def test_what_cannot_be_reckoned_is_left_out(text: str) -> None:
    assert fill(text, FACTS) is None


def test_conditions() -> None:
    bullet = Bullet(text="x {rps}", technologies=("django",), facts=("rps",))
    assert applies(bullet, frozenset({"django"}), FACTS)
    assert not applies(bullet, frozenset(), FACTS)
    assert not applies(bullet, frozenset({"django"}), {})


def test_another_databases_features_are_left_out() -> None:
    text = "Build with `CREATE INDEX CONCURRENTLY`"
    assert foreign(text, frozenset({"mysql"}))
    assert not foreign(text, frozenset({"mysql", "postgres"}))
    assert not foreign(text, frozenset())
