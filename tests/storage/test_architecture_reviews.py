"""Reviews and their registers on both databases: scopes, orders, one row for each key."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot.errors import NotFound
from storage.models import (
    ArchitectureReview,
    Debt,
    PerformanceMeasurement,
    PerformanceTarget,
    Technology,
    TechnologyMove,
    new_id,
)
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE, add_channels

HOUR = timedelta(hours=1)


async def review(uow: UnitOfWork, number: int, *, channel: str = "C1", **more: Any) -> str:
    """Store a review and return its id."""
    workspace = more.pop("workspace_id", WORKSPACE)
    await uow.channels.ensure(workspace, channel, now=NOW, is_private=channel.startswith("G"))
    thread = await uow.threads.ensure(workspace, channel, f"ask:{number}", now=NOW)
    values: dict[str, Any] = {
        "slot_key": f"slot:{number}",
        "state": "open",
        "window_minutes": 60,
        "since": NOW,
        "opens_at": NOW,
        "closes_at": NOW + HOUR,
        "due_at": NOW + HOUR,
        "created_at": NOW,
    }
    row = ArchitectureReview(
        workspace_id=workspace,
        channel_id=channel,
        thread_id=thread.id,
        number=number,
        **values | more,
    )
    return (await uow.architecture_reviews.add(row)).id


async def test_what_is_due_comes_in_order_and_a_slot_has_one(database: Database) -> None:
    async with database.begin() as uow:
        late = await review(uow, 1)
        early = await review(uow, 2, due_at=NOW)
        await review(uow, 3, due_at=None)
        found = await uow.architecture_reviews.due(NOW + HOUR, limit=9)
        assert [row[1] for row in found] == [early, late]
        assert not await uow.architecture_reviews.due(NOW - HOUR, limit=9)
    async with database.read() as uow:
        with pytest.raises(IntegrityError):
            await review(uow, 4, slot_key="slot:1")


async def test_a_private_channel_s_review_is_found_there_only(database: Database) -> None:
    async with database.begin() as uow:
        await review(uow, 1, channel="G1")
        await review(uow, 1, workspace_id="T2")
        repo = uow.architecture_reviews
        assert (await repo.by_number(WORKSPACE, 1, seen_from="G1")).channel_id == "G1"
        with pytest.raises(NotFound):
            await repo.by_number(WORKSPACE, 1, seen_from="C1")
        other = await repo.by_number("T2", 1, seen_from="C1")
        with pytest.raises(NotFound):
            await repo.get(WORKSPACE, other.id)


async def test_a_proposal_is_stored_once_and_what_was_dismissed_is_remembered(
    database: Database,
) -> None:
    async with database.begin() as uow:
        owner = await review(uow, 1)
        other = await review(uow, 2, channel="C2")
        repo = uow.architecture_reviews
        values = {"workspace_id": WORKSPACE, "position": 0, "kind": "debt"}
        for place in (owner, other):
            body = {"title": f"Shared Table {place == owner}"}
            made = {"id": new_id(), "review_id": place, "body": body}
            assert await repo.add_output(values | made)
            assert not await repo.add_output(values | made | {"id": new_id()})
        (output,) = await repo.outputs(owner)
        assert await repo.dismissed(WORKSPACE, "C1") == set()
        output.state, output.decided_at = "dismissed", NOW
        await uow.session.flush()
        assert await repo.dismissed(WORKSPACE, "C1") == {"shared table true"}
        assert await repo.dismissed(WORKSPACE, "C2") == set()
        with pytest.raises(NotFound):
            await repo.output("T2", output.id)


def debt(number: int, *, channel: str = "C1", **more: Any) -> Debt:
    return Debt(
        workspace_id=WORKSPACE,
        channel_id=channel,
        number=number,
        title=f"Debt {number}",
        created_by="U1",
        created_at=NOW,
        updated_at=NOW,
        **more,
    )


async def test_debts_that_are_due_come_first(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure(WORKSPACE, "C1", now=NOW)
        await uow.channels.ensure(WORKSPACE, "G1", now=NOW, is_private=True)
        await uow.debts.add(debt(1))
        await uow.debts.add(debt(2, due_on=date(2026, 12, 1)))
        await uow.debts.add(debt(3, due_on=date(2026, 11, 1)))
        await uow.debts.add(debt(4, state="done", ended_at=NOW))
        await uow.debts.add(debt(5, channel="G1"))
        seen = await uow.debts.open(WORKSPACE, seen_from="C1")
        assert [row.number for row in seen] == [3, 2, 1]
        assert [d.number for d in await uow.debts.open(WORKSPACE, seen_from="G1")] == [3, 2, 1, 5]
        assert [d.number for d in await uow.debts.ended(WORKSPACE, seen_from="C1", limit=5)] == [4]
        found = await uow.debts.titled(WORKSPACE, "DEBT 3", "", seen_from="C1")
        assert found is not None
        assert found.number == 3
        assert await uow.debts.titled(WORKSPACE, "Debt 4", "", seen_from="C1") is None
        assert await uow.debts.titled("T2", "Debt 3", "", seen_from="C1") is None


async def test_of_one_technology_the_private_channel_s_own_entry_counts_there(
    database: Database,
) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure(WORKSPACE, "C1", now=NOW)
        for scope, ring in (("", "trial"), ("G1", "hold")):
            row = Technology(
                workspace_id=WORKSPACE,
                scope=scope,
                key="kafka",
                name="Kafka",
                ring=ring,
                moved_at=NOW,
                created_by="U1",
                created_at=NOW,
            )
            move = TechnologyMove(
                workspace_id=WORKSPACE, ring=ring, reason="r", moved_by="U1", moved_at=NOW
            )
            await uow.technologies.move(row, move)
        repo = uow.technologies
        assert [t.ring for t in await repo.seen(WORKSPACE, seen_from="C1")] == ["trial"]
        (own,) = await repo.seen(WORKSPACE, seen_from="G1")
        assert own.ring == "hold"
        assert len(await repo.moves(WORKSPACE, [own.id])) == 1
        assert not await repo.moves("T2", [own.id])


async def test_a_target_shows_the_last_measurement(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure(WORKSPACE, "C1", now=NOW)
        target = await uow.performance_targets.add(
            PerformanceTarget(
                workspace_id=WORKSPACE,
                channel_id="C1",
                number=1,
                service="orders",
                metric="p95",
                key="orders p95",
                comparison="most",
                value=200.0,
                created_by="U1",
                created_at=NOW,
                updated_at=NOW,
            )
        )
        for at, value in enumerate((240.5, 190.0)):
            await uow.performance_targets.measure(
                target,
                PerformanceMeasurement(
                    workspace_id=WORKSPACE,
                    target_id=target.id,
                    value=value,
                    measured_by="U1",
                    measured_at=NOW + at * HOUR,
                ),
            )
        await add_channels(uow, "C2")
    async with database.read() as uow:
        repo = uow.performance_targets
        found = await repo.find(WORKSPACE, "orders p95", seen_from="C2")
        assert found is not None
        assert (found.current, found.measured_at) == (190.0, NOW + HOUR)
        values = [m.value for m in await repo.measurements(WORKSPACE, found.id, limit=9)]
        assert values == [190.0, 240.5]
        assert await repo.find(WORKSPACE, "orders p95", seen_from="C2", only_here=True) is None
        assert await repo.find("T2", "orders p95", seen_from="C2") is None
