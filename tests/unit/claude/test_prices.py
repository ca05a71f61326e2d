"""The price list and the arithmetic over it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingInvalid
from bot.model import prices
from bot.model.prices import Tokens, cost_micros


def test_sonnet_costs_what_the_list_says() -> None:
    price = prices.load().of("claude-sonnet-5-5")
    tokens = Tokens(fresh=1000, cache_read=10_000, cache_write=2000, output=500)
    assert cost_micros(price, tokens) == 1000 * 2 + 10_000 // 10 + 2000 * 5 // 2 + 500 * 10


@pytest.mark.parametrize(
    ("tokens", "micros"),
    [
        (Tokens(fresh=100_000, output=1000), 10_000 + 500),
        (Tokens(fresh=100_001, output=1000), 50_001 + 2500),
        (Tokens(fresh=1, cache_read=100_000, output=1000), 5001 + 2500),
    ],
)
def test_haiku_is_five_times_dearer_above_100k_prompt_tokens(tokens: Tokens, micros: int) -> None:
    assert cost_micros(prices.load().of("claude-haiku-5-5"), tokens) == micros


def test_an_unknown_model_has_no_price() -> None:
    assert prices.load().of("some-other-model") is None
    assert cost_micros(None, Tokens(fresh=5)) is None


def test_a_dated_name_has_its_models_price() -> None:
    listed = prices.load()
    assert listed.of("claude-haiku-4-5-20251001") == listed.of("claude-haiku-4-5")


def test_the_list_says_where_it_comes_from() -> None:
    listed = prices.load()
    assert listed.source
    assert listed.as_of.year >= 2026


def test_a_file_replaces_the_list(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(
        'as_of = 2027-01-01\nsource = "contract"\n'
        "[models.mine]\ninput = 1\noutput = 2\ncache_read = 0\ncache_write = 1\n"
    )
    listed = prices.load(file)
    assert cost_micros(listed.of("mine"), Tokens(fresh=3, output=4)) == 11
    assert listed.of("claude-sonnet-5-5") is None


@pytest.mark.parametrize("text", ["no = [toml", 'as_of = 2027-01-01\nsource = "x"\n', "\n"])
def test_a_bad_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(SettingInvalid, match=r"TEAMLEAD_MODEL_PRICES_FILE names mine\.toml"):
        prices.load(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="TEAMLEAD_MODEL_PRICES_FILE"):
        prices.load(tmp_path / "none.toml")


counts = st.integers(min_value=0, max_value=10_000_000)


@given(counts, counts, counts, counts)
def test_no_call_is_cheaper_than_its_parts_are_worth(a: int, b: int, c: int, d: int) -> None:
    price = prices.load().of("claude-opus-5-5")
    cost = cost_micros(price, Tokens(fresh=a, cache_read=b, cache_write=c, output=d))
    assert cost is not None
    exact = a * 4 + b * 0.2 + c * 5 + d * 20
    assert exact - 1e-3 <= cost < exact + 1
