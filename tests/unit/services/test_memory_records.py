"""Rows that are decided, done or registered are remembered once; later moves are followed."""

from datetime import timedelta

import pytest

from bot.domain.decision import DecisionRecord
from bot.domain.memory import Note
from bot.domain.service import DependencyKind
from bot.domain.task import TaskState
from bot.errors import UserFacingError
from bot.services import memory_records, service_graph
from bot.services.memory import (
    Node,
    correct,
    forget_entity,
    forget_observation,
    open_nodes,
    remember,
)
from bot.services.service_graph import Place
from storage.models import Task
from tests.storage.rows import add_plan, add_task
from tests.support.desk import Desk
from tests.support.forgetting import forget_channel, forget_person
from tests.unit.decision.acts import NO, accepted, recorded, say


async def opened(office: Desk, name: str, *, seen_from: str = "C1") -> list[Node]:
    async with office.ctx.database.read() as uow:
        return await open_nodes(uow, "T1", [name], seen_from=seen_from)


def texts(node: Node) -> set[str]:
    return {row.text for row in node.observations}


async def test_a_decision_with_what_it_affects_read_once(office: Desk) -> None:
    more = DecisionRecord(
        title="", context="", outcome="", services=("orders",), specialists=("api-architect",)
    )
    await accepted(office, "k1", title="Kafka for orders", outcome="Kafka, for replay.", more=more)
    await recorded(office, "open", title="Not decided")
    assert await memory_records.sweep(office.ctx) == 1
    assert await memory_records.sweep(office.ctx) == 0, "nothing moved since"
    (node,) = await opened(office, "d-1")
    assert (node.entity.name, node.entity.kind) == ("Kafka for orders (D-1)", "decision")
    assert {"Kafka, for replay.", "Accepted on 2026-03-02."} <= texts(node)
    assert {(row.kind, other.name) for row, other in node.outward} == {
        ("affects_service", "orders"),
        ("implemented_by", "api-architect"),
    }


async def test_a_replaced_decision_says_so_and_keeps_what_it_said(office: Desk) -> None:
    await accepted(office, "k1", title="Kafka")
    await memory_records.sweep(office.ctx)
    office.clock.advance(timedelta(days=1))
    await accepted(office, "k2", title="NATS", terms={"supersedes": (1,)})
    assert await memory_records.sweep(office.ctx) == 2
    (old,) = await opened(office, "D-1")
    assert "Replaced by another decision on 2026-03-03." in texts(old)
    assert not any(text.startswith("Accepted") for text in texts(old))
    assert [(row.kind, other.ref) for row, other in old.inward] == [("supersedes", "D-2")]
    async with office.ctx.database.read() as uow:
        before = await uow.memory.history("T1", old.entity.id, seen_from="C1", limit=9)
    assert [row.text for row in before] == ["Accepted on 2026-03-02."]


async def test_a_rejected_one_is_remembered_with_the_reason(office: Desk) -> None:
    decision = await recorded(office, "k1", title="MongoDB")
    await say(office, decision, NO, "U2", reason="we need joins")
    await memory_records.sweep(office.ctx)
    (node,) = await opened(office, "D-1")
    assert any("Rejected" in text and "we need joins" in text for text in texts(node))


async def test_what_a_private_channel_decided_stays_there(office: Desk) -> None:
    more = DecisionRecord(title="", context="", outcome="", services=("vault",))
    await accepted(office, "k1", channel_id="G1", is_private=True, title="Secret", more=more)
    await memory_records.sweep(office.ctx)
    assert await opened(office, "D-1") == await opened(office, "vault") == []
    assert [n.entity.scope for n in await opened(office, "vault", seen_from="G1")] == ["G1"]


async def finished(office: Desk, title: str) -> Task:
    async with office.ctx.database.begin() as uow:
        task = await add_task(
            uow,
            title=title,
            state=TaskState.DONE,
            ended_at=office.clock.now(),
            synthesis={"headline": "Cut it by month.", "summary": "Partitions by month."},
        )
        await add_plan(uow, task, "database-architect", pattern="scale-out")
    return task


async def test_a_finished_task_with_its_pattern_and_specialists(office: Desk) -> None:
    await finished(office, "Invoices that take an hour")
    assert await memory_records.sweep(office.ctx) == 1
    (node,) = await opened(office, "T-1")
    assert texts(node) == {"Cut it by month.", "Partitions by month."}
    assert {(row.kind, other.kind, other.name) for row, other in node.outward} == {
        ("applies_pattern", "pattern", "scale-out"),
        ("worked_by", "specialist", "database-architect"),
    }


