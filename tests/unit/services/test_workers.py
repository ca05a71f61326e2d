"""What a process's row says about it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import DatabaseAway
from bot.services import workers
from bot.services.workers import GONE_AFTER, State, state_of
from storage.models import Worker
from tests.support.desk import Desk

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


async def test_a_disk_that_is_full_is_a_problem_although_it_can_be_read(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a process would be ready that can take no wish."""
    ctx = office.ctx
    presence = await workers.start(ctx, "bot-0", kind="run")

    def full(**_: object) -> None:
        raise DatabaseAway("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(ctx.database, "begin", full)
        with pytest.raises(DatabaseAway):
            await presence.beat(ctx, running=0)
    assert await presence.problem(ctx.database) == "takes nothing (database or disk is full)"
    await presence.beat(ctx, running=0)
    assert await presence.problem(ctx.database) == ""
