"""`teamlead ask`: the same pipeline as in Slack, for one wish, in the terminal."""

import sys
import uuid
from dataclasses import dataclass
from typing import Literal

from rich.console import Console

from bot import settings as settings_module
from bot.bootstrap import Runtime, build
from bot.cli import ask_json, ask_text, logs
from bot.cli.process import memory
from bot.cli.progress import TerminalAnnouncer
from bot.cli.signals import INTERRUPTED, Interrupted, interruptible
from bot.domain.task import TaskState
from bot.domain.wish import check_text
from bot.errors import UserFacingError
from bot.services import tasks, wishes
from bot.services.context import Context
from bot.services.task_report import task_report
from bot.services.tasks import TERMINAL_USER
from bot.services.wishes import Wish
from bot.workflows.engine import AlreadyRunning, Engine
from storage.models import Task

WORKSPACE = "local"
CHANNEL = "terminal"

EXIT_CODES = {TaskState.DONE: 0, TaskState.FAILED: 1, TaskState.STOPPED: 4}
WAITS = 3


@dataclass(frozen=True)
class Asked:
    """What the command line said."""

    text: str
    model: Literal["", "claude", "offline"]
    yes: bool


async def run(
    text: str, *, as_json: bool, model: Literal["auto", "claude", "offline"], yes: bool
) -> int:
    """Work one wish and print the result; returns the exit code. Raises UserFacingError."""
    memory.share_heap()
    settings = settings_module.load()
    logs.set_up(settings.app, least="warning" if settings.app.log_level == "info" else None)
    if model == "claude":
        settings_module.require_claude(settings)
    text = sys.stdin.read() if text == "-" else text
    asked = Asked(
        text=check_text(text, longest=settings.limit.message_chars),
        model="" if model == "auto" else model,
        yes=yes,
    )
    console = Console(stderr=True, highlight=False)
    runtime = await build(settings, TerminalAnnouncer(console))
    try:
        task = await interruptible(_work(runtime, asked, console))
        async with runtime.context.database.read() as uow:
            report = await task_report(uow, task.id)
    except Interrupted:
        console.print("Interrupted. Nothing is lost: the same command goes on from here.")
        return INTERRUPTED
    finally:
        await runtime.close()
    if as_json:
        sys.stdout.write(ask_json.render(report) + "\n")
    else:
        ask_text.show(report, runtime.context.team, Console(highlight=False))
    return EXIT_CODES.get(report.task.state, WAITS)


async def _work(runtime: Runtime, asked: Asked, console: Console) -> Task:
    ctx = runtime.context
    task = await _find_unfinished(ctx, asked)
    if task is None:
        task = await _take_in(ctx, asked)
    else:
        console.print(f"[dim]Going on with {task.public_id}.[/dim]")
        if asked.model and asked.model != task.model:
            task = await tasks.choose_model(ctx, task.id, asked.model)
    engine = Engine(ctx, kind=f"ask-{task.id}", only=True)
    try:
        await engine.launch()
    except AlreadyRunning:
        raise UserFacingError(
            f"{task.public_id} with the same text is being worked in another terminal.",
            hint="Wait for it, or change the text.",
        ) from None
    try:
        while task.state not in EXIT_CODES:
            if not await _unblock(ctx, task, asked):
                break
            task = await _fresh(ctx, task)
            await engine.start_again(task)
            task = await _fresh(ctx, task)
            await engine.run_task(task.id, task.workflow_id)
            task = await _fresh(ctx, task)
            if task.state is not TaskState.AWAITING_APPROVAL or not asked.yes:
                break
    finally:
        await engine.close()
    return task


async def _fresh(ctx: Context, task: Task) -> Task:
    async with ctx.database.read() as uow:
        return await uow.tasks.get(task.id)


async def _unblock(ctx: Context, task: Task, asked: Asked) -> bool:
    """Let a task that waits go on, if this call may; False when it still waits for a yes."""
    if task.state is TaskState.PAUSED:
        await tasks.resume(ctx, task.id, by=TERMINAL_USER, offline=asked.model == "offline")
    if task.state is TaskState.AWAITING_APPROVAL:
        if not asked.yes:
            return False
        await tasks.approve_plan(ctx, task.id, by=TERMINAL_USER)
    return True


async def _find_unfinished(ctx: Context, asked: Asked) -> Task | None:
    async with ctx.database.read() as uow:
        waiting = await uow.tasks.open_in(WORKSPACE, channel_id=CHANNEL)
    same = [task for task in waiting if task.text == asked.text]
    return same[-1] if same else None


async def _take_in(ctx: Context, asked: Asked) -> Task:
    ts = f"{ctx.clock.now().timestamp():.6f}"
    wish = Wish(
        workspace_id=WORKSPACE,
        channel_id=CHANNEL,
        user_id=TERMINAL_USER,
        text=asked.text,
        ts=ts,
        root_ts=ts,
        key=f"ask:{uuid.uuid4().hex}",
        surface="terminal",
        model=asked.model,
    )
    task = await wishes.take_in(ctx, wish)
    if task is None:
        raise UserFacingError("The same wish was taken in this very moment.", hint="Try again.")
    return task
