"""Phases, columns, cards as lines, actions' standing and reminders, words of the learning plan."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.learning import LearningKind, LearningState, move, read_kind, read_wanted
from bot.domain.retrospective import (
    Phase,
    Standing,
    after,
    changes,
    length,
    next_reminder,
    ranked,
    read_cards,
    read_columns,
    standing,
)
from bot.errors import TransitionRefused, UserFacingError

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


def test_phases_follow_each_other_and_share_the_time() -> None:
    order = [Phase.COLLECT]
    while order[-1] is not Phase.CLOSED:
        order.append(after(order[-1]))
    assert order == list(Phase)
    assert after(Phase.CLOSED) is Phase.CLOSED
    whole = sum((length(phase, 600) for phase in order[:-1]), timedelta())
    assert whole == timedelta(minutes=600)
    assert length(Phase.GROUP, 5) == timedelta(minutes=1), "never less than a minute"


def test_columns() -> None:
    assert read_columns(" Start , Stop,  Keep  on ") == ("Start", "Stop", "Keep on")
    for wrong in ("", "one", "a, A", "a, b, c, d, e, f", f"a, {'b' * 41}"):
        with pytest.raises(UserFacingError):
            read_columns(wrong)


def test_cards_are_lines() -> None:
    assert read_cards("- Pairing  helped\n\n2. Reviews\n• Reviews\nPairing helped") == (
        "Pairing helped",
        "Reviews",
    )
    with pytest.raises(UserFacingError):
        read_cards("\n".join(f"card {n}" for n in range(11)))


def test_the_same_words_keep_their_card() -> None:
    change = changes(["b", "c"], {"1": "a", "2": "b"})
    assert (change.new, change.gone) == (("c",), ("1",))


@pytest.mark.parametrize(
    ("state", "due", "changed", "expected"),
    [
        ("open", None, None, Standing.OPEN),
        ("open", TODAY, None, Standing.OPEN),
        ("open", TODAY - timedelta(days=1), NOW, Standing.OVERDUE),
        ("open", None, NOW, Standing.CHANGED),
        ("open", None, NOW - timedelta(days=9), Standing.OPEN),
        ("done", TODAY - timedelta(days=1), NOW, Standing.DONE),
        ("dropped", None, None, Standing.DROPPED),
    ],
)
def test_how_an_action_stands(
    state: str, due: date | None, changed: datetime | None, expected: Standing
) -> None:
    since = NOW - timedelta(days=7)
    assert standing(state, due_on=due, changed_at=changed, since=since, today=TODAY) is expected


def test_reminders_come_the_day_before_on_the_day_then_weekly() -> None:
    due, now, told = date(2026, 3, 10), NOW, []
    for _ in range(5):
        at = next_reminder(due, now=now)
        assert at is not None
        assert at > now
        told.append(at)
        now = at
    assert [f"{at:%d %H}" for at in told] == ["09 09", "10 09", "17 09", "24 09", "31 09"]
    assert next_reminder(None, now=NOW) is None


def test_most_votes_come_first_and_equal_ones_stay() -> None:
    class Topic:
        def __init__(self, position: int, votes: int) -> None:
            self.position, self.votes = position, votes

    found = ranked([Topic(0, 1), Topic(1, 3), Topic(2, 1)])
    assert [topic.position for topic in found] == [1, 0, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How DST works <@U1|maya> by 5 Dec", ("How DST works", "U1", date(2026, 12, 5))),
        ("How DST works by 5 Dec <@U1>", ("How DST works", "U1", date(2026, 12, 5))),
        ("standby by tomorrow", ("standby", "", date(2026, 3, 3))),
        ("a server led by example", ("a server led by example", "", None)),
        ("owned by us by Friday", ("owned by us", "", date(2026, 3, 6))),
        ("“Kafka”", ("Kafka", "", None)),
    ],
)
def test_what_whom_until_when(text: str, expected: tuple[str, str, date | None]) -> None:
    said = read_wanted(text, today=TODAY)
    assert (said.text, said.person_id, said.due_on) == expected


def test_what_cannot_be_read_is_said() -> None:
    for wrong in ("x <@U1> <@U2>", "x by 31 Feb"):
        with pytest.raises(UserFacingError):
            read_wanted(wrong, today=TODAY)
    assert read_kind("Talks") is LearningKind.TALK
    with pytest.raises(UserFacingError, match="no kind"):
        read_kind("diploma")


def test_what_has_ended_stays_so() -> None:
    assert move("L-1", LearningState.PLANNED, LearningState.DONE) is LearningState.DONE
    with pytest.raises(TransitionRefused):
        move("L-1", LearningState.DONE, LearningState.BEGUN)
    with pytest.raises(TransitionRefused):
        move("L-1", LearningState.BEGUN, LearningState.PLANNED)
