"""The nine memory tools, called by the official client: the reference's, without its faults."""

import asyncio
import threading
from typing import Any

import pytest

from bot.domain.decision.search import rank
from bot.domain.memory import Note, query
from bot.services import memory_graph, memory_search
from bot.services.memory import remember
from storage.repositories.memory_graph import MemoryGraphRepository
from tests.support.agents import Told, agent, calling
from tests.support.desk import MORNING, Desk


def thing(name: str, *said: str, kind: str = "service") -> dict[str, Any]:
    return {"name": name, "entityType": kind, "observations": list(said)}


def edge(source: str, kind: str, target: str) -> dict[str, Any]:
    return {"from": source, "to": target, "relationType": kind}


async def test_what_is_created_is_opened_searched_and_deleted(office: Desk) -> None:
    async with calling(office) as call:
        orders = thing("orders", "runs on Go", "needs 2 GB")
        billing = thing("billing", "charges cards")
        made = await call("create_entities", entities=[orders, billing])
        assert made["entities"] == [orders, billing]
        relation = edge("orders", "depends_on", "billing")
        assert (await call("create_relations", relations=[relation]))["relations"] == [relation]

        opened = await call("open_nodes", names=["Orders"])
        assert opened["entities"] == [thing("orders", "needs 2 GB", "runs on Go")]
        assert opened["relations"] == [relation]
        found = await call("search_nodes", query="who charges cards")
        assert found["entities"] == [billing]
        assert found["relations"] == [relation]
        assert await call.text("read_graph") == await call("read_graph")

        await call("delete_relations", relations=[relation])
        await call(
            "delete_observations",
            deletions=[{"entityName": "orders", "observations": ["runs on Go", "unheard of"]}],
        )
        await call("delete_entities", entityNames=["billing", "unheard of"])
        graph = await call("read_graph")
        assert graph["entities"] == [thing("orders", "needs 2 GB")]
        assert graph["relations"] == []


async def test_creating_again_adds_what_is_new_and_loses_nothing(office: Desk) -> None:
    async with calling(office) as call:
        await call("create_entities", entities=[thing("orders", "runs on Go")])
        again = await call(
            "create_entities", entities=[thing("ORDERS", "runs on Go", "needs 2 GB")]
        )
        assert again["entities"] == [thing("orders", "needs 2 GB")]
        assert (await call("create_entities", entities=[thing("orders")]))["entities"] == []
        twice = [{"entityName": "orders", "contents": ["new", "new", "runs on Go"]}]
        added = await call("add_observations", observations=twice)
        assert added["results"] == [{"entityName": "orders", "addedObservations": ["new"]}]
        (node,) = (await call("open_nodes", names=["orders"]))["entities"]
        assert sorted(node["observations"]) == ["needs 2 GB", "new", "runs on Go"]


async def test_a_call_that_cannot_be_done_whole_does_nothing(office: Desk) -> None:
    async with calling(office) as call:
        await call("create_entities", entities=[thing("orders")])
        nothing = [
            {"entityName": "orders", "contents": ["kept?"]},
            {"entityName": "ghost", "contents": ["boo"]},
        ]
        with pytest.raises(Told, match=r"^Entity with name ghost not found\. Make it"):
            await call("add_observations", observations=nothing)
        dangling = [edge("orders", "has", "orders"), edge("orders", "depends_on", "ghost")]
        with pytest.raises(Told, match="Entity with name ghost not found"):
            await call("create_relations", relations=dangling)
        with pytest.raises(Told, match="I remember at most 4,000"):
            await call("create_entities", entities=[thing("a", "b"), thing("c", "x" * 4_001)])
        assert await call("read_graph") == {
            "entities": [thing("orders")],
            "relations": [],
            "nextCursor": None,
            "leftOut": "",
        }


async def test_fifty_who_add_at_once_are_all_kept(office: Desk) -> None:
    """The reference server acknowledges all fifty and keeps one or two."""
    async with calling(office) as call:
        await call("create_entities", entities=[thing("orders")])
        await asyncio.gather(
            *(
                call(
                    "add_observations",
                    observations=[{"entityName": "orders", "contents": [f"fact {number}"]}],
                )
                for number in range(50)
            )
        )
        (node,) = (await call("open_nodes", names=["orders"]))["entities"]
    assert sorted(node["observations"]) == sorted(f"fact {number}" for number in range(50))


