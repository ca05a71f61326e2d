"""Shows a task's progress in the terminal, on stderr, a line per fact that is stored."""

from functools import partial, singledispatchmethod

from rich.console import Console
from rich.markup import escape

from bot.domain.events import (
    AssignmentEnded,
    AssignmentStarted,
    TaskAccepted,
    TaskEvent,
    TaskMoved,
    TaskPlanned,
)
from bot.domain.task import AssignmentState, TaskState
from bot.services.task_report import task_report
from storage.uow import UnitOfWork


class TerminalAnnouncer:
    """An Announcer that prints."""

    def __init__(self, console: Console) -> None:
        self._console = console

    async def announce(self, uow: UnitOfWork, event: TaskEvent) -> None:
        """Print what the event shows once it is stored; most are silent here."""
        await self._show(event, uow)

    def _say(self, uow: UnitOfWork, line: str) -> None:
        # A transaction may be undone and made again: nothing is said of the first.
        uow.after_commit(partial(self._console.print, line))

    @singledispatchmethod
    async def _show(self, event: TaskEvent, uow: UnitOfWork) -> None:
        """Other facts show in the result."""

    @_show.register
    async def _(self, event: TaskAccepted, uow: UnitOfWork) -> None:
        task = await uow.tasks.get(event.task_id)
        self._say(uow, f"[dim]{task.public_id} accepted[/dim]")

    @_show.register
    async def _(self, event: TaskPlanned, uow: UnitOfWork) -> None:
        report = await task_report(uow, event.task_id)
        plan = report.plan_row
        if plan is None:
            return
        pattern = f" · {plan.pattern}" if plan.pattern else ""
        who = len({item.specialist for item in report.assignments})
        people = "1 specialist" if who == 1 else f"{who} specialists"
        title = escape(plan.title)
        self._say(uow, f"[bold]{title}[/bold]{pattern} · {report.task.public_id} · {people}")
        for item in report.assignments:
            self._say(uow, f"  ▫ {escape(item.title)} [dim]— {item.specialist}[/dim]")

    @_show.register
    async def _(self, event: AssignmentStarted, uow: UnitOfWork) -> None:
        report = await task_report(uow, event.task_id)
        item = next(item for item in report.assignments if item.key == event.key)
        self._say(uow, f"  [yellow]…[/yellow] {escape(item.title)}")

    @_show.register
    async def _(self, event: AssignmentEnded, uow: UnitOfWork) -> None:
        report = await task_report(uow, event.task_id)
        item = next(item for item in report.assignments if item.key == event.key)
        good = item.state is AssignmentState.DONE
        mark = "[green]✓[/green]" if good else "[red]✗[/red]"
        note = "" if good else f" [red]{escape(item.problem)}[/red]"
        self._say(uow, f"  {mark} {escape(item.title)} [dim]— {item.specialist}[/dim]{note}")

    @_show.register
    async def _(self, event: TaskMoved, uow: UnitOfWork) -> None:
        task = await uow.tasks.get(event.task_id)
        if task.state is TaskState.SYNTHESISING:
            self._say(uow, "  [yellow]…[/yellow] Recommendation")
