"""Decisions that replace each other: both ends know, nothing stands in a circle."""

import pytest

from bot.domain.decision import DecisionState, LinkKind
from bot.domain.events import DecisionMoved
from bot.errors import NotFound, UserFacingError
from bot.services import decision_challenge
from bot.services.decision_challenge import Challenge
from bot.services.decision_links import declare
from bot.services.decision_views import decision_card_view
from storage.models import Decision
from tests.support.desk import Desk
from tests.unit.decision.acts import NO, YES, accepted, now, recorded, say, state

ACCEPTED, SUPERSEDED = DecisionState.ACCEPTED, DecisionState.SUPERSEDED
SUPERSEDES = LinkKind.SUPERSEDES


async def _links(office: Desk, decision: Decision, seen_from: str = "C1") -> list[str]:
    async with office.ctx.database.read() as uow:
        row = await uow.decisions.get(decision.id)
        card = await decision_card_view(office.ctx, uow, row, seen_from=seen_from)
    return [f"{link.words} {link.public_id}" for link in card.links]


async def test_a_challenge_leaves_the_old_one_in_force_until_it_is_accepted(office: Desk) -> None:
    old = await accepted(office)
    new = await decision_challenge.challenge(
        office.ctx, Challenge(old.id, "U2", "It is too slow.", "c1", outcome="Use Valkey.")
    )
    assert new is not None
    assert (new.thread_id, new.record.context) == (old.thread_id, "It is too slow.")
    assert await state(office, old) is ACCEPTED
    assert await _links(office, old) == ["Challenged by D-2"]
    assert await _links(office, new) == ["Would replace D-1"]
    assert DecisionMoved("", decision_id=old.id) in office.news.events

    office.news.events.clear()
    await say(office, new, YES, "U3")
    kept = await now(office, old)
    assert (kept.state, kept.decided_by) == (SUPERSEDED, "U3")
    assert await _links(office, old) == ["Replaced by D-2"]
    assert await _links(office, new) == ["Replaces D-1"]
    assert DecisionMoved("", decision_id=old.id) in office.news.events
    async with office.ctx.database.read() as uow:
        assert await uow.decision_parts.due(now=kept.created_at.replace(year=2030), limit=9) == [
            (new.id, "review")
        ]


async def test_a_rejected_challenge_is_no_longer_shown(office: Desk) -> None:
    old = await accepted(office)
    new = await recorded(office, "k2", terms={"supersedes": (1,)})
    await say(office, new, NO, "U3", reason="It is fine.")
    assert await state(office, old) is ACCEPTED
    assert await _links(office, old) == []
    assert await _links(office, new) == ["Was to replace D-1"]
    assert DecisionMoved("", decision_id=old.id) in office.news.events


async def test_a_challenge_twice_is_one(office: Desk) -> None:
    old = await accepted(office)
    made = [
        await decision_challenge.challenge(office.ctx, Challenge(old.id, "U2", "Slow.", "c1"))
        for _ in range(2)
    ]
    assert made[0] is not None
    assert made[1] is None


async def test_only_what_is_in_force_is_challenged_and_with_a_reason(office: Desk) -> None:
    old, proposal = await accepted(office), await recorded(office, "k2")
    with pytest.raises(UserFacingError, match="Say what is wrong"):
        await decision_challenge.challenge(office.ctx, Challenge(old.id, "U2", " ", "c1"))
    with pytest.raises(UserFacingError, match="D-2 is proposed, so there is nothing to challenge"):
        await decision_challenge.challenge(office.ctx, Challenge(proposal.id, "U2", "x", "c2"))
    with pytest.raises(UserFacingError, match="D-2 is proposed: there is nothing to replace"):
        await recorded(office, "k3", terms={"supersedes": (2,)})
    with pytest.raises(NotFound):
        await recorded(office, "k4", terms={"supersedes": (99,)})


async def test_two_cannot_replace_the_same(office: Desk) -> None:
    await accepted(office)
    first = await recorded(office, "k2", terms={"supersedes": (1,)})
    second = await recorded(office, "k3", terms={"supersedes": (1,)})
    await say(office, first, YES, "U3")
    with pytest.raises(UserFacingError, match="D-1 was replaced by another decision meanwhile"):
        await say(office, second, YES, "U3")
    assert await state(office, second) is DecisionState.PROPOSED


async def test_an_accepted_one_may_say_later_what_it_replaces(office: Desk) -> None:
    old, new = await accepted(office), await accepted(office, "k2")
    await declare(office.ctx, new.id, SUPERSEDES, 1, by="U3")
    assert await state(office, old) is SUPERSEDED
    await declare(office.ctx, old.id, LinkKind.AMENDS, 2, by="U3")
    with pytest.raises(UserFacingError, match="D-2 and D-1 would stand in a circle"):
        await declare(office.ctx, new.id, LinkKind.AMENDS, 1, by="U3")
    with pytest.raises(UserFacingError, match="cannot point at itself"):
        await declare(office.ctx, new.id, LinkKind.RELATES_TO, 2, by="U3")


async def test_a_private_channels_decision_is_not_named_elsewhere(office: Desk) -> None:
    old = await accepted(office)
    await recorded(
        office,
        "k2",
        channel_id="G1",
        is_private=True,
        terms={"supersedes": (1,)},
    )
    assert await _links(office, old) == []
    assert await _links(office, old, seen_from="G1") == ["Challenged by D-2"]
    # Nor can one point at it from there.
    with pytest.raises(NotFound):
        await recorded(office, "k3", terms={"relates_to": (2,)})
