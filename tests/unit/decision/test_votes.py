"""Several people decide: each counts once, who is named has a vote, a no settles by the rule."""

import asyncio

import pytest

from bot.domain.access import Person
from bot.domain.decision import DecisionState
from bot.errors import NotAllowed, TransitionRefused, UserFacingError
from bot.services import decisions
from bot.services.decision_rights import check_can_vote, require_vote, waiting_for
from storage.models import SettingRow
from tests.support.desk import MORNING, Desk, proposal
from tests.unit.decision.acts import AUTHOR, CHANGES, NO, YES, accepted, now, recorded, say, state

PROPOSED, ACCEPTED, REJECTED = (
    DecisionState.PROPOSED,
    DecisionState.ACCEPTED,
    DecisionState.REJECTED,
)


class Directory:
    """Slack's list of people: one group."""

    async def person(self, user_id: str) -> Person:
        return Person(user_id, is_bot=user_id == "UBOT")

    async def members(self, group_id: str) -> frozenset[str]:
        return frozenset({"U7"}) if group_id == "S1" else frozenset()


async def test_a_quorum_accepts(office: Desk) -> None:
    decision = await recorded(office, terms={"quorum": 2})
    await say(office, decision, YES, "U2")
    assert await state(office, decision) is PROPOSED
    await say(office, decision, YES, "U3")
    kept = await now(office, decision)
    assert (kept.state, kept.decided_by, kept.decided_at) == (ACCEPTED, "U3", MORNING)
    async with office.ctx.database.read() as uow:
        acts = [act.action for act in await uow.audit.of("T1", "decision", decision.id)]
        assert len(await uow.decision_parts.votes(kept)) == 2
    assert acts == ["decision.record", "decision.vote", "decision.accepted"]


async def test_each_counts_once(office: Desk) -> None:
    decision = await recorded(office, terms={"quorum": 2})
    await say(office, decision, YES, "U2")
    with pytest.raises(UserFacingError, match=r"You said yes to D-1 already: 1 of 2 so far\."):
        await say(office, decision, YES, "U2")
    assert await state(office, decision) is PROPOSED


async def test_the_same_people_at_once_count_once_each(office: Desk) -> None:
    decision = await recorded(office, terms={"quorum": 3})
    clicks = [say(office, decision, YES, f"U{number % 2}") for number in range(6)]
    results = await asyncio.gather(*clicks, return_exceptions=True)
    assert sum(isinstance(result, UserFacingError) for result in results) == 4
    async with office.ctx.database.read() as uow:
        assert len(await uow.decision_parts.votes(await uow.decisions.get(decision.id))) == 2
    assert await state(office, decision) is PROPOSED


async def test_a_doubled_click_is_one_vote(office: Desk) -> None:
    decision = await recorded(office, terms={"quorum": 2})
    for _ in range(2):
        await say(office, decision, YES, "U2", receipt="click:1")
    assert await state(office, decision) is PROPOSED


async def test_one_no_rejects_by_default(office: Desk) -> None:
    decision = await recorded(office, terms={"quorum": 2})
    await say(office, decision, YES, "U2")
    await say(office, decision, NO, "U3", reason="Cost.")
    kept = await now(office, decision)
    assert (kept.state, kept.reason, kept.decided_by) == (REJECTED, "Cost.", "U3")
    with pytest.raises(TransitionRefused):
        await say(office, decision, YES, "U4")


async def _set(office: Desk, name: str, value: object) -> None:
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=MORNING)
        uow.session.add(
            SettingRow(
                workspace_id="T1",
                scope="channel",
                scope_id="C1",
                name=name,
                value=value,
                set_by="U9",
                set_at=MORNING,
            )
        )


async def test_a_channel_may_ask_for_more_yeses(office: Desk) -> None:
    await _set(office, "quorum", 3)
    assert (await recorded(office, "k1")).quorum == 3
    # No more than those named can give, unless the author asks for as many.
    assert (await recorded(office, "k2", terms={"approvers": ("U5", "U6")})).quorum == 2
    assert (await recorded(office, "k3", terms={"approvers": ("S1",)})).quorum == 3
    # Nor fewer than the channel's rule: one who may decide would settle it alone.
    alone = await recorded(office, "k4", accepted=True, terms={"quorum": 1})
    assert (alone.quorum, await state(office, alone)) == (3, PROPOSED)
    task = await office.take_in()
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id)
        await decisions.propose(office.ctx, uow, row, [proposal()])
        (proposed,) = await uow.decisions.of_task(task.id)
    assert proposed.quorum == 3


async def test_a_channel_may_ask_for_as_many_noes(office: Desk) -> None:
    await _set(office, "rejection", "quorum")
    decision = await recorded(office, terms={"quorum": 2})
    await say(office, decision, NO, "U2", reason="Cost.")
    assert await state(office, decision) is PROPOSED
    await say(office, decision, NO, "U3", reason="Risk.")
    assert await state(office, decision) is REJECTED


async def test_a_person_may_think_again(office: Desk) -> None:
    decision = await recorded(office, terms={"quorum": 2})
    await say(office, decision, YES, "U2")
    await say(office, decision, NO, "U2", reason="On second thought.")
    assert await state(office, decision) is REJECTED