async def test_the_whole_memory_comes_part_by_part(office: Desk) -> None:
    async with calling(office) as call:
        names = [f"svc {number}" for number in range(7)]
        await call("create_entities", entities=[thing(name) for name in names])
        parts, cursor = [], ""
        while cursor is not None:
            part = await call("read_graph", limit=3, cursor=cursor)
            parts.append([one["name"] for one in part["entities"]])
            cursor = part["nextCursor"]
        assert parts == [names[:3:-1], names[3:0:-1], names[:1]]
        with pytest.raises(Told, match="That cursor is none of mine"):
            await call("read_graph", cursor="x")


async def test_answers_are_bounded_and_say_what_is_left_out(office: Desk) -> None:
    """The reference server answers a common word with 46 MB at 50,000 entities."""
    async with calling(office) as call:
        texts = [f"common {number} {'x' * 3_900}" for number in range(30)]
        for name in ("a", "b", "c"):
            await call("create_entities", entities=[thing(name, *texts)])
        found = await call("search_nodes", query="common", limit=50)
        assert [len(one["observations"]) for one in found["entities"]] == [10, 10, 10]
        assert found["leftOut"] == "Only 10 observations are shown of c, b, a."
        opened = await call("open_nodes", names=["a", "b", "c"])
        assert [one["name"] for one in opened["entities"]] == ["a"]
        assert opened["leftOut"] == "There is no room for b, c: ask for fewer at once."
        first = await call("read_graph")
        assert [one["name"] for one in first["entities"]] == ["c"]
        rest = await call("read_graph", cursor=first["nextCursor"])
        assert [one["name"] for one in rest["entities"]] == ["b"]


