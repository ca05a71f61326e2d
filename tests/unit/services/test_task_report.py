"""A whole task in one value: what ran, what it used, what still waits."""

from datetime import timedelta

from bot.domain.output import Synthesis
from bot.domain.task import TaskState
from bot.model.port import PlanRequest
from bot.services import answering, planning, task_views, tasks, working
from bot.services.synthesis import synthesise
from bot.services.task_report import TaskReport, last_report, task_report
from bot.slack.cards import task_details
from bot.slack.views import TaskCard
from tests.storage.rows import add_call, add_plan
from tests.support.desk import Desk, plan
from tests.unit.slack.validator import words


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


async def test_thanks_do_not_hide_the_work_from_who_looks_it_up(office: Desk) -> None:
    """The newest plan is shown, as of its round, with no time of the round that had none."""
    task = await office.take_in()
    await planning.plan_task(office.ctx, task.id)
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id)
        await tasks.finish(office.ctx, uow, row)
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id)
        row.round, row.state, row.started_at, row.ended_at = 2, TaskState.ACCEPTED, None, None
    async with office.ctx.database.read() as uow:
        assert (await last_report(uow, task.id)).assignments == ()
    await answering.thank(office.ctx, task.id, round_number=2)
    assert (await _report(office, task.id)).assignments == ()
    async with office.ctx.database.read() as uow:
        report = await last_report(uow, task.id)
    card = task_views.task_card_view(office.ctx, report)
    assert [line.title for line in card.lines] == [f"Title of a{n}" for n in (1, 2, 3, 4)]
    assert (card.round, card.usage.wall_seconds) == (1, None)


async def test_who_looks_a_task_up_sees_the_rounds_before(office: Desk) -> None:
    """A line for each specialist of them; the card in the thread has its own round only."""
    task = await office.take_in()
    await planning.plan_task(office.ctx, task.id)
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id)
        await tasks.finish(office.ctx, uow, row)
        row.round, row.state = 2, TaskState.WORKING
        await add_plan(uow, row, "rust-backend-expert")
    async with office.ctx.database.read() as uow:
        looked_up = await last_report(uow, task.id)
    shown = words(task_details(card_of(office, looked_up), decisions=[], undelivered=[]).blocks)
    assert "▫️ rust-backend-expert — rust-backend-expert" in shown
    assert "*Round 1* ⏹️ Title of a1 — database-architect ⏹️ Title of a2 —" in shown
    assert card_of(office, await _report(office, task.id)).earlier == ()


def card_of(office: Desk, report: TaskReport) -> TaskCard:
    return task_views.task_card_view(office.ctx, report)
