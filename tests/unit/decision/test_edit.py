"""A person's own record: edited by its author only, while it is open, votes anew."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.decision import DecisionState
from bot.domain.events import DecisionMoved, DecisionProposed
from bot.errors import NotAllowed, TransitionRefused, UserFacingError
from bot.services.decision_edit import Edit, edit
from bot.services.recording import Terms
from storage.models import Decision
from tests.support.desk import Desk
from tests.unit.decision.acts import AUTHOR, CHANGES, YES, accepted, contents, now, recorded, say


def _edit(decision: Decision, **changes: Any) -> Edit:
    made = Edit(decision.id, AUTHOR, decision.revision, contents(), Terms(), key="e1")
    return replace(made, **changes)


async def test_requested_changes_are_the_authors_to_make(office: Desk) -> None:
    await accepted(office, "old")
    decision = await recorded(office, terms={"quorum": 2})
    await say(office, decision, YES, "U2")
    await say(office, decision, CHANGES, "U3", reason="Name the owner.")
    office.news.events.clear()

    terms = Terms(quorum=1, supersedes=(1,), expires_on=date(2026, 6, 1))
    await edit(office.ctx, _edit(decision, terms=terms))

    kept = await now(office, decision)
    assert (kept.state, kept.revision, kept.title) == (
        DecisionState.PROPOSED,
        2,
        "Another title",
    )
    assert (kept.decided_by, kept.quorum, kept.expires_on) == (None, 1, date(2026, 6, 1))
    assert [type(event) for event in office.news.events] == [DecisionProposed, DecisionMoved]
    await say(office, decision, YES, "U3", revision=2)
    assert (await now(office, decision)).state is DecisionState.ACCEPTED


async def test_its_second_delivery_changes_nothing(office: Desk) -> None:
    decision = await recorded(office)
    for _ in range(2):
        await edit(office.ctx, _edit(decision))
    assert (await now(office, decision)).revision == 2


async def test_others_cannot(office: Desk) -> None:
    decision = await recorded(office)
    with pytest.raises(NotAllowed, match="Only <@U1> can edit D-1"):
        await edit(office.ctx, _edit(decision, user_id="U2"))


async def test_not_after_it_was_decided(office: Desk) -> None:
    decision = await recorded(office)
    await say(office, decision, YES, "U2")
    with pytest.raises(TransitionRefused):
        await edit(office.ctx, _edit(decision))


async def test_not_over_a_newer_revision_and_not_empty(office: Desk) -> None:
    decision = await recorded(office)
    with pytest.raises(UserFacingError, match="needs a title and an outcome"):
        await edit(office.ctx, _edit(decision, contents=contents(title=" ")))
    await edit(office.ctx, _edit(decision))
    with pytest.raises(UserFacingError, match="D-1 was redrafted since you saw it"):
        await edit(office.ctx, _edit(decision, key="e2"))
    assert (await now(office, decision)).revision == 2
