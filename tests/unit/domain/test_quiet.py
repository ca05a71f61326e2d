"""Quiet hours and days: what is read, and when the quiet ends, over clock changes, too."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.quiet import Days, Hours, quiet_until, read_days, read_hours
from bot.errors import UserFacingError
from tests.support.examples import examples

ZONES = ("Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe",
         "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "UTC")  # fmt: skip
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("19:00-08:00 Europe/Berlin", "19:00-08:00 Europe/Berlin"),
        (" 9:30-12:00  europe/berlin ", "09:30-12:00 Europe/Berlin"),
        ("22:00–24:00 utc", "22:00-00:00 UTC"),
        ("19:00 - 08:00 America/Port-au-Prince", "19:00-08:00 America/Port-au-Prince"),
        ("19:00 to 8:00 Asia/Kolkata", "19:00-08:00 Asia/Kolkata"),
    ],
)
def test_hours_are_read(typed: str, kept: str) -> None:
    assert str(read_hours(typed)) == kept
    assert str(read_hours(kept)) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("sat sun Europe/Berlin", "sat sun Europe/Berlin"),
        ("Sunday, SATURDAY Europe/Berlin", "sat sun Europe/Berlin"),
        ("weekends fridays UTC", "fri sat sun UTC"),
    ],
)
def test_days_are_read(typed: str, kept: str) -> None:
    assert str(read_days(typed)) == kept
    assert str(read_days(kept)) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "19:00-08:00", "25:00-08:00 UTC", "19-8 UTC", "08:00-08:00 UTC", "24:00-08:00 UTC",
     "19:00-08:00 Mars/Olympus", "19:00-08:00 ../../etc/passwd", "19:00-24:30 UTC"],
)  # fmt: skip
def test_hours_that_mean_nothing_are_refused(typed: str) -> None:
    with pytest.raises(UserFacingError):
        read_hours(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "sat", "UTC", "caturday UTC", "sat sun", "mon tue wed thu fri sat sun UTC", "s UTC"],
)
def test_days_that_mean_nothing_are_refused(typed: str) -> None:
    with pytest.raises(UserFacingError):
        read_days(typed)


def test_off_is_off() -> None:
    assert read_hours("Off") is None
    assert read_days("off") is None
    assert quiet_until(at("2026-03-02T23:00+00:00"), []) is None


BERLIN = "19:00-08:00 Europe/Berlin"


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-03-03T18:59+01:00", None),
        ("2026-03-03T19:00+01:00", "2026-03-04T08:00+01:00"),
        ("2026-03-03T03:00+01:00", "2026-03-03T08:00+01:00"),
        ("2026-03-03T08:00+01:00", None),
        # Clocks go forward: the night is an hour shorter, and it still ends at eight.
        ("2026-03-28T19:00+01:00", "2026-03-29T08:00+02:00"),
        ("2026-10-24T19:00+02:00", "2026-10-25T08:00+01:00"),
    ],
)
def test_a_night_ends_in_the_morning(now: str, end: str | None) -> None:
    rule = read_hours(BERLIN)
    assert rule is not None
    assert quiet_until(at(now), [rule]) == (at(end) if end else None)


def test_friday_evening_waits_for_monday_morning() -> None:
    rules = [rule for rule in (read_hours(BERLIN), read_days("weekend Europe/Berlin")) if rule]
    assert quiet_until(at("2026-03-06T19:30+01:00"), rules) == at("2026-03-09T08:00+01:00")
    assert quiet_until(at("2026-03-06T15:00+01:00"), rules) is None


def is_quiet(now: datetime, rule: Hours | Days) -> bool:
    """Say what a clock on the wall and a calendar say."""
    local = now.astimezone(rule.zone)
    if isinstance(rule, Days):
        return local.weekday() in rule.days
    if rule.start < rule.end:
        return rule.start <= local.time() < rule.end
    return local.time() >= rule.start or local.time() < rule.end


def near_a_change(now: datetime, rule: Hours | Days) -> bool:
    """Whether the clocks there are changed within a day and a half."""
    around = (now + timedelta(hours=36), now - timedelta(hours=36))
    return len({each.astimezone(rule.zone).utcoffset() for each in around}) > 1


START = datetime(2025, 1, 1, tzinfo=UTC)
moments = st.integers(0, 3 * 365 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds))
clock = st.integers(0, 95).map(lambda n: f"{n // 4:02}:{n % 4 * 15:02}")
zones = st.sampled_from(ZONES)
hours = st.builds(lambda a, b, zone: f"{a}-{b} {zone}", clock, clock, zones).filter(
    lambda text: text[:5] != text[6:11]
)
days = st.builds(
    lambda names, zone: f"{' '.join(sorted(names))} {zone}",
    st.sets(st.sampled_from(WEEK), min_size=1, max_size=6),
    zones,
)


@examples(40)
@example(at("2026-03-29T01:15+01:00"), "22:00-02:30 Europe/Berlin", "sat UTC")
@example(at("2026-10-25T02:45+02:00"), "22:00-02:30 Europe/Berlin", "sat UTC")
@example(at("2026-03-29T01:00+00:00"), "02:30-02:15 Europe/Berlin", "mon UTC")
@given(moments, hours, days)
def test_the_bot_is_quiet_when_the_wall_says_so(now: datetime, one: str, other: str) -> None:
    rules = [rule for rule in (read_hours(one), read_days(other)) if rule is not None]
    end = quiet_until(now, rules)
    said = any(is_quiet(now, rule) for rule in rules)
    if said:
        assert end is not None
    elif not any(near_a_change(now, rule) for rule in rules):
        assert end is None
    if end is not None:
        assert now < end <= now + timedelta(days=22)
        assert end.utcoffset() == timedelta()


@examples(30)
@given(moments, hours, days)
def test_what_waited_may_be_said_when_the_quiet_ends(now: datetime, one: str, other: str) -> None:
    zone = one.split()[1]
    rules = [
        rule
        for rule in (read_hours(one), read_days(f"{other.rpartition(' ')[0]} {zone}"))
        if rule is not None
    ]
    end = quiet_until(now, rules)
    if end is not None and end - now < timedelta(days=20):
        assert quiet_until(end, rules) is None
