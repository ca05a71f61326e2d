"""Whatever people and timers do, a case is never forgotten and never falls back."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

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
from bot.errors import UserFacingError
from tests.support.examples import examples

ZONES = ("Europe/Berlin", "Asia/Kolkata", "America/New_York")
PEOPLE = tuple(
    Responder(user_id=f"U{n}", hours=WorkHours(timezone=zone)) for n, zone in enumerate(ZONES)
)
WHO = st.sampled_from(PEOPLE)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
_MADE: dict[WorkHours, Calendar] = {}


def calendar_of(hours: WorkHours) -> Calendar:
    return _MADE.setdefault(hours, Calendar(hours))


class Life(RuleBasedStateMachine):
    """One case, some people and a clock that may stand still for us for days."""

    @initialize(
        start=st.integers(0, 365 * 24).map(lambda hours: NEW_YEAR + timedelta(hours=hours)),
        level=st.integers(1, 4),
        people=st.dictionaries(st.integers(2, 3), st.tuples(WHO)),
    )
    def opens(self, start: datetime, level: int, people: dict[int, tuple[Responder]]) -> None:
        self.now = start
        policy = Policy(people=people)
        self.case = Case(
            "X-1",
            EscalationState.OPEN,
            level,
            start,
            start,
            PEOPLE[0].user_id,
            PEOPLE[0].hours,
            policy=policy,
        )
        self.before = self.case
        self.last: Kind | None = None

    def become(self, case: Case, kind: Kind | None) -> None:
        self.before, self.case, self.last = self.case, case, kind

    @rule(hours=st.floats(0.1, 100))
    def time_passes(self, hours: float) -> None:
        """The sweep comes late, and then again until nothing is due."""
        self.now += timedelta(hours=hours)
        for _ in range(10):
            fired = timers.fire(self.case, self.now, calendar_of)
            if fired is None:
                break
            self.become(*fired)
            assert self.case.level - self.before.level in (0, 1, 2)
        else:
            raise AssertionError("timers go off without end")

    @rule(who=WHO)
    def somebody_acknowledges(self, who: Responder) -> None:
        try:
            self.become(*acts.acknowledge(self.case, who, self.now))
        except UserFacingError:
            assert not self.case.is_open or self.case.owner_id != who.user_id

    @rule(who=WHO)
    def it_is_handed_over(self, who: Responder) -> None:
        try:
            self.become(acts.hand_over(self.case, who, self.now), Kind.HANDED_OVER)
        except UserFacingError:
            assert not self.case.is_open or self.case.owner_id == who.user_id

    @rule(choice=st.sampled_from(["hour", "tomorrow"]))
    def it_is_snoozed(self, choice: acts.Snooze) -> None:
        try:
            calendar = calendar_of(self.case.hours)
            self.become(acts.snooze(self.case, choice, self.now, calendar), Kind.SNOOZED)
        except UserFacingError:
            assert not self.case.is_open or self.case.level == 4

    @precondition(lambda self: self.case.is_open and self.case.level < 4)
    @rule()
    def it_is_raised(self) -> None:
        seen = self.case.level
        self.become(acts.level_up(self.case, self.now, calendar_of, seen=seen), Kind.RAISED)
        assert self.case.level > seen

    @precondition(lambda self: self.case.is_open)
    @rule()
    def it_is_resolved(self) -> None:
        self.become(acts.resolve(self.case), Kind.RESOLVED)

    @invariant()
    def it_is_never_forgotten(self) -> None:
        """An open case has a next timer in the future; a resolved one has none."""
        due = timers.next_due(self.case, calendar_of)
        assert (due is not None) == self.case.is_open
        if due is not None:
            assert due.at > self.now
            if self.case.level < 4:
                just_before = due.at - timedelta(microseconds=1)
                in_hours = calendar_of(self.case.hours).next_open(just_before) <= due.at
                assert in_hours

    @invariant()
    def levels_never_fall_and_the_end_is_the_end(self) -> None:
        assert self.case.level >= self.before.level
        if not self.before.is_open:
            assert self.case == self.before


Life.TestCase.settings = examples(15, stateful_step_count=25)
TestLife = Life.TestCase
