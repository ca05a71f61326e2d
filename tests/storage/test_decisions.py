"""The questions about decisions, private channels included."""

from datetime import date

import pytest
from sqlalchemy.exc import NoResultFound

from bot.domain.decision import DecisionState, LinkKind
from bot.errors import NotFound
from storage.models import new_id
from storage.uow import Database
from tests.storage.rows import NOW, WORKSPACE, add_decision, add_task


async def test_get_and_defaults(database: Database) -> None:
    async with database.begin() as uow:
        made = await add_decision(uow, await add_task(uow), review_by=date(2026, 9, 1))
    async with database.read() as uow:
        decision = await uow.decisions.get(made.id)
        assert decision.state is DecisionState.PROPOSED
        assert (decision.revision, decision.reason, decision.decided_by) == (1, "", None)
        assert decision.review_by == date(2026, 9, 1)
        assert (await uow.decisions.get(made.id, lock=True)).public_id == "D-1"
        with pytest.raises(NoResultFound):
            await uow.decisions.get(new_id())


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_locked_decision_is_what_others_made_of_it(database: Database) -> None:
    """Two decisions that replace the same one read it before they lock it."""
    async with database.begin() as uow:
        old, new = [await add_decision(uow, await add_task(uow)) for _ in range(2)]
        await uow.decision_parts.link(new, old, LinkKind.SUPERSEDES, now=NOW)
    for moved in (DecisionState.ACCEPTED, DecisionState.SUPERSEDED):
        async with database.begin() as uow:
            ((_, known),) = await uow.decision_parts.onward(new.id)
            async with database.begin() as other:
                (await other.decisions.get(old.id, lock=True)).state = moved
            assert known.state is not moved
            locked = (
                await uow.decisions.get(old.id, lock=True)
                if moved is DecisionState.ACCEPTED
                else await uow.decisions.find(WORKSPACE, old.id)
            )
            assert locked is known
            assert known.state is moved


async def test_by_number_hides_private_channels(database: Database) -> None:
    async with database.begin() as uow:
        public = await add_decision(uow, await add_task(uow, channel="C1"))
        secret = await add_decision(uow, await add_task(uow, channel="G1", private=True))
        find = uow.decisions.by_number
        assert (await find(WORKSPACE, public.number, seen_from="G1")).id == public.id
        assert (await find(WORKSPACE, secret.number, seen_from="G1")).id == secret.id
        with pytest.raises(NotFound, match="D-2"):
            await find(WORKSPACE, secret.number, seen_from="C1")
        with pytest.raises(NotFound):
            await find("T2", public.number, seen_from="C1")


async def test_newest_hides_private_channels(database: Database) -> None:
    async with database.begin() as uow:
        for channel, private in (("C1", False), ("G1", True), ("G2", True), ("C2", False)):
            await add_decision(uow, await add_task(uow, channel=channel, private=private))

        async def seen(channel: str, **more: int) -> list[int]:
            found = await uow.decisions.newest(
                WORKSPACE, seen_from=channel, limit=more.get("limit", 9)
            )
            return [decision.number for decision in found]

        assert await seen("C1") == [4, 1]
        assert await seen("G1") == [4, 2, 1]
        assert await seen("G1", limit=2) == [4, 2]


async def test_newest_and_count_by_state(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        accepted = await add_decision(uow, task, state=DecisionState.ACCEPTED)
        await add_decision(uow, task)
        await add_decision(uow, task)
        found = await uow.decisions.newest(
            WORKSPACE, limit=9, seen_from="C1", state=DecisionState.ACCEPTED
        )
        assert [decision.id for decision in found] == [accepted.id]
        assert await uow.decisions.count(WORKSPACE, DecisionState.PROPOSED) == 2
        assert await uow.decisions.count(WORKSPACE, DecisionState.REJECTED) == 0
        assert await uow.decisions.count("T2", DecisionState.PROPOSED) == 0


async def test_of_task_by_round(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        await add_decision(uow, task, round=1)
        await add_decision(uow, task, round=2)
        await add_decision(uow, await add_task(uow))
        assert [d.number for d in await uow.decisions.of_task(task.id)] == [1, 2]
        second = await uow.decisions.of_task(task.id, round_number=2)
        assert [d.number for d in second] == [2]


async def test_in_state_by_surface(database: Database) -> None:
    async with database.begin() as uow:
        here = await add_task(uow)
        there = await add_task(uow, channel="terminal", surface="terminal")
        wanted = await add_decision(uow, here, state=DecisionState.CHANGES_REQUESTED)
        await add_decision(uow, here)
        await add_decision(uow, there, state=DecisionState.CHANGES_REQUESTED)
        found = await uow.decisions.in_state(DecisionState.CHANGES_REQUESTED, surface="slack")
        assert [decision.id for decision in found] == [wanted.id]
