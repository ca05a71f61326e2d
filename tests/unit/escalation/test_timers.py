"""Timers go off by the policy: in working hours, once for a pause, level 4 at any hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.escalation import (
    Calendar,
    Case,
    EscalationState,
    Kind,
    Policy,
    Responder,
    WorkHours,
    acts,
    timers,
)
from bot.domain.escalation.case import Due
from bot.errors import UserFacingError

BERLIN = WorkHours(timezone="Europe/Berlin")
KOLKATA = WorkHours(timezone="Asia/Kolkata")
ANA, BEN, CAI = "U0ANA", "U0BEN", "U0CAI"
STAFFED = Policy(
    people={
        2: (Responder(user_id=BEN, hours=BERLIN),),
        3: (Responder(user_id=CAI, hours=KOLKATA),),
    }
)


def berlin(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    zone = ZoneInfo("Europe/Berlin")
    return datetime(2026, month, day, hour, minute, tzinfo=zone).astimezone(UTC)


def case(at: datetime, *, level: int = 1, policy: Policy = STAFFED) -> Case:
    return Case(
        public_id="X-1",
        state=EscalationState.OPEN,
        level=level,
        since=at,
        asked_at=at,
        owner_id=ANA,
        hours=BERLIN,
        policy=policy,
    )


def run(start: Case, until: datetime) -> list[tuple[Kind, datetime, int, str]]:
    """Let a punctual clock run; return what went off, when, and level and owner after it."""
    told = []
    while (due := timers.next_due(start, Calendar)) is not None and due.at <= until:
        fired = timers.fire(start, due.at, Calendar)
        assert fired is not None
        start, kind = fired
        told.append((kind, due.at, start.level, start.owner_id))
    return told


def test_the_seeds_hours() -> None:
    """Monday ten o'clock: 2–4 h, then 8–24 h, then 48 h with a question every 4 h, then pages."""
    story = run(case(berlin(2, 10)), berlin(9, 23))
    assert story[:4] == [
        (Kind.REMINDED, berlin(2, 12), 1, ANA),
        (Kind.RAISED, berlin(2, 14), 2, BEN),
        (Kind.REMINDED, berlin(3, 13), 2, BEN),  # 8 working hours later
        (Kind.RAISED, berlin(3, 14), 3, CAI),  # 24 h: a working day
    ]
    asked = [entry for entry in story if entry[0] is Kind.ASKED]
    assert len(asked) == 4
    assert {entry[2:] for entry in asked} == {(3, CAI)}
    raised = next(entry for entry in story if entry[2] == 4)
    # 18:30 in Kolkata is when Cai's day ends; two working days later in Cai's own hours.
    assert raised[:2] == (Kind.RAISED, berlin(5, 13, 30))
    pages = [entry for entry in story if entry[0] is Kind.PAGED]
    assert pages[0][1] == berlin(5, 13, 45)


def test_a_friday_evening_waits_for_monday() -> None:
    story = run(case(berlin(6, 17, 30)), berlin(9, 12, 30))
    assert story == [
        (Kind.REMINDED, berlin(9, 10, 30), 1, ANA),
        (Kind.RAISED, berlin(9, 12, 30), 2, BEN),
    ]


def test_the_change_of_clocks_changes_no_hour_on_the_wall() -> None:
    story = run(case(berlin(27, 17)), berlin(30, 12))
    assert [at for _, at, _, _ in story] == [berlin(30, 10), berlin(30, 12)]
    assert berlin(30, 10) - berlin(27, 17) == timedelta(hours=64)


