"""Whatever the clean-up can count has words of its own."""

from datetime import UTC, datetime

from bot.cli.cleanup import WORDS
from bot.services.retention import stale_rows
from bot.settings import RetentionSettings
from bot.slack.text import count


def test_every_kind_that_can_be_counted_has_its_words() -> None:
    switched_on = {name: 9 for name in RetentionSettings.model_fields if name.endswith("_days")}
    kinds = stale_rows(
        RetentionSettings.model_validate(switched_on), now=datetime(2026, 3, 2, tzinfo=UTC)
    )
    assert {*kinds, "runs", "locks"} == set(WORDS)


def test_one_is_said_as_one() -> None:
    assert [count(1, *WORDS["audit"]), count(2, *WORDS["audit"])] == [
        "1 entry of the audit log",
        "2 entries of the audit log",
    ]
    assert all(one != many for one, many in WORDS.values())
