"""Money limits: per task, per channel and day, per workspace and day; checked before each call."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.usage import MICROS
from bot.errors import BudgetSpent
from bot.settings import BudgetSettings
from storage.models import Task


def day_start(now: datetime) -> datetime:
    """Return when the present budget day began: midnight UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def left(
    task: Task, budget: BudgetSettings, spent: Mapping[str, int]
) -> dict[str, tuple[int, int]]:
    """Return (left, limit) in micro-dollars for `task`, `channel today` and `day`."""
    extra = task.extra_budget_micros
    limits = {
        "task": round(budget.per_task * MICROS) + extra,
        "channel": round(budget.per_channel_day * MICROS) + extra,
        "day": round(budget.per_day * MICROS) + extra,
    }
    return {scope: (limits[scope] - spent[scope], limits[scope]) for scope in limits}


def check(
    task: Task, budget: BudgetSettings, spent: Mapping[str, int], *, needed_micros: int
) -> None:
    """Raise BudgetSpent when any limit leaves less than `needed_micros`.

    `spent` must come from the transaction that stores the reservation, with the workspace locked;
    otherwise two calls could each see the same last dollar. Costless calls always pass.
    """
    if needed_micros <= 0:
        return
    for scope, (remaining, limit) in left(task, budget, spent).items():
        if needed_micros > remaining:
            raise BudgetSpent(
                scope,
                left=max(0, remaining) / MICROS,
                limit=limit / MICROS,
                needed=needed_micros / MICROS,
            )
