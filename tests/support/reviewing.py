"""Architecture reviews for tests: registers with something in them, a starter that only notes."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.clock import ManualClock
from bot.domain.performance_target import read_measured, read_target
from bot.domain.service import DependencyKind
from bot.domain.technology import read_move
from bot.model.offline import OfflineModel
from bot.services import (
    architecture_reviews,
    debts,
    performance_targets,
    service_graph,
    technologies,
    wishes,
)
from bot.services.context import Context, Models
from bot.services.debts import Owed
from bot.services.service_graph import Place
from bot.services.slack_news import SlackNews
from storage.models import (
    ArchitectureReview,
    OutboxRow,
    Task,
)
from storage.uow import Database
from tests.support.desk import MORNING, desk, wish
from tests.support.small_team import small_team

HERE = Place("T1", "C1", "U1")
HOUR = timedelta(hours=1)


class Started:
    """A starter that keeps what it was told to start."""

    def __init__(self) -> None:
        self.tasks: list[str] = []

    async def start_task(self, task_id: str, workflow_id: str) -> None:
        """Keep it."""
        self.tasks.append(task_id)

    async def start_revision(self, decision_id: str, revision: int) -> None:
        """Refuse."""
        raise AssertionError(decision_id)


def offline_context(database: Database, home: Path, clock: ManualClock) -> Context:
    """Return a context whose posts are rows and whose model is the offline one."""
    news = SlackNews()
    made = desk(database, home, clock=clock).ctx
    offline = OfflineModel(small_team(), clock=clock)
    models = Models(offline, default="offline", claude=None)
    made = replace(made, models=models, announcer=news)
    news.attach(made)
    return made


async def fill(ctx: Context) -> None:
    """Put something into every register that a review speaks of."""
    await debts.add(ctx, HERE, Owed("Orders has no retries", "orders"), receipt="d1")
    async with ctx.database.begin() as uow:
        orders = await service_graph.ensure(ctx, uow, HERE, "orders")
        payments = await service_graph.ensure(ctx, uow, HERE, "payments")
        await service_graph.own(ctx, uow, orders, HERE, "U7")
        await service_graph.connect(ctx, uow, HERE, (orders, payments), DependencyKind.DATA)
    move = read_move("Kafka to assess because orders need events")
    await technologies.move_once(ctx, HERE, move, receipt="m1")
    wanted = read_target("orders p95 <= 200 ms", today=MORNING.date())
    await performance_targets.set_once(ctx, HERE, wanted, receipt="t1")
    await performance_targets.measure(ctx, HERE, read_measured("orders p95 240 ms"), receipt="t2")
    for number in (1, 2):
        await wishes.take_in(ctx, wish(f"change orders {number}", ts=f"170000000{number}.0001"))


async def begun(ctx: Context, starter: Started) -> tuple[ArchitectureReview, Task]:
    await architecture_reviews.begin_now(ctx, starter, HERE, receipt="command:1")
    return await newest(ctx)


async def newest(ctx: Context, channel: str = "C1") -> tuple[ArchitectureReview, Task]:
    async with ctx.database.read() as uow:
        (row,) = await uow.architecture_reviews.of_channel("T1", channel, limit=1)
        task = await uow.tasks.of_thread(row.thread_id)
    assert task is not None
    return row, task


async def posts(ctx: Context) -> dict[str, Any]:
    """Return the reviews' queued messages by what stands behind the review's id."""
    async with ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(OutboxRow))).all()
    return {row.key.partition(":")[2][33:]: row for row in rows if row.key.startswith("review:")}


async def task_of(ctx: Context, task: Task) -> Task:
    async with ctx.database.read() as uow:
        return await uow.tasks.get(task.id)