async def test_services_with_what_they_need_now(office: Desk) -> None:
    place = Place("T1", "C1", "U1")
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=office.clock.now())
        orders = await service_graph.ensure(office.ctx, uow, place, "orders")
        ledger = await service_graph.ensure(office.ctx, uow, place, "ledger")
        await remember(
            uow,
            Note("T1", "C1", "note", "Orders", "runs on Go", "U1", "", office.clock.now()),
        )
    await memory_records.sweep(office.ctx)
    (node,) = await opened(office, "orders")
    assert (node.entity.kind, texts(node)) == ("service", {"runs on Go"})
    office.clock.advance(timedelta(hours=1))
    async with office.ctx.database.begin() as uow:
        ends = (orders, ledger)
        await service_graph.connect(office.ctx, uow, place, ends, DependencyKind.SYNC)
    assert await memory_records.sweep(office.ctx) == 1
    (node,) = await opened(office, "orders")
    assert texts(node) == {"runs on Go", "Depends on ledger (calls)."}
    assert [other.name for _, other in node.outward] == ["ledger"]
    office.clock.advance(timedelta(hours=1))
    async with office.ctx.database.begin() as uow:
        await service_graph.disconnect(office.ctx, uow, place, (orders, ledger))
    await memory_records.sweep(office.ctx)
    (node,) = await opened(office, "orders")
    assert (texts(node), node.outward) == ({"runs on Go"}, ())


async def test_what_was_forgotten_is_not_read_again(office: Desk) -> None:
    await accepted(office, "k1", title="Kafka")
    await memory_records.sweep(office.ctx)
    (node,) = await opened(office, "D-1")
    async with office.ctx.database.begin() as uow:
        await forget_entity(uow, "T1", node.entity, by="U1", at=office.clock.now())
    office.clock.advance(timedelta(days=1))
    await accepted(office, "k2", title="NATS", terms={"supersedes": (1,)})
    assert await memory_records.sweep(office.ctx) == 1
    assert await opened(office, "D-1") == []
    async with office.ctx.database.begin() as uow:
        name = f"forgotten {node.entity.id}"
        noted = Note("T1", "C1", "note", name, "words", "U1", "", office.clock.now())
        await remember(uow, noted)
    (kept,) = await opened(office, name)
    assert (kept.entity.id != node.entity.id, texts(kept)) == (True, {"words"}), "not in the shell"


async def test_a_person_who_is_forgotten_is_gone_from_the_memory(office: Desk) -> None:
    await finished(office, "A title in U1's own words")
    async with office.ctx.database.begin() as uow:
        now = office.clock.now()
        await remember(uow, Note("T1", "C1", "note", "only U1 knows", "words", "U1", "", now))
        for author, said in (("U1", "mine"), ("U2", "as <@U1> says, jitter")):
            await remember(uow, Note("T1", "C1", "lesson", "retries", said, author, "", now))
    await memory_records.sweep(office.ctx)
    await forget_person(office.ctx, "T1", "U1")
    await memory_records.sweep(office.ctx)
    assert await opened(office, "only U1 knows") == []
    (retries,) = await opened(office, "retries")
    (said,) = texts(retries)
    assert said.startswith("as forgotten-")
    (task,) = await opened(office, "T-1")
    assert "own words" not in task.entity.name


async def test_a_channel_that_is_forgotten_leaves_nothing(office: Desk) -> None:
    await finished(office, "Invoices that take an hour")
    await memory_records.sweep(office.ctx)
    await forget_channel(office.ctx, "T1", "C1", by="U9")
    assert await opened(office, "T-1") == []
    assert await memory_records.sweep(office.ctx) == 0


async def test_a_name_that_is_only_a_person_holds_nothing_up(office: Desk) -> None:
    """People's ids stand in no name: what such a relation leads to has none."""
    more = DecisionRecord(title="", context="", outcome="", services=("<@U2>", "`", "orders"))
    await accepted(office, "k1", title="Who is on call", more=more)
    await finished(office, "Invoices that take an hour")
    assert await memory_records.sweep(office.ctx) == 2
    (node,) = await opened(office, "D-1")
    assert [other.name for _, other in node.outward] == ["orders"]


async def test_what_a_record_says_is_changed_at_the_record(office: Desk) -> None:
    """Also for records without a number: what is changed here would be read from there again."""
    place, now = Place("T1", "C1", "U1"), office.clock.now()
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=now)
        orders = await service_graph.ensure(office.ctx, uow, place, "orders")
        ledger = await service_graph.ensure(office.ctx, uow, place, "ledger")
        await service_graph.connect(office.ctx, uow, place, (orders, ledger), DependencyKind.SYNC)
    await accepted(office, "k1", title="Kafka")
    await memory_records.sweep(office.ctx)
    for name, called in (("orders", "orders"), ("D-1", "D-1")):
        (node,) = await opened(office, name)
        number = node.observations[0].id
        async with office.ctx.database.begin() as uow:
            with pytest.raises(UserFacingError, match=f"is what {called} says"):
                await correct(uow, "T1", number, "no", by="U1", at=now, seen_from="C1")
            with pytest.raises(UserFacingError, match=f"is what {called} says"):
                await forget_observation(uow, "T1", number, by="U1", at=now, seen_from="C1")


async def test_a_correction_to_what_stands_there_already_is_said(office: Desk) -> None:
    now = office.clock.now()
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=now)
        for text in ("runs on Go", "runs on Rust"):
            await remember(uow, Note("T1", "C1", "note", "orders", text, "U1", "", now))
    (node,) = await opened(office, "orders")
    wrong = next(row.id for row in node.observations if row.text == "runs on Go")
    with pytest.raises(UserFacingError, match="says that already"):
        async with office.ctx.database.begin() as uow:
            await correct(uow, "T1", wrong, "runs on Rust", by="U1", at=now, seen_from="C1")
    (node,) = await opened(office, "orders")
    assert texts(node) == {"runs on Go", "runs on Rust"}
