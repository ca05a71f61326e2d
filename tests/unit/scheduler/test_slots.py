"""The latest moment of a cron schedule in a span."""

from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.triggers.cron import CronTrigger

from scheduler.slots import latest_slot
from scheduler.table import OFFERS

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("cron", "back", "expected"),
    [
        ("* * * * *", timedelta(days=90), NOON),
        ("30 3 * * *", timedelta(days=3), datetime(2026, 3, 4, 3, 30, tzinfo=UTC)),
        ("30 3 * * *", timedelta(hours=5), None),
        ("0 9 * * mon", timedelta(days=30), datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("0 0 1 1 *", timedelta(days=365), datetime(2026, 1, 1, tzinfo=UTC)),
        ("0 12 * * *", timedelta(0), None),
        ("0 12 * * *", timedelta(minutes=1), NOON),
    ],
)
def test_the_latest_moment(cron: str, back: timedelta, expected: datetime | None) -> None:
    """The span's beginning is outside of it, its end inside."""
    trigger = CronTrigger.from_crontab(cron, timezone="UTC")
    assert latest_slot(trigger, after=NOON - back, until=NOON) == expected


def test_moments_of_another_zone_come_back_in_utc() -> None:
    """Also over the change to summer time: 09:00 in Paris is 08:00, then 07:00 UTC."""
    trigger = CronTrigger.from_crontab("0 9 * * *", timezone="Europe/Paris")
    for day, hour in ((28, 8), (29, 7)):
        noon = datetime(2026, 3, day, 12, tzinfo=UTC)
        found = latest_slot(trigger, after=noon - timedelta(days=1), until=noon)
        assert found == noon.replace(hour=hour)
        assert found is not None
        assert found.tzinfo is UTC


def test_unanswered_decisions_are_spoken_of_on_working_days_only() -> None:
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)
    assert latest_slot(OFFERS, after=friday, until=friday + timedelta(days=2, hours=11)) is None
    monday = latest_slot(OFFERS, after=friday, until=friday + timedelta(days=3))
    assert monday == datetime(2026, 3, 9, 8, 10, tzinfo=UTC)
