"""The memory as other programs change it: nothing lost and nobody waits when many write at once."""

import asyncio
from typing import Any

import pytest

from bot.domain.memory.graph import Edge, Entity, View
from bot.errors import UserFacingError
from bot.services import memory, memory_graph
from bot.services import memory_graph_changes as changes
from bot.services.memory_graph_changes import Writer
from storage.uow import Database
from tests.storage.rows import NOW

PUBLIC, PRIVATE = View("T1"), View("T1", "G1")


def writer(view: View = PUBLIC, **values: Any) -> Writer:
    given: dict[str, Any] = {"by": "agent:a", "author": None, "source": "agent a", "at": NOW}
    return Writer(view, **(given | values))


@pytest.fixture
async def remembering(database: Database) -> Database:
    """A workspace with a private channel, and two services that everybody knows."""
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "G1", now=NOW, is_private=True)
        things = [Entity("orders", "service"), Entity("billing", "service")]
        await changes.create_entities(uow, writer(), things)
    return database


async def test_fifty_who_add_at_once_are_all_kept(remembering: Database) -> None:
    """The reference server acknowledges all fifty and keeps one or two."""

    async def add(number: int) -> None:
        async with remembering.begin() as uow:
            said = [("orders", [f"fact {number}"]), ("billing", [f"fact {number}"])]
            said = said if number % 2 else said[::-1]
            await changes.add_observations(uow, writer(), said)

    await asyncio.gather(*(add(number) for number in range(50)))
    async with remembering.read() as uow:
        graph = await memory_graph.open_named(uow, PUBLIC, ["orders", "billing"])
    for entity in graph.entities:
        assert set(entity.observations) == {f"fact {number}" for number in range(50)}


async def test_those_that_relate_both_ways_do_not_wait_in_a_circle(remembering: Database) -> None:
    edges = [Edge("orders", "billing", "needs"), Edge("billing", "orders", "needs")]

    async def relate(number: int) -> int:
        async with remembering.begin() as uow:
            wanted = edges if number % 2 else edges[::-1]
            return len(await changes.create_relations(uow, writer(), wanted))

    made = await asyncio.gather(*(relate(number) for number in range(10)))
    assert sum(made) == 2  # each once, whoever was first
    async with remembering.read() as uow:
        graph = await memory_graph.page(uow, PUBLIC)
    assert set(graph.edges) == set(edges)


async def test_no_relation_is_left_dangling_by_who_deletes_meanwhile(remembering: Database) -> None:
    async def relate() -> None:
        async with remembering.begin() as uow:
            await changes.create_relations(uow, writer(), [Edge("orders", "billing", "needs")])

    async def remove() -> None:
        async with remembering.begin() as uow:
            ((row,),) = await memory_graph.named(uow, PUBLIC, ["billing"])
            await memory.forget_entity(uow, "T1", row, by="operator", at=NOW)

    await asyncio.gather(relate(), remove(), return_exceptions=True)
    async with remembering.read() as uow:
        graph = await memory_graph.page(uow, PUBLIC)
    names = {entity.name for entity in graph.entities}
    assert all({edge.source, edge.target} <= names for edge in graph.edges)


async def test_a_private_channel_writes_to_a_thing_of_its_own(remembering: Database) -> None:
    async with remembering.begin() as uow:
        added = await changes.add_observations(uow, writer(PRIVATE), [("orders", ["hush"])])
        await changes.create_relations(uow, writer(PRIVATE), [Edge("orders", "billing", "hides")])
    assert added == [("orders", ("hush",))]
    async with remembering.read() as uow:
        outside = await memory_graph.page(uow, PUBLIC)
        inside = await memory_graph.open_named(uow, PRIVATE, ["orders"])
        assert await changes.observations_of(uow, PUBLIC, [("orders", ["hush"])]) == []
        assert len(await changes.observations_of(uow, PRIVATE, [("orders", ["hush"])])) == 1
        hidden = [Edge("orders", "billing", "hides")]
        assert await changes.relations_of(uow, PUBLIC, hidden) == []
        assert len(await changes.relations_of(uow, PRIVATE, hidden)) == 1
    assert "hush" not in str(outside)
    assert outside.edges == ()
    assert inside.entities == (Entity("orders", "service", ("hush",)),)
    assert inside.edges == (Edge("orders", "billing", "hides"),)


async def test_a_relation_that_ended_is_history_and_can_hold_again(remembering: Database) -> None:
    edge = Edge("orders", "billing", "needs")
    for _ in range(2):
        async with remembering.begin() as uow:
            assert await changes.create_relations(uow, writer(), [edge]) == [edge]
            assert await changes.create_relations(uow, writer(), [edge]) == []
        async with remembering.begin() as uow:
            found = await changes.relations_of(uow, PUBLIC, [edge])
            await changes.delete_relations(uow, writer(), found)
            assert await changes.relations_of(uow, PUBLIC, [edge]) == []
    async with remembering.begin() as uow:
        with pytest.raises(UserFacingError, match="not found"):
            await changes.create_relations(uow, writer(), [Edge("orders", "ghost", "needs")])


async def test_who_deletes_and_who_adds_do_not_wait_in_a_circle(remembering: Database) -> None:
    """Both lock things by their names, whoever was made first."""

    async def remake(number: int) -> None:
        async with remembering.begin() as uow:
            for name in ("billing", "orders"):
                for rows in await memory_graph.named(uow, PUBLIC, [name]):
                    for row in rows:
                        await memory.forget_entity(uow, "T1", row, by="operator", at=NOW)
        async with remembering.begin() as uow:
            things = [Entity(name, "service", (f"{number}",)) for name in ("orders", "billing")]
            await changes.create_entities(uow, writer(), things)

    await asyncio.gather(*(remake(number) for number in range(10)))
    async with remembering.read() as uow:
        graph = await memory_graph.page(uow, PUBLIC)
    assert {entity.name for entity in graph.entities} == {"orders", "billing"}
