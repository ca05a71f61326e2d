"""Whatever the clean-up can count has words of its own."""

from datetime import UTC, datetime

from bot.cli.cleanup import WORDS
from bot.services.retention import stale_rows
from bot.settings import RetentionSettings


def test_every_kind_that_can_be_counted_has_its_words() -> None:
    switched_on = {name: 9 for name in RetentionSettings.model_fields if name.endswith("_days")}
    kinds = stale_rows(
        RetentionSettings.model_validate(switched_on), now=datetime(2026, 3, 2, tzinfo=UTC)
    )
    assert {*kinds, "runs", "locks"} == set(WORDS)