async def test_what_was_sent_back_is_rejected_by_one_no(office: Desk) -> None:
    decision = await recorded(office, terms={"quorum": 2})
    await say(office, decision, CHANGES, "U3", reason="Name the owner.")
    await say(office, decision, NO, "U2", reason="Its author left.")
    kept = await now(office, decision)
    assert (kept.state, kept.decided_by, kept.reason) == (REJECTED, "U2", "Its author left.")


async def test_a_redraft_starts_the_count_anew(office: Desk) -> None:
    decision = await recorded(office, terms={"quorum": 2})
    await say(office, decision, YES, "U2")
    await say(office, decision, CHANGES, "U3", reason="Name the owner.")
    async with office.ctx.database.begin() as uow:
        row = await uow.decisions.get(decision.id, lock=True)
        row.revision, row.state = 2, PROPOSED
    await say(office, decision, YES, "U3")
    assert await state(office, decision) is PROPOSED


async def test_only_those_named_have_a_vote(office: Desk) -> None:
    decision = await recorded(office, terms={"approvers": ("U5", "S1")})
    await require_vote(Directory(), decision, user_id="U5")
    await require_vote(Directory(), decision, user_id="U7")
    with pytest.raises(NotAllowed, match=r"Only <@U5>, <!subteam\^S1> can decide on D-1"):
        await require_vote(Directory(), decision, user_id="U6")


async def test_too_few_are_named(office: Desk) -> None:
    with pytest.raises(UserFacingError, match="2 approvers cannot give 3 yeses"):
        await recorded(office, terms={"approvers": ("U5", "U6"), "quorum": 3})
    # A group may have as many members as it takes.
    await recorded(office, terms={"approvers": ("U5", "S1"), "quorum": 3})


async def test_accepted_already_is_the_authors_yes(office: Desk) -> None:
    decision = await recorded(office, accepted=True, terms={"quorum": 2})
    assert await state(office, decision) is PROPOSED
    await say(office, decision, YES, "U2")
    kept = await now(office, decision)
    assert (kept.state, kept.author_id) == (ACCEPTED, AUTHOR)
    with pytest.raises(UserFacingError, match="You named others"):
        await recorded(office, "k2", accepted=True, terms={"approvers": ("U5",)})


async def test_an_imported_one_of_unclear_status_is_settled_by_one_word(office: Desk) -> None:
    decision = await recorded(office)
    async with office.ctx.database.begin() as uow:
        row = await uow.decisions.get(decision.id, lock=True)
        row.state, row.author_id = DecisionState.UNCLEAR, None
    with pytest.raises(UserFacingError, match="D-1 came from a file"):
        await say(office, decision, CHANGES, "U2", reason="Name the owner.")
    await say(office, decision, YES, "U2")
    kept = await now(office, decision)
    assert (kept.state, kept.decided_by) == (ACCEPTED, "U2")


async def test_what_waits_for_me(office: Desk) -> None:
    mine = await recorded(office, "mine", terms={"approvers": ("U5",)})
    group = await recorded(office, "group", terms={"approvers": ("S1",), "quorum": 2})
    free = await recorded(office, "free", terms={"quorum": 2})
    await accepted(office, "done")
    await recorded(office, "secret", channel_id="G1", is_private=True)

    async def waiting(user: str) -> list[str]:
        async with office.ctx.database.read() as uow:
            rows = await waiting_for(uow, Directory(), "T1", user_id=user)
        return [row.id for row in rows]

    assert await waiting("U5") == [mine.id, free.id]
    assert await waiting("U7") == [group.id, free.id]
    await say(office, group, YES, "U7")
    await say(office, free, YES, "U7")
    assert await waiting("U7") == []

    # Sent back, it waits for its author and nobody else.
    await say(office, free, CHANGES, "U5", reason="Name the owner.")
    assert await waiting(AUTHOR) == [free.id]
    assert free.id not in await waiting("U9")


async def test_nobody_alone_is_the_channels_quorum(office: Desk) -> None:
    await _set(office, "quorum", 2)
    with pytest.raises(UserFacingError, match="asks for 2 yeses; you alone cannot give them"):
        await recorded(office, terms={"approvers": (AUTHOR,)}, accepted=True)
    decision = await recorded(office, "k2", terms={"approvers": (AUTHOR, "U2")}, accepted=True)
    assert (decision.quorum, decision.state) == (2, PROPOSED)
    other = await recorded(office, "k3", terms={"approvers": ("U2",)})
    assert other.quorum == 1  # somebody else says it


async def test_where_one_yes_is_enough_one_may_name_oneself(office: Desk) -> None:
    decision = await recorded(office, terms={"approvers": (AUTHOR,)}, accepted=True)
    assert decision.state is ACCEPTED


async def test_a_bot_cannot_be_named(office: Desk) -> None:
    with pytest.raises(UserFacingError, match="<@UBOT> is a bot and cannot vote"):
        await check_can_vote(Directory(), ["U1", "UBOT", "S1"])
    await check_can_vote(Directory(), ["U1", "S1"])