async def test_what_is_long_is_ranked_beside_the_loop(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack waits three seconds for an answer: a program's search must not take them."""
    where: list[bool] = []

    def seen(*given: Any) -> Any:
        where.append(threading.current_thread() is threading.main_thread())
        return rank(*given)

    monkeypatch.setattr(memory_search, "rank", seen)
    async with calling(office) as call:
        await call("create_entities", entities=[thing("a", "common")])
        await call("search_nodes", query="common")
        texts = [f"common {number} {'x' * 3_900}" for number in range(30)]
        for name in ("a", "b"):
            await call("create_entities", entities=[thing(name, *texts)])
        await call("search_nodes", query="common")
    assert where == [True, True, False, False]


async def test_a_search_goes_on_where_the_last_one_ended(office: Desk) -> None:
    async with calling(office) as call:
        things = [thing(f"svc {n}", "retries twice") for n in range(5)]
        await call("create_entities", entities=[*things, thing("l", "retries", kind="lesson")])
        seen: list[str] = []
        cursor = ""
        while cursor is not None:
            part = await call(
                "search_nodes", query="retries", limit=2, cursor=cursor, entityType="service"
            )
            seen += [one["name"] for one in part["entities"]]
            cursor = part["nextCursor"]
        assert sorted(seen) == [f"svc {n}" for n in range(5)]


async def test_a_search_ends_where_nobody_pages_on(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "MOST_SKIPPED", 3)
    async with calling(office) as call:
        await call("create_entities", entities=[thing(f"svc {n}", "retries") for n in range(9)])
        parts = [await call("search_nodes", query="retries", limit=2)]
        while parts[-1]["nextCursor"] and len(parts) < 9:
            cursor = parts[-1]["nextCursor"]
            parts.append(await call("search_nodes", query="retries", limit=2, cursor=cursor))
        assert len(parts) == 2
        assert parts[-1]["leftOut"] == "There are further results: ask for something rarer."
        assert parts[0]["leftOut"] == ""
        for cursor in ("x", "-1", "9" * 10):
            with pytest.raises(Told, match="That cursor is none of mine"):
                await call("search_nodes", query="retries", cursor=cursor)


async def test_what_lies_between_two_things_is_counted_once(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_graph, "MOST_EDGES", 3)
    names = ["a", "b", "c", "d"]
    edges = [edge("a", "calls", other) for other in names]
    async with calling(office) as call:
        await call("create_entities", entities=[thing(name) for name in names])
        await call("create_relations", relations=edges[1:])
        opened = await call("open_nodes", names=names)
        assert (opened["relations"], opened["leftOut"]) == (edges[1:], "")
        await call("create_relations", relations=edges)
        opened = await call("open_nodes", names=names)
        assert opened["leftOut"] == "Only 3 relations are shown."
        assert len(opened["relations"]) == 3


async def test_a_record_and_what_is_noted_of_it_are_one_entity(office: Desk) -> None:
    """A record's thing is its channel's; a program adds to it, not beside it."""
    async with office.ctx.database.begin() as uow:
        made = await remember(
            uow, Note("T1", "C1", "decision", "Use Kafka", "yes", "U1", "", MORNING)
        )
        made.entity.scope, made.entity.ref, made.entity.record_id = "C1", "D-1", "d1"
    async with calling(office) as call:
        added = await call(
            "add_observations", observations=[{"entityName": "D-1", "contents": ["lag is 2 s"]}]
        )
        assert added["results"][0]["entityName"] == "Use Kafka"
        await call("create_entities", entities=[thing("orders")])
        await call("create_relations", relations=[edge("D-1", "affects_service", "orders")])
        graph = await call("read_graph")
    assert {one["name"]: len(one["observations"]) for one in graph["entities"]} == {
        "orders": 0,
        "Use Kafka": 2,
    }
    assert graph["relations"] == [edge("Use Kafka", "affects_service", "orders")]


async def test_what_is_said_can_be_cited(office: Desk) -> None:
    async with office.ctx.database.begin() as uow:
        for text, author, source in (("by hand", "U1", ""), ("on record", None, "D-1")):
            await remember(uow, Note("T1", "C1", "note", "kafka", text, author, source, MORNING))
    async with calling(office) as call:
        await call("add_observations", observations=[{"entityName": "kafka", "contents": ["new"]}])
        told = await call("open_nodes", names=["Kafka"], details=True)
    assert [(one["observation"], one["by"], one["source"]) for one in told["details"]] == [
        ("by hand", "U1", "note #1"),
        ("on record", "", "D-1"),
        ("new", "", "agent coder"),
    ]
    assert {(one["entityName"], one["at"]) for one in told["details"]} == {
        ("kafka", "2026-03-02T09:00:00Z")
    }


async def test_what_is_said_of_many_is_read_at_once(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, asked = MemoryGraphRepository.saying, []

    async def counted(*given: Any, **more: Any) -> Any:
        asked.append(given)
        return await ask(*given, **more)

    monkeypatch.setattr(MemoryGraphRepository, "saying", counted)
    async with calling(office) as call:
        await call("create_entities", entities=[thing("a", "same", "x"), thing("b", "same", "y")])
        told = await call("open_nodes", names=["b", "nobody", "a"], details=True)
    assert sorted((one["entityName"], one["observation"]) for one in told["details"]) == [
        ("a", "same"), ("a", "x"), ("b", "same"), ("b", "y"),
    ]  # fmt: skip
    assert [one["entityName"] for one in told["details"]] == ["b", "b", "a", "a"]
    assert len(asked) == 1


async def test_secrets_are_taken_out_before_anything_is_stored(office: Desk) -> None:
    secret = "ghp_" + "a1B2" * 9
    async with calling(office) as call:
        made = await call("create_entities", entities=[thing("orders", f"token {secret}")])
        assert secret not in str(made)
        assert secret not in str(await call("read_graph"))


async def test_arguments_of_the_wrong_shape_are_named_and_not_repeated(office: Desk) -> None:
    async with calling(office) as call:
        with pytest.raises(Told) as refused:
            await call("create_entities", entities=[{"name": "geheim", "observations": 5}])
        assert str(refused.value) == "entities.0.entityType: Field required."
        with pytest.raises(Told, match="100 items"):
            await call("open_nodes", names=["x"] * 101)
        with pytest.raises(Told, match=r"“!” is no kind of thing"):
            await call("create_entities", entities=[thing("a", kind="!")])


async def test_two_workspaces_share_nothing(office: Desk) -> None:
    async with calling(office) as mine, calling(office, agent(workspace_id="T2")) as theirs:
        await mine("create_entities", entities=[thing("orders", "runs on Go")])
        assert (await theirs("read_graph"))["entities"] == []
        assert (await theirs("search_nodes", query="orders Go"))["entities"] == []
        assert (await theirs("open_nodes", names=["orders"]))["entities"] == []
        await theirs("delete_entities", entityNames=["orders"])
        with pytest.raises(Told, match="not found"):
            await theirs(
                "add_observations", observations=[{"entityName": "orders", "contents": ["x"]}]
            )
        assert len((await mine("read_graph"))["entities"]) == 1
