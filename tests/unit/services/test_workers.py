"""What a process's row says about it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.services.workers import GONE_AFTER, State, state_of
from storage.models import Worker

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("silent", "stopped", "state"),
    [
        (timedelta(0), False, "alive"),
        (GONE_AFTER - timedelta(seconds=1), False, "alive"),
        (GONE_AFTER, False, "gone"),
        (GONE_AFTER, True, "stopped"),
    ],
)
def test_states(silent: timedelta, stopped: bool, state: State) -> None:
    """Alive while it beats, gone when it went quiet without saying goodbye."""
    row = Worker(id="bot-0", seen_at=NOON - silent, stopped_at=NOON if stopped else None)
    assert state_of(row, now=NOON) == state
