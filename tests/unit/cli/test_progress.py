"""What a task's progress looks like in the terminal: what is stored, said once."""

from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console

from bot.cli.progress import TerminalAnnouncer
from bot.domain.usage import MICROS, Usage
from bot.services import planning, wishes
from bot.services.graph import Graph
from bot.settings import BudgetSettings
from storage.uow import Database
from tests.support.desk import desk, scripted, wish


async def test_a_plan_is_shown_once_though_what_follows_it_is_too_dear(
    database: Database, tmp_path: Path
) -> None:
    """Its end is then stored without a beginning, in a transaction of its own."""
    dear = scripted(usage=Usage(tokens_in=1, tokens_out=1, cost_micros=MICROS))
    limits = BudgetSettings(per_task=1.5, per_channel_day=9, per_day=9, approve_above=100)
    shown = StringIO()
    news = TerminalAnnouncer(Console(file=shown, width=120))
    ctx = replace(desk(database, tmp_path, model=dear, budget=limits).ctx, announcer=news)
    task = await wishes.take_in(ctx, wish())
    assert task is not None
    await planning.plan_task(ctx, task.id, run=task.workflow_id, relay=Graph(ctx))
    lines = [line.split("·")[0].strip() for line in shown.getvalue().splitlines()]
    assert lines[:3] == ["T-1 accepted", "Invoices", "▫ Title of a1 — database-architect"]
    assert len(lines) == 6
