"""Says once for each budget and period that most of it is gone, where budgets speak anyway."""

from collections.abc import Mapping

from bot.domain.cost import nearing
from bot.domain.events import BudgetNearing
from bot.domain.lanes import POST
from bot.domain.usage import MICROS
from bot.services.context import Context
from bot.settings import BudgetSettings
from bot.slack.cards import text_post
from bot.slack.cards.cost import warning_text
from storage.models import Task
from storage.uow import UnitOfWork


async def warn(
    ctx: Context, uow: UnitOfWork, task: Task, *, budget: BudgetSettings, spent: Mapping[str, int]
) -> None:
    """Announce what is nearly used up, in the transaction that reserves money.

    `spent` is what was spent or reserved before this call, by `task`, `channel` and `day`.
    """
    limits = {
        "task": round(budget.per_task * MICROS) + task.extra_budget_micros,
        "channel": round(budget.per_channel_day * MICROS),
        "day": round(budget.per_day * MICROS),
    }
    for scope, limit in limits.items():
        if nearing(spent[scope], limit, budget.warn_percent):
            await ctx.announcer.announce(
                uow,
                BudgetNearing(
                    task.id,
                    scope=scope,
                    spent_micros=spent[scope],
                    limit_micros=limit,
                ),
            )


async def tell(ctx: Context, uow: UnitOfWork, event: BudgetNearing, task: Task) -> None:
    """Queue the sentence in the task's thread; a second one for the same budget and day is none.

    More money for a task is a new limit, so it may be said again.
    """
    now = ctx.clock.now()
    period = {
        "task": task.id,
        "channel": f"{task.channel_id}:{now.date()}",
        "day": f"{now.date()}",
    }[event.scope]
    text = warning_text(
        event.scope,
        spent_micros=event.spent_micros,
        limit_micros=event.limit_micros,
        apart=await uow.channels.is_shared(task.workspace_id, task.channel_id),
    )
    await uow.outbox.add(
        workspace_id=task.workspace_id,
        channel_id=task.channel_id,
        task_id=task.id,
        key=f"budget:{event.scope}:{period}:{event.limit_micros}",
        method=POST,
        payload=text_post(text).payload(),
        now=now,
    )
