"""What people set about escalations: read as it is meant, refused with what to give."""

from collections.abc import Callable
from datetime import date

import pytest

from bot.domain.escalation import Span, WorkHours, wording
from bot.domain.setting.kinds import People
from bot.domain.setting.places import TeamPlace
from bot.errors import UserFacingError
from bot.services.holiday_calendar import calendar_of, check_region, is_holiday


@pytest.mark.parametrize(
    ("read", "typed", "value"),
    [
        (wording.read_span, "2-4", "2-4"),
        (wording.read_span, " 0.5 h - 2 hours ", "0.5-2"),
        (wording.read_work_hours, "Mon-Fri  09:00-17:00", "mon-fri 09:00-17:00"),
        (wording.read_people, "<@U0ANA|ana>, U0BEN <@U0ANA>", "<@U0ANA> <@U0BEN>"),
        (wording.read_people, "off", None),
        (wording.read_channel, "<#C0OPS1|ops>", "<#C0OPS1>"),
        (wording.read_channel, "off", None),
        (wording.read_group, "<!subteam^S0CALL|@on-call>", "<!subteam^S0CALL>"),
        (wording.read_region, "de-by", "DE-BY"),
        (wording.read_region, "Off", None),
    ],
)
def test_what_is_read(read: Callable[[str], str | None], typed: str, value: str | None) -> None:
    assert read(typed) == value
    if value is not None:
        assert read(value) == value


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (wording.read_span, "4-2"),
        (wording.read_span, "0-4"),
        (wording.read_span, "2-721"),
        (wording.read_span, "soon"),
        (wording.read_people, ""),
        (wording.read_people, "ana"),
        (wording.read_people, "<@U0ANA> <!subteam^S0CALL>"),
        (wording.read_people, " ".join(f"U{n:04}" for n in range(11))),
        (wording.read_channel, "ops"),
        (wording.read_group, "<@U0ANA>"),
        (wording.read_region, "Bavaria"),
    ],
)
def test_what_is_refused(read: Callable[[str], str | None], typed: str) -> None:
    with pytest.raises(UserFacingError, match="does not fit here") as refused:
        read(typed)
    assert refused.value.hint.startswith("Give ")


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (wording.read_channel, "#ops"),
        (wording.read_group, "@on-call"),
        (wording.read_people, "@ana"),
        (People().parse, "@ana"),
        (TeamPlace().parse, "#ops"),
    ],
)
def test_a_name_that_slack_did_not_link(read: Callable[[str], object], typed: str) -> None:
    """“Give a channel, e.g. #ops” would be no help to who typed `#ops`."""
    with pytest.raises(UserFacingError) as wrong:
        read(typed)
    assert wrong.value.text == f"Slack knows nothing called “{typed}” here."
    assert "Choose it from the list" in wrong.value.hint


def test_values_come_out_again() -> None:
    assert wording.span_of("0.5-2") == Span(first=0.5, last=2)
    assert wording.people_of("<@U0ANA> <@U0BEN>") == ("U0ANA", "U0BEN")
    assert wording.people_of("off") == ()
    assert [wording.id_of(t) for t in ("<#C0OPS1>", "<!subteam^S0CALL>", "off")] == [
        "C0OPS1",
        "S0CALL",
        "",
    ]


def test_holidays_are_the_regions_own() -> None:
    epiphany = date(2026, 1, 6)
    assert is_holiday("DE-BY", epiphany)
    assert not is_holiday("DE-BE", epiphany)
    assert not is_holiday("XX", epiphany)
    assert calendar_of(WorkHours(region="DE-BY")) is calendar_of(WorkHours(region="DE-BY"))
    check_region("IN")
    for unknown in ("XX", "DE-ZZ"):
        with pytest.raises(UserFacingError, match=f"no holidays of `{unknown}`"):
            check_region(unknown)
