"""Decisions that come up: told once, over restarts and at two processes; kept and renewed."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.clock import ManualClock
from bot.domain.decision import DecisionState, DueKind
from bot.domain.events import DecisionCameUp
from bot.errors import TransitionRefused, UserFacingError
from bot.services import decision_dues
from storage.models import Decision
from tests.support.desk import Desk
from tests.unit.decision.acts import DEPRECATED, YES, accepted, now, recorded, say

LAST = date(2026, 3, 31)
EXPIRED = DecisionState.EXPIRED


async def _at(office: Desk, moment: datetime) -> list[DueKind]:
    """Sweep at a moment, as a process that has just started; returns what was told."""
    office.news.events.clear()
    ctx = replace(office.ctx, clock=ManualClock(moment))
    await decision_dues.tell_due(ctx)
    return [event.kind for event in office.news.events if isinstance(event, DecisionCameUp)]


def _day(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


async def _provisional(office: Desk) -> Decision:
    return await accepted(office, terms={"expires_on": LAST})


async def test_a_provisional_decision_is_warned_of_and_ends(office: Desk) -> None:
    decision = await _provisional(office)
    assert await _at(office, _day(3, 27)) == []
    assert await _at(office, _day(3, 28)) == [DueKind.WARNING]
    assert await _at(office, _day(3, 31, hour=23)) == []
    assert (await now(office, decision)).state is DecisionState.ACCEPTED
    assert await _at(office, _day(4, 1)) == [DueKind.EXPIRY]
    kept = await now(office, decision)
    assert (kept.state, kept.decided_by) == (EXPIRED, None)
    assert kept.reason == "It was provisional until 31 Mar 2026 and nobody renewed it."
    # Restarted, a day later, a year later: nothing is said again.
    for later in (_day(4, 1), _day(4, 2), _day(12, 1)):
        assert await _at(office, later) == []


async def test_after_a_long_stop_each_is_told_once(office: Desk) -> None:
    await _provisional(office)
    # The warning would be too late to be of use; that it has ended is told.
    assert await _at(office, _day(5, 1)) == [DueKind.EXPIRY]
    assert await _at(office, _day(5, 1)) == []


async def test_two_processes_tell_it_once(office: Desk) -> None:
    await _provisional(office)
    ctx = replace(office.ctx, clock=ManualClock(_day(3, 28)))
    told = await asyncio.gather(*(decision_dues.tell_due(ctx) for _ in range(4)))
    assert sum(told) == 1


async def test_one_that_breaks_does_not_stop_the_others(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await _provisional(office), await accepted(office, "k2", terms={"expires_on": LAST})
    real = office.news.announce

    async def announce(uow: object, event: object) -> None:
        if getattr(event, "decision_id", "") == bad.id:
            raise RuntimeError("broken")
        await real(uow, event)  # type: ignore[arg-type]  # as it was given

    monkeypatch.setattr(office.news, "announce", announce)
    assert await _at(office, _day(3, 28)) == [DueKind.WARNING]
    monkeypatch.undo()
    # Nothing of the broken one was kept, so it is told when it can be.
    assert await _at(office, _day(3, 28)) == [DueKind.WARNING]
    assert (await now(office, good)).state is DecisionState.ACCEPTED


async def test_a_review_comes_up_and_is_planned_anew(office: Desk) -> None:
    decision = await accepted(office, terms={"review_by": date(2026, 5, 4)})
    assert await _at(office, _day(5, 4)) == [DueKind.REVIEW]
    ctx = replace(office.ctx, clock=ManualClock(_day(5, 5)))
    kept = await decision_dues.keep(ctx, decision.id, by="U2", receipt="click")
    await decision_dues.keep(ctx, decision.id, by="U2", receipt="click")
    assert kept.review_by == date(2026, 5, 5) + timedelta(days=180)
    assert await _at(office, _day(5, 6)) == []
    assert await _at(office, _day(11, 1)) == [DueKind.REVIEW]


async def test_what_is_not_in_force_does_not_come_up(office: Desk) -> None:
    await recorded(office, terms={"review_by": date(2026, 5, 4)})
    gone = await accepted(office, "k2", terms={"review_by": date(2026, 5, 4)})
    await say(office, gone, DEPRECATED, "U2", reason="We left MySQL.")
    assert await _at(office, _day(5, 4)) == []
    with pytest.raises(TransitionRefused):
        await decision_dues.keep(office.ctx, gone.id, by="U2")


async def test_an_expired_one_is_renewed(office: Desk) -> None:
    decision = await _provisional(office)
    await _at(office, _day(4, 1))
    ctx = replace(office.ctx, clock=ManualClock(_day(4, 2)))
    with pytest.raises(UserFacingError, match="31 Mar 2026 is not in the future"):
        await decision_dues.renew(ctx, decision.id, until=LAST, by="U2")
    with pytest.raises(UserFacingError, match="D-1 has expired"):
        await say(office, decision, YES, "U2")
    until = decision_dues.month_after(await now(office, decision), date(2026, 4, 2))
    assert until == date(2026, 5, 2)
    await decision_dues.renew(ctx, decision.id, until=until, by="U2")
    kept = await now(office, decision)
    assert (kept.state, kept.expires_on, kept.reason) == (DecisionState.ACCEPTED, until, "")
    assert await _at(office, _day(5, 3)) == [DueKind.EXPIRY]


async def test_one_is_kept_for_good(office: Desk) -> None:
    decision = await _provisional(office)
    await decision_dues.renew(office.ctx, decision.id, until=None, by="U2")
    assert await _at(office, _day(6, 1)) == []
    for until in (None, date(2027, 1, 1)):
        with pytest.raises(UserFacingError, match="D-1 is not provisional"):
            await decision_dues.renew(office.ctx, decision.id, until=until, by="U2")


async def test_a_proposal_whose_last_day_passed_cannot_be_accepted(office: Desk) -> None:
    decision = await recorded(office, terms={"expires_on": LAST})
    office.clock.advance(timedelta(days=60))
    with pytest.raises(UserFacingError, match="was to last until 31 Mar 2026"):
        await say(office, decision, YES, "U2")
