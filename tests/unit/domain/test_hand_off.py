"""Hand-offs: how they are read, which moves there are, when somebody is reminded."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.hand_off import OPEN, TEAMS, HandOffState, move, next_reminder
from bot.domain.hand_off_words import Asked, read_asked, read_team
from bot.domain.setting.places import TeamPlace, channel_of, url_of
from bot.errors import TransitionRefused, UserFacingError

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # a Wednesday
REQUESTED, ACCEPTED, DONE, DECLINED, WITHDRAWN = HandOffState


def at(day: int) -> datetime:
    return datetime(2026, 3, day, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ('"a staging database" by Friday', at(6)),
        ("a staging database due fri.", at(6)),
        ("a staging database by wednesday", at(11)),
        ("a staging database by next Monday", at(9)),
        ("“a staging database” by 2026-03-20!", at(20)),
        ("a staging database by tomorrow", at(5)),
        ("a staging database until today", at(4)),
        ("a staging database by in 3 days", at(7)),
        ("a staging database", None),
    ],
)
def test_what_is_asked_and_until_when(text: str, due: datetime | None) -> None:
    assert read_asked(text, now=NOW) == Asked("a staging database", due)


def test_by_in_a_sentence_is_no_date() -> None:
    assert read_asked("sort the list by name", now=NOW) == Asked("sort the list by name", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Say what you need"),
        ('"" by Friday', "Say what you need"),
        ("x by 2026-03-01", "has passed"),
        ("x by 2026-02-30", "no date"),
        ("x" * 1_001, "More|more than"),
    ],
)
def test_what_cannot_be_asked(text: str, said: str) -> None:
    with pytest.raises(UserFacingError, match=said):
        read_asked(text, now=NOW)


def test_teams_by_name_and_nickname() -> None:
    assert [read_team(name) for name in TEAMS] == list(TEAMS)
    assert read_team(" QA ") == "testing"
    assert read_team("orchestrator") == "main-orchestrator"
    with pytest.raises(UserFacingError) as refused:
        read_team("frontent")
    assert "Did you mean `frontend`?" in refused.value.sentence()


@given(st.sampled_from(list(HandOffState)), st.sampled_from(list(HandOffState)))
def test_ends_are_ends(source: HandOffState, target: HandOffState) -> None:
    try:
        assert move("H-1", source, target) is target
    except TransitionRefused:
        assert source not in OPEN or target in (REQUESTED, source)
    else:
        assert source in OPEN


@given(
    st.sampled_from(list(HandOffState)),
    st.none() | st.integers(-100, 400),
    st.integers(0, 300),
)
def test_a_reminder_lies_ahead_and_ends_have_none(
    state: HandOffState, due: int | None, hours: int
) -> None:
    now = NOW + timedelta(hours=hours)
    due_at = None if due is None else NOW + timedelta(hours=due)
    found = next_reminder(state, due_at=due_at, now=now)
    if state not in OPEN or (state is ACCEPTED and due_at is None):
        assert found is None
    else:
        assert found is not None
        assert now < found


def test_what_is_withdrawn_was_open_and_comes_back_no_more() -> None:
    assert [move("H-1", source, WITHDRAWN) for source in OPEN] == [WITHDRAWN] * len(OPEN)
    for source in (DONE, DECLINED, WITHDRAWN):
        with pytest.raises(TransitionRefused):
            move("H-1", source, WITHDRAWN)


def test_accepted_work_is_reminded_of_a_day_before_at_the_time_and_daily_after() -> None:
    moments, now = [], NOW
    for _ in range(4):
        found = next_reminder(ACCEPTED, due_at=at(6), now=now)
        assert found is not None
        moments.append(found)
        now = found
    assert moments == [at(5), at(6), at(7), at(8)]


def test_places_are_channels_or_the_operator_s_webhooks() -> None:
    kind = TeamPlace()
    assert kind.parse("<#C0GENERAL1|general>") == "C0GENERAL1"
    assert kind.parse("off") == "off"
    assert kind.show("C0GENERAL1") == "<#C0GENERAL1>"
    with pytest.raises(UserFacingError, match="does not fit") as refused:
        kind.parse("https://hooks.example/secret")
    assert "operator" in refused.value.sentence()
    url = "https://hooks.example/secret"
    assert "secret" not in kind.show(url)
    assert (channel_of(url), url_of(url), channel_of("off"), url_of("off")) == ("", url, "", "")
