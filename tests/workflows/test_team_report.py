"""The daily report over time: once a day, whatever the number of processes and restarts."""

from datetime import timedelta

from sqlalchemy import select

from bot.domain.setting import Scope
from bot.services.workers import Presence
from bot.services.workspace_settings import choose
from scheduler.ticks import Ticks
from storage.models import OutboxRow
from storage.repositories.schedules import ScheduleRepository
from tests.storage.rows import add_task
from tests.support.desk import Desk
from tests.workflows.conftest import running


async def keys(office: Desk) -> list[str]:
    """Return the reports that were queued, by day."""
    async with office.ctx.database.read() as uow:
        query = select(OutboxRow.key).where(OutboxRow.key.startswith("team-report:"))
        return sorted((await uow.session.scalars(query)).all())


async def test_of_two_processes_one_reports_and_a_new_one_not_again(office: Desk) -> None:
    ctx = office.ctx
    async with ctx.database.begin() as uow:
        await add_task(uow)
    await choose(
        ctx,
        {"team_main_orchestrator": "C9REPORT"},
        workspace_id="T1",
        scope=Scope.WORKSPACE,
        scope_id="",
        by="U1",
    )
    async with running(office) as engine:

        def process(number: int) -> Ticks:
            return Ticks(ctx, engine, Presence(f"bot-{number}", office.clock.now()))

        both = [process(0), process(1)]
        office.clock.advance(timedelta(hours=8))  # Monday 17:00
        for ticks in both:
            await ticks.run("catch-up")
        assert await keys(office) == ["team-report:2026-03-02"]
        await process(2).run("catch-up")
        office.clock.advance(timedelta(hours=24))
        for ticks in (*both, process(3)):
            await ticks.run("catch-up")
    assert await keys(office) == ["team-report:2026-03-02", "team-report:2026-03-03"]
    async with ctx.database.read() as uow:
        runs = await ScheduleRepository(uow.session).of("team-report")
    assert [(run.slot.hour, run.state) for run in runs] == [(16, "done")] * 2
    assert {"hand-offs", "team-report"} <= both[0].names
