"""`/lead tasks`, `task`, `stop` and `retry`."""

from bot.domain.task import ENDED
from bot.errors import UserFacingError
from bot.services import decision_views, task_views, tasks
from bot.services.task_report import last_report
from bot.slack.cards import task_details, task_list, text_post
from bot.slack.post import Post
from handlers.commands.table import Call, number
from handlers.task_words import went_on
from storage.models import Task

SHOWN = 15


async def list_tasks(call: Call) -> Post:
    """Show this channel's newest tasks, open ones first.

    Raises UserFacingError for words behind it, which would seem to have been followed.
    """
    if call.words:
        raise UserFacingError(
            "I list all tasks of this channel, open ones first.",
            hint="`/lead tasks` does; `/lead task T-12` shows one.",
        )
    async with call.desk.ctx.database.read() as uow:
        found = await uow.tasks.newest(call.workspace_id, limit=SHOWN, channel_id=call.channel_id)
    ordered = sorted(found, key=lambda task: task.state in ENDED)
    return task_list([task_views.task_row(task) for task in ordered])


async def show_task(call: Call) -> Post:
    """Show one task: its plan, who ran, what it cost, what could not be delivered."""
    task = await _find(call, "task")
    async with call.desk.ctx.database.read() as uow:
        report = await last_report(uow, task.id)
        undelivered = [row.problem for row in await uow.outbox.dead_of_task(task.id)]
    ctx = call.desk.ctx
    return task_details(
        task_views.task_card_view(ctx, report),
        decisions=[decision_views.decision_row(row) for row in report.decisions],
        undelivered=undelivered,
    )


async def stop_task(call: Call) -> Post:
    """Stop one task."""
    task = await _find(call, "stop")
    stopped = await tasks.stop(call.desk.ctx, task.id, by=call.user_id, receipt=call.receipt)
    return text_post(f"{stopped.public_id} is stopped. `/lead retry {stopped.public_id}` goes on.")


async def retry_task(call: Call) -> Post:
    """Take up a paused, failed or stopped task."""
    task = await _find(call, "retry")
    resumed = await tasks.resume(call.desk.ctx, task.id, by=call.user_id, receipt=call.receipt)
    await call.desk.start(resumed)
    return text_post(f"{resumed.public_id} {went_on(resumed)}.")


async def _find(call: Call, noun: str) -> Task:
    """Return the named task; one of a private channel is found only there."""
    wanted = number(call.words, "T", noun=noun)
    async with call.desk.ctx.database.read() as uow:
        return await uow.tasks.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
