"""A whole task in one value: what ran, what it used, what still waits."""

from datetime import timedelta

from bot.domain.output import Synthesis
from bot.model.port import PlanRequest
from bot.services import planning, working
from bot.services.synthesis import synthesise
from bot.services.task_report import TaskReport, task_report
from tests.storage.rows import add_call
from tests.support.desk import Desk, plan


async def _report(office: Desk, task_id: str) -> TaskReport:
    async with office.ctx.database.read() as uow:
        return await task_report(uow, task_id)


async def test_before_the_plan_there_is_little_to_say(office: Desk) -> None:
    report = await _report(office, (await office.take_in()).id)
    assert (report.plan, report.synthesis, report.wall_seconds) == (None, None, None)
    assert (report.ran, report.calls, report.output("a1")) == ((), (), None)


async def test_half_way_it_says_what_waits_for_what(office: Desk) -> None:
    task = await office.take_in()
    await planning.plan_task(office.ctx, task.id)
    await working.work_assignment(office.ctx, task.id, "a1")
    report = await _report(office, task.id)
    assert report.plan == plan()
    assert report.ran == ("database-architect",)
    waits = {item.key: report.waits_for(item) for item in report.assignments}
    assert waits == {"a1": (), "a2": (), "a3": (), "a4": ("Title of a2", "Title of a3")}
    output = report.output("a1")
    assert output is not None
    assert output.headline == "a1()"
    assert report.output("a2") is None
    (call,) = report.calls_of("a1")
    assert call.step == "r1:work:a1"
    assert report.calls_of("a2") == ()


async def test_at_the_end_it_adds_up(office: Desk) -> None:
    task = await office.take_in()
    await planning.plan_task(office.ctx, task.id)
    for key in ("a1", "a2", "a3", "a4"):
        await working.work_assignment(office.ctx, task.id, key)
    office.clock.advance(timedelta(seconds=161))
    await synthesise(office.ctx, task.id)
    async with office.ctx.database.begin() as uow:
        await add_call(uow, await uow.tasks.get(task.id), "r1:x", "lost", reserved_micros=9)
        await add_call(uow, await uow.tasks.get(task.id), "r1:y", "failed", cost_micros=500)
    report = await _report(office, task.id)
    assert report.wall_seconds == 161
    assert report.ran == ("database-architect", "api-architect")
    assert (len(report.done_calls), report.lost_calls) == (6, 1)
    assert (report.usage.tokens_in, report.usage.cost_micros) == (600, 6_500)
    assert isinstance(report.synthesis, Synthesis)
    assert [decision.title for decision in report.decisions] == ["PostgreSQL"]
    assert len(office.model.asked(PlanRequest)) == 1
