"""The questions about services: scopes, one dependency at a time, decisions that touch them."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from storage.models import Architecture, Service, ServiceDependency
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE, add_channels, add_decision, add_task


async def add_service(
    uow: UnitOfWork, name: str, *, scope: str = "", workspace: str = WORKSPACE
) -> Service:
    """Store a service."""
    await uow.channels.ensure(workspace, scope or "C1", now=NOW, is_private=bool(scope))
    return await uow.services.add(
        Service(
            workspace_id=workspace,
            scope=scope,
            key=name.casefold(),
            name=name,
            created_by="U1",
            created_at=NOW,
            updated_at=NOW,
        )
    )


def dependency(a: Service, b: Service, kind: str, *, minute: int = 0) -> ServiceDependency:
    return ServiceDependency(
        workspace_id=a.workspace_id,
        service_id=a.id,
        needs_id=b.id,
        kind=kind,
        added_by="U1",
        added_at=NOW + timedelta(minutes=minute),
    )


async def test_a_private_channel_s_service_is_known_there_only(database: Database) -> None:
    async with database.begin() as uow:
        public = await add_service(uow, "Orders")
        secret = await add_service(uow, "Orders", scope="G1")
        other = await add_service(uow, "Orders", workspace="T2")
        find = uow.services.find
        await add_channels(uow, "C1", "C2", "G1")
        await add_channels(uow, "G1", workspace="T2")
        assert await find(WORKSPACE, "ORDERS", seen_from="C1") is public
        assert await find(WORKSPACE, "orders", seen_from="G1") is secret
        assert await find("T2", "orders", seen_from="G1") is other
        seen = await uow.services.known_in(WORKSPACE, seen_from="C2")
        assert [row.id for row in seen] == [public.id]


async def test_a_name_is_taken_once_in_a_scope(database: Database) -> None:
    async with database.begin() as uow:
        await add_service(uow, "Orders")
    async with database.read() as uow:
        with pytest.raises(IntegrityError):
            await add_service(uow, "ORDERS")


async def test_one_dependency_counts_and_the_earlier_ones_are_history(database: Database) -> None:
    async with database.begin() as uow:
        a, b = await add_service(uow, "a"), await add_service(uow, "b")
        connect = uow.services.connect
        assert await connect(dependency(a, b, "sync"))
        assert not await connect(dependency(a, b, "sync"))
        assert await connect(dependency(a, b, "async", minute=1))
        (row,) = await uow.services.dependencies(WORKSPACE, [a.id, b.id])
        assert row.kind == "async"
        assert await uow.services.disconnect(a.id, b.id, by="U2", now=NOW)
        assert not await uow.services.disconnect(a.id, b.id, by="U2", now=NOW)
        every = await uow.services.dependencies(WORKSPACE, [a.id, b.id], ended=True)
        assert [(row.kind, row.ended_by) for row in every] == [("sync", "U1"), ("async", "U2")]
        assert await uow.services.dependencies("T2", [a.id, b.id], ended=True) == []


async def test_decisions_of_a_service_that_may_be_seen(database: Database) -> None:
    async with database.begin() as uow:
        for channel, private in (("C1", False), ("G1", True)):
            task = await add_task(uow, channel=channel, private=private)
            decision = await add_decision(uow, task)
            await uow.decision_parts.relate(decision, services=["Orders"], specialists=())
        found = await uow.services.decisions(WORKSPACE, "orders", seen_from="C1", limit=9)
        assert [row.number for row in found] == [1]
        found = await uow.services.decisions(WORKSPACE, "orders", seen_from="G1", limit=1)
        assert [row.number for row in found] == [2]


async def test_an_architecture_is_one_per_round(database: Database) -> None:
    async with database.begin() as uow:
        task = await add_task(uow)
        row = await uow.services.add_architecture(
            Architecture(
                workspace_id=WORKSPACE,
                channel_id="C1",
                task_id=task.id,
                round=1,
                domain="shop",
                body={},
                model="offline",
                created_at=NOW,
            )
        )
        assert await uow.services.architecture("T2", row.id) is None
        assert await uow.services.architecture(WORKSPACE, row.id, lock=True) is row
