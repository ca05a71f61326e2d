"""When somebody is away: their own words, and what a status in Slack says of it."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.away import Status, days_of, says_away
from bot.domain.away_words import read_away
from bot.domain.days import Span, read_day, read_span, weekdays
from bot.errors import UserFacingError

TODAY = date(2026, 11, 26)  # a Thursday
NOW = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("5 Dec", date(2026, 12, 5)),
        ("Dec 5th", date(2026, 12, 5)),
        ("5th of December 2027", date(2027, 12, 5)),
        ("25 Nov", date(2027, 11, 25)),
        ("26 Nov", TODAY),
        ("2026-12-05", date(2026, 12, 5)),
        ("5.12.", date(2026, 12, 5)),
        ("05.12.2027", date(2027, 12, 5)),
        ("29 Feb", date(2028, 2, 29)),
        ("tomorrow", date(2026, 11, 27)),
        ("Thursday", date(2026, 12, 3)),
        ("next fri", date(2026, 11, 27)),
    ],
)
def test_days(text: str, day: date) -> None:
    assert read_day(text, today=TODAY) == day


@pytest.mark.parametrize("text", ["", "soon", "31 Nov", "2026-13-01", "5 Foo", "12/24", "0 Dec"])
def test_no_days(text: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        read_day(text, today=TODAY)
    assert refused.value.hint


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    with suppress(UserFacingError):
        span = read_span(text, today=TODAY)
        assert text.strip()
        assert span.first <= span.last


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("until 5 Dec", Span(TODAY, date(2026, 12, 5))),
        ("24 Dec to 2 Jan", Span(date(2026, 12, 24), date(2027, 1, 2))),
        ("from Mon till Wed", Span(date(2026, 11, 30), date(2026, 12, 2))),
        ("24 Dec – 2 Jan", Span(date(2026, 12, 24), date(2027, 1, 2))),
        ("5 Dec to 2027-09-30", Span(date(2026, 12, 5), date(2027, 9, 30))),
        ("on tomorrow", Span(date(2026, 11, 27), date(2026, 11, 27))),
    ],
)
def test_absences(text: str, span: Span) -> None:
    assert read_away(text, today=TODAY) == span


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-01 to 2026-11-05", "have passed"),
        ("2026-12-05 to 2026-12-01", "ends before it begins"),
        ("until 2029-01-01", "more than a year"),
        ("5 Dec to 1 Dec", "That is from 5 Dec 2026 to 1 Dec 2027. Give the year"),
        ("for ever", "no day"),
    ],
)
def test_no_absences(text: str, said: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        read_away(text, today=TODAY)
    assert said in refused.value.sentence()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("Sun - Thu", {6, 0, 1, 2, 3}),
        ("Mon, Wed Friday", {0, 2, 4}),
        ("", set()),
        ("mon-xyz", set()),
        ("mo", set()),
    ],
)
def test_weekdays(text: str, days: set[int]) -> None:
    assert weekdays(text) == days


@pytest.mark.parametrize(
    ("emoji", "text", "away"),
    [
        (":palm_tree:", "", True),
        (":palm_tree:", "Vacationing", True),
        (":face_with_thermometer:", "Out sick", True),
        (":airplane:", "Urlaub bis Montag", True),
        (":calendar:", "OOO until Monday", True),
        ("", "on parental leave", True),
        (":calendar:", "In a meeting", False),
        (":bus:", "Commuting", False),
        (":house_with_garden:", "Working remotely", False),
        ("", "Planning the holiday-pay service", False),
        ("", "", False),
    ],
)
def test_what_a_status_says(emoji: str, text: str, away: bool) -> None:
    assert says_away(Status(emoji, text)) is away


@pytest.mark.parametrize(
    ("expires", "zone", "span"),
    [
        (None, "", Span(TODAY, TODAY)),
        (None, "Europe/Berlin", Span(date(2026, 11, 27), date(2026, 11, 27))),
        (datetime(2026, 12, 5, 23, 0, tzinfo=UTC), "Europe/Berlin", "5 Dec in Berlin"),
        (datetime(2026, 11, 26, 23, 0, tzinfo=UTC), "", None),
    ],
)
def test_on_which_days(expires: datetime | None, zone: str, span: Span | str | None) -> None:
    """A status that ends at midnight does not count for the day that begins then."""
    found = days_of(Status(":palm_tree:", "", expires), now=NOW, timezone=zone)
    if isinstance(span, str):
        assert found == Span(date(2026, 11, 27), date(2026, 12, 5))
    else:
        assert found == span
    assert days_of(Status(":bus:", "", expires), now=NOW) is None
