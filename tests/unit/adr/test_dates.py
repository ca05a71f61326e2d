"""Dates in the forms that records have them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.adr import read_date

MARCH = date(2021, 3, 4)


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2021-03-04", MARCH),
        ("2021-3-4", MARCH),
        ("2021/03/04", MARCH),
        ("20210304", MARCH),
        ("{ 2021-03-04 }", MARCH),
        ("2021-03-04T10:20:30Z", MARCH),
        ("04.03.2021", MARCH),
        ("4 March 2021", MARCH),
        ("4th of March 2021", MARCH),
        ("March 4, 2021", MARCH),
        ("Mar 4th 2021", MARCH),
        ("4. März 2021", MARCH),
        ("4 de marzo de 2021", MARCH),
        ("2021年3月4日", MARCH),
        ("2021-Mar-04", MARCH),
        ("25/03/2021", date(2021, 3, 25)),
        ("03/25/2021", date(2021, 3, 25)),
        ("05/05/2021", date(2021, 5, 5)),
        ("4 Sept 2023", date(2023, 9, 4)),
    ],
)
def test_a_day_that_is_plain_is_read(raw: str, day: date) -> None:
    read = read_date(raw)
    assert (read.day, read.problem) == (day, "")


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("03/04/2021", "may mean 2021-03-04 or 2021-04-03"),
        ("3-4-2021", "may mean"),
        ("31/06/2016", "no day of the calendar"),
        ("2021-25-03", "no day of the calendar"),
        ("November 2024", "not understood"),
        ("01/02/21", "not understood"),
        ("[YYYY-MM-DD when the decision was last updated]", "not understood"),
    ],
)
def test_a_day_that_is_not_plain_is_reported(raw: str, problem: str) -> None:
    read = read_date(raw)
    assert read.day is None
    assert problem in read.problem


def test_no_date_is_no_problem() -> None:
    assert read_date(" ").problem == ""


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_back_from_its_common_forms(day: date) -> None:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%d-%b-%Y"):
        assert read_date(day.strftime(form)).day == day
