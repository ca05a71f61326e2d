"""Architectures: proposed once by a task, added to the graph once, over what is there already."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.architecture import CommunicationPattern, ServiceArchitecture, ServiceBoundary
from bot.domain.decision import DecisionState
from bot.domain.events import BoardMoved
from bot.domain.service import DependencyKind
from bot.domain.task import TaskState
from bot.errors import ModelUnavailable, NotFound, UserFacingError
from bot.model.port import ArchitectureRequest
from bot.services import architectures, planning, service_graph
from bot.services.service_graph import Place
from storage.models import Architecture, Task
from storage.uow import Database
from tests.support.desk import Desk, desk

SYNC, ASYNC = DependencyKind.SYNC, DependencyKind.ASYNC
HERE = Place("T1", "C1", "U2")


def line(source: str, target: str, kind: DependencyKind = SYNC) -> CommunicationPattern:
    return CommunicationPattern(source=source, target=target, kind=kind, what="why")


SHOP = ServiceArchitecture(
    domain="Shop",
    boundaries=tuple(
        ServiceBoundary(name=name, responsibility=f"Does {name}.")
        for name in ("orders", "payments", "stock")
    ),
    communication=(
        line("orders", "payments"),
        line("stock", "orders", ASYNC),
        line("orders", "ghost"),
    ),
    consistency="mixed",
    consistency_reason="Because.",
    deployment="Each by itself.",
)


@pytest.fixture
async def at(database: Database, tmp_path: Path) -> Desk:
    made = desk(database, tmp_path)
    made.model.always(ArchitectureRequest, SHOP)
    return made


async def proposed(at: Desk, **more: Any) -> tuple[Task, Architecture]:
    """Work such a task and return it with what it proposed."""
    task = await at.take_in("a shop", mode="architecture", **more)
    assert await planning.plan_task(at.ctx, task.id) == "end"
    row = await proposal_of(at, task)
    assert row is not None
    return task, row


async def proposal_of(at: Desk, task: Task) -> Architecture | None:
    async with at.ctx.database.read() as uow:
        found = select(Architecture).where(Architecture.task_id == task.id)
        return (await uow.session.scalars(found)).one_or_none()


async def edges(at: Desk, seen_from: str = "C1") -> set[tuple[str, str, str, str]]:
    """Return what the graph holds, with where it comes from."""
    async with at.ctx.database.read() as uow:
        whole = await service_graph.graph(uow, "T1", seen_from=seen_from)
    names = whole.names
    return {(names[r.service_id], names[r.needs_id], r.kind, r.source) for r in whole.dependencies}


async def test_a_task_proposes_once_and_nothing_enters_the_graph(at: Desk) -> None:
    task, row = await proposed(at)
    await planning.plan_task(at.ctx, task.id)
    assert len(at.model.asked(ArchitectureRequest)) == 1
    ended = await at.task(task.id)
    assert (ended.state, ended.title) == (TaskState.DONE, "Services for Shop")
    assert "orders to ghost" in str(row.body["assumptions"])
    assert await edges(at) == set()
    assert at.news.count(BoardMoved) == 1


async def test_a_failed_call_proposes_nothing_and_can_be_tried_again(at: Desk) -> None:
    at.model.enqueue(ArchitectureRequest, ModelUnavailable("away"))
    task = await at.take_in("a shop", mode="architecture")
    with pytest.raises(ModelUnavailable):
        await planning.plan_task(at.ctx, task.id)
    assert await proposal_of(at, task) is None
    assert await planning.plan_task(at.ctx, task.id) == "end"
    assert await proposal_of(at, task) is not None


async def test_accepting_adds_what_is_new_and_keeps_what_is_there(
    at: Desk, database: Database
) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=at.clock.now())
        orders = await service_graph.ensure(at.ctx, uow, HERE, "Orders")
        payments = await service_graph.ensure(at.ctx, uow, HERE, "payments")
        orders.about = "Ours."
        await service_graph.connect(at.ctx, uow, HERE, (orders, payments), ASYNC)
    _, row = await proposed(at)
    asked = [r for r in at.model.history if isinstance(r, ArchitectureRequest)]
    assert [request.known for request in asked] == [("Orders", "payments")]
    for _ in range(2):
        await architectures.accept(at.ctx, row.id, HERE, receipt="click:1")
    with pytest.raises(UserFacingError, match="in the graph already"):
        await architectures.accept(at.ctx, row.id, HERE, receipt="click:2")
    assert await edges(at) == {
        ("Orders", "payments", "async", ""),
        ("stock", "Orders", "async", "T-1"),
    }
    async with database.read() as uow:
        known = await service_graph.known(uow, HERE, "orders")
    assert known.service.about == "Ours."
    (decision,) = known.decisions
    assert (decision.title, decision.state) == ("Services for Shop", DecisionState.ACCEPTED)
    assert decision.decided_by == "U2"


async def test_a_private_channel_s_proposal_stays_there(at: Desk) -> None:
    _, row = await proposed(at, channel_id="G1", is_private=True)
    place = Place("T1", "G1", "U2", is_private=True)
    await architectures.accept(at.ctx, row.id, place, receipt="click:1")
    assert len(await edges(at, seen_from="G1")) == 2
    assert await edges(at) == set()


async def test_other_workspaces_find_no_proposal(at: Desk) -> None:
    _, row = await proposed(at)
    with pytest.raises(NotFound):
        await architectures.find(at.ctx, "T2", row.id)
    with pytest.raises(NotFound):
        await architectures.accept(at.ctx, row.id, Place("T2", "C1", "U2"), receipt="c")