def test_level_4_knows_no_night() -> None:
    start = berlin(7, 3)  # Saturday
    story = run(case(start, level=4), start + timedelta(hours=4))
    minutes = [(at - start) // timedelta(minutes=1) for _, at, _, _ in story]
    assert minutes == [15, 30, 45, 60, 75, 90, 105, 120, 180, 240]
    assert {kind for kind, *_ in story} == {Kind.PAGED}


def test_a_level_with_nobody_home_is_skipped() -> None:
    """Ben does not work for two days; Cai does."""
    away = Policy(
        people={
            2: (Responder(user_id=BEN, hours=WorkHours(words="thu 09:00-18:00")),),
            3: (Responder(user_id=CAI, hours=KOLKATA),),
        }
    )
    assert run(case(berlin(2, 8), policy=away), berlin(2, 13))[-1][2:] == (3, CAI)


def test_who_is_on_leave_is_not_asked() -> None:
    raised = timers.fire(case(berlin(2, 10)), berlin(2, 14), Calendar, away={BEN})
    assert raised is not None
    assert (raised[0].level, raised[0].owner_id) == (3, CAI)
    nobody = timers.raise_level(case(berlin(2, 10)), berlin(2, 14), Calendar, away={BEN, CAI})
    assert (nobody.level, nobody.owner_id) == (2, BEN)


def test_where_nobody_is_home_the_nearest_level_is_asked() -> None:
    """Never a page in the night because all have a weekend."""
    raised = timers.raise_level(case(berlin(7, 10)), berlin(7, 10), Calendar)
    assert (raised.level, raised.owner_id) == (2, BEN)
    assert timers.next_due(raised, Calendar) == Due(Kind.REMINDED, berlin(9, 17))


def test_a_level_that_names_nobody_is_passed_over_for_one_that_does() -> None:
    only = Policy(people={3: (Responder(user_id=CAI, hours=KOLKATA),)})
    assert timers.raise_level(case(berlin(2, 10), policy=only), berlin(2, 10), Calendar).level == 3
    nobody = timers.raise_level(case(berlin(2, 10), policy=Policy()), berlin(2, 10), Calendar)
    assert (nobody.level, nobody.owner_id) == (2, ANA)


def test_after_a_pause_of_ours_one_thing_happens() -> None:
    """The bot was down from Monday to Wednesday: no reminder for each hour that was missed."""
    fired = timers.fire(case(berlin(2, 10)), berlin(4, 10), Calendar)
    assert fired is not None
    later, kind = fired
    assert (kind, later.level, later.since) == (Kind.RAISED, 2, berlin(4, 10))
    due = timers.next_due(later, Calendar)
    assert due is not None
    assert due.at > berlin(4, 10)


def test_a_timer_that_is_not_due_does_nothing() -> None:
    assert timers.fire(case(berlin(2, 10)), berlin(2, 11, 59), Calendar) is None


def test_an_acknowledgement_without_a_sign_of_life_lapses() -> None:
    taken, kind = acts.acknowledge(
        case(berlin(2, 10)), Responder(user_id=BEN, hours=BERLIN), berlin(2, 11)
    )
    assert (kind, taken.owner_id) == (Kind.ACKNOWLEDGED, BEN)
    assert [entry[:2] for entry in run(taken, berlin(2, 16))] == [
        (Kind.ASKED, berlin(2, 13)),
        (Kind.LAPSED, berlin(2, 15)),
    ]


@pytest.mark.parametrize("sign", ["still on it", "an update"])
def test_a_sign_of_life_keeps_it(sign: str) -> None:
    ben = Responder(user_id=BEN, hours=BERLIN)
    taken, _ = acts.acknowledge(case(berlin(2, 10)), ben, berlin(2, 10))
    if sign == "an update":
        alive = acts.update(taken, BEN, berlin(2, 13))
    else:
        alive, kind = acts.acknowledge(taken, ben, berlin(2, 13))
        assert kind is Kind.RENEWED
    assert Kind.LAPSED not in [kind for kind, *_ in run(alive, berlin(2, 16))]
    # What a bystander writes is no sign that Ben is alive.
    told = acts.update(taken, ANA, berlin(2, 13))
    assert Kind.LAPSED in [kind for kind, *_ in run(told, berlin(2, 16))]


def test_a_snooze_ends_in_working_hours_and_opens_the_case_again() -> None:
    late = acts.snooze(case(berlin(6, 17, 30)), "hour", berlin(6, 17, 30), Calendar(BERLIN))
    assert timers.next_due(late, Calendar) == Due(Kind.WOKE, berlin(9, 9))
    fired = timers.fire(late, berlin(9, 9), Calendar)
    assert fired is not None
    assert (fired[0].state, fired[1]) == (EscalationState.OPEN, Kind.WOKE)


def test_what_makes_no_sense_is_refused() -> None:
    at = berlin(2, 10)
    ben = Responder(user_id=BEN, hours=BERLIN)
    taken, _ = acts.acknowledge(case(at), ben, at)
    with pytest.raises(UserFacingError, match="acknowledged by <@U0BEN> already"):
        acts.acknowledge(taken, Responder(user_id=CAI), at)
    with pytest.raises(UserFacingError, match="with <@U0BEN> already"):
        acts.hand_over(taken, ben, at)
    with pytest.raises(UserFacingError, match="cannot be snoozed"):
        acts.snooze(case(at, level=4), "hour", at, Calendar(BERLIN))
    with pytest.raises(UserFacingError, match="at level 2 already"):
        acts.level_up(replace(case(at), level=2), at, Calendar, seen=1)
    with pytest.raises(UserFacingError, match="at level 4 already"):
        acts.level_up(case(at, level=4), at, Calendar, seen=4)
    done = acts.resolve(taken)
    for act in (
        lambda: acts.resolve(done),
        lambda: acts.update(done, BEN, at),
        lambda: acts.hand_over(done, Responder(user_id=CAI), at),
        lambda: acts.snooze(done, "hour", at, Calendar(BERLIN)),
        lambda: acts.acknowledge(done, ben, at),
    ):
        with pytest.raises(UserFacingError, match="X-1 is resolved already"):
            act()
    assert timers.next_due(done, Calendar) is None


def test_a_call_that_nobody_answers_for_a_day_comes_once_a_working_day_from_then_on() -> None:
    """Opened on Monday at ten: two hours of calls, a day of hourly ones, then each morning."""
    calls = [at for kind, at, _, _ in run(case(berlin(2, 10), level=4), berlin(13, 23))]
    assert calls[7] == berlin(2, 12)
    assert calls[8:32] == [berlin(2, 12) + timedelta(hours=n) for n in range(1, 25)]
    mornings = [berlin(day, 9) for day in (4, 5, 6, 9, 10, 11, 12, 13)]
    assert calls[32:] == mornings, "no night, no weekend, and never silent"


@pytest.mark.parametrize(
    ("words", "hour"),
    [("always", 9), ("mon-sun 06:00-20:00", 6), ("mon-sun 22:00-11:00", 22)],
)
def test_nor_is_a_long_working_day_called_twice(words: str, hour: int) -> None:
    """Half a day after the call of its beginning the same day still lasts."""
    hours = WorkHours(words=words, timezone="Europe/Berlin")
    on_call = replace(case(berlin(2, 10), level=4), hours=hours)
    calls = [at for _, at, _, _ in run(on_call, berlin(8, 0))]
    assert calls[32:] == [berlin(day, hour) for day in range(4, 8)]
