"""What is due does not wait for a row that breaks."""

import pytest
from structlog.testing import capture_logs

from bot.errors import DatabaseAway
from bot.services.sweeps import stops_no_other


def test_a_row_that_breaks_is_logged_with_its_ids_and_the_next_has_its_turn() -> None:
    told = []
    with capture_logs() as logs:
        for row in ("a", "b", "c"):
            with stops_no_other("thing.broken", thing_id=row):
                if row == "b":
                    raise ValueError(row)
                told.append(row)
    assert told == ["a", "c"]
    assert [(line["event"], line["thing_id"]) for line in logs] == [("thing.broken", "b")]
    assert logs[0]["exc_info"]


def test_a_database_that_is_away_ends_the_sweep() -> None:
    with capture_logs() as logs, pytest.raises(DatabaseAway), stops_no_other("thing.broken"):
        raise DatabaseAway("OperationalError")
    assert logs == []
