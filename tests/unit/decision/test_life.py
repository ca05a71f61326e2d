"""Any order of acts on any decisions: what is closed stays closed, links agree at both ends."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain.decision import TERMINAL, DecisionState, LinkKind, Verdict, closes_circle
from bot.errors import UserFacingError
from bot.services import decision_dues
from bot.services.decision_challenge import Challenge, challenge
from bot.services.decision_edit import Edit, edit
from bot.services.decision_links import declare
from bot.services.recording import Terms
from storage.engine import database_url, open_engine
from storage.models import Decision
from storage.uow import Database
from tests.support.databases import SqliteFiles
from tests.support.desk import MORNING, Desk, desk
from tests.support.examples import examples
from tests.unit.decision.acts import (
    AUTHOR,
    CHANGES,
    DEPRECATED,
    NO,
    YES,
    contents,
    recorded,
    say,
)

S = DecisionState
PEOPLE = st.sampled_from(["U1", "U2", "U3"])
PICK = st.integers(0, 5)
_FILES: list[SqliteFiles] = []


@pytest.fixture(scope="module", autouse=True)
def _files(sqlite_files: SqliteFiles) -> Iterator[None]:
    """Keep the migrated file at hand: hypothesis' machines take no fixtures."""
    _FILES.append(sqlite_files)
    yield
    _FILES.clear()


class DecisionLife(RuleBasedStateMachine):
    """Acts that make no sense are refused; every act is a transaction of its own."""

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.fresh = _FILES[0].fresh(Path(self.folder.name))
        self.database = Database(open_engine(database_url(self.fresh.__enter__())))
        self.office: Desk = desk(self.database, Path(self.folder.name))
        self.acts = 0
        self.ended: dict[str, DecisionState] = {}
        self.do(lambda: recorded(self.office, "first", accepted=True))

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.database.close())
            self.runner.close()
            self.fresh.__exit__(None, None, None)
            self.folder.cleanup()

    def do(self, act: Callable[[], Awaitable[Any]]) -> bool:
        """Do something; False when it was refused in words for people."""

        async def run() -> bool:
            try:
                await act()
            except UserFacingError:
                return False
            return True

        self.acts += 1
        return self.runner.run(run())

    def all(self) -> list[Decision]:
        async def run() -> list[Decision]:
            async with self.database.read() as uow:
                rows = await uow.decisions.newest("T1", limit=99, seen_from="C1")
                return sorted(rows, key=lambda row: row.number)

        return self.runner.run(run())

    def one(self, pick: int) -> Decision:
        rows = self.all()
        return rows[pick % len(rows)]

    @rule(quorum=st.integers(1, 2), accepted=st.booleans(), days=st.none() | st.integers(1, 9))
    def record(self, quorum: int, accepted: bool, days: int | None) -> None:
        last = None if days is None else self.office.clock.now().date() + timedelta(days=days)
        terms = {"quorum": quorum, "expires_on": last}
        key = f"k{self.acts}"
        self.do(lambda: recorded(self.office, key, accepted=accepted, terms=terms))

    @rule(pick=PICK, by=PEOPLE, word=st.sampled_from([YES, NO, CHANGES, DEPRECATED]))
    def decide(self, pick: int, by: str, word: DecisionState) -> None:
        row = self.one(pick)
        self.do(lambda: say(self.office, row, word, by, reason="because"))

    @rule(pick=PICK, by=PEOPLE)
    def challenge(self, pick: int, by: str) -> None:
        wanted = Challenge(self.one(pick).id, by, "Slow.", f"c{self.acts}")
        self.do(lambda: challenge(self.office.ctx, wanted))

    @rule(pick=PICK, yes=st.booleans())
    def challenge_and_vote(self, pick: int, yes: bool) -> None:
        self.challenge(pick, "U1")
        newest, word = self.all()[-1], YES if yes else NO
        for by in ("U1", "U2", "U3"):
            self.do(partial(say, self.office, newest, word, by, reason="so"))

    @rule(pick=PICK, other=PICK, kind=st.sampled_from(LinkKind))
    def link(self, pick: int, other: int, kind: LinkKind) -> None:
        row, number = self.one(pick), self.one(other).number
        self.do(lambda: declare(self.office.ctx, row.id, kind, number, by="U1"))

    @rule(pick=PICK, other=PICK)
    def edit(self, pick: int, other: int) -> None:
        row, terms = self.one(pick), Terms(supersedes=(self.one(other).number,))
        key = f"e{self.acts}"
        wanted = Edit(row.id, AUTHOR, row.revision, contents(), terms, key)
        self.do(lambda: edit(self.office.ctx, wanted))

    @rule(days=st.integers(1, 200))
    def time_passes(self, days: int) -> None:
        self.office.clock.advance(timedelta(days=days))
        self.do(lambda: decision_dues.tell_due(self.office.ctx))

    @rule(pick=PICK, days=st.none() | st.integers(1, 9))
    def renew(self, pick: int, days: int | None) -> None:
        row = self.one(pick)
        until = None if days is None else self.office.clock.now().date() + timedelta(days=days)
        self.do(lambda: decision_dues.renew(self.office.ctx, row.id, until=until, by="U1"))

    @invariant()
    def all_is_well(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self._check())

    async def _check(self) -> None:
        now = self.office.clock.now()
        async with self.database.read() as uow:
            rows = await uow.decisions.newest("T1", limit=99, seen_from="C1")
            for row in rows:
                self._check_row(row, now.date())
                await self._check_parts(uow, row)
            for kind in (LinkKind.SUPERSEDES, LinkKind.AMENDS):
                edges = await uow.decision_parts.edges("T1", kind)
                for source, target in edges:
                    assert not closes_circle(edges, source, target)
            due = await uow.decision_parts.due(now=MORNING.replace(year=2100), limit=99)
        in_force = {row.id for row in rows if row.state is S.ACCEPTED}
        assert {decision_id for decision_id, _ in due} <= in_force

    def _check_row(self, row: Decision, today: date) -> None:
        before = self.ended.get(row.id)
        assert before is None or row.state is before, "it moved although it was closed"
        if row.state in TERMINAL:
            self.ended[row.id] = row.state
        open_ = row.state is S.PROPOSED
        assert (row.decided_at is None) == open_
        assert row.state is not S.EXPIRED or (row.expires_on or today) < today

    async def _check_parts(self, uow: Any, row: Decision) -> None:
        votes = await uow.decision_parts.votes(row)
        assert len({vote.user_id for vote in votes}) == len(votes)
        yes = [vote for vote in votes if vote.verdict is Verdict.YES]
        if row.state is S.PROPOSED:
            assert len(yes) < row.quorum
        if row.state is S.ACCEPTED:
            assert len(yes) >= row.quorum
        replacing = [
            other
            for kind, other in await uow.decision_parts.backward(row.id)
            if kind is LinkKind.SUPERSEDES
        ]
        came_into_force = [
            other for other in replacing if other.state not in (S.PROPOSED, S.REJECTED)
        ]
        # What is replaced knows by what; what is in force was replaced by nothing that ever was.
        assert row.state is not S.SUPERSEDED or came_into_force
        undecided = {S.CHANGES_REQUESTED}
        if row.state is S.ACCEPTED:
            assert all(other.state in undecided for other in came_into_force)
        for kind, other in await uow.decision_parts.onward(row.id):
            back = await uow.decision_parts.backward(other.id)
            assert (kind, row.id) in [(k, found.id) for k, found in back]


DecisionLife.TestCase.settings = examples(
    6, stateful_step_count=14, suppress_health_check=[HealthCheck.too_slow]
)
test_life = DecisionLife.TestCase
