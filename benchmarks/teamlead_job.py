"""Teamlead as a contestant: its own pipeline, engine and database, without Slack.

The wish is taken in as `teamlead ask` does it; the Claude model talks to the local server. Nobody
is told of progress: there is no Slack here, and a peer tells nobody either.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks import contest

SAID = contest.given()
_BEGAN = time.perf_counter()

from bot.cli import logs  # noqa: E402  # after the clock was started: imports are measured
from bot.cli.process import loop, memory  # noqa: E402

memory.load_in_peace()  # as `teamlead run` begins
memory.share_heap()

from pydantic import SecretStr  # noqa: E402
from sqlalchemy import event  # noqa: E402
from sqlalchemy.engine import Engine as SqlEngine  # noqa: E402

from bot import settings as settings_module  # noqa: E402
from bot.bootstrap import build  # noqa: E402
from bot.domain.events import TaskEvent  # noqa: E402
from bot.domain.task import TaskState  # noqa: E402
from bot.model.claude import transport  # noqa: E402, F401  # loads the SDK, as the first call would
from bot.services import tasks, wishes  # noqa: E402
from bot.services.context import Context  # noqa: E402
from bot.settings import (  # noqa: E402
    AppSettings,
    BudgetSettings,
    ClaudeSettings,
    DatabaseSettings,
    ModelSettings,
    Settings,
    WorkerSettings,
)
from bot.workflows.engine import Engine  # noqa: E402
from storage.uow import UnitOfWork  # noqa: E402

IMPORT_S = time.perf_counter() - _BEGAN
MUCH = 1_000_000.0
"""US dollars: no budget is to stop the benchmark."""


class Quiet:
    """An Announcer for nobody."""

    async def announce(self, uow: UnitOfWork, event: TaskEvent) -> None:
        """Tell nobody."""


def settings() -> Settings:
    """Return the defaults, but for limits that would hold fifty jobs back and the address."""
    return settings_module.load(
        app=AppSettings(home=SAID.home, log_level="warning"),
        claude=ClaudeSettings(api_key=SecretStr("a key"), base_url=SAID.url),
        database=DatabaseSettings(url=SecretStr("")),
        model=ModelSettings(provider="claude", concurrency=1_000),
        budget=BudgetSettings(
            per_task=MUCH, per_channel_day=MUCH, per_day=MUCH, approve_above=MUCH
        ),
        worker=WorkerSettings(tasks=SAID.jobs, all_tasks=SAID.jobs),
    )


async def run_job(ctx: Context, engine: Engine, text: str) -> None:
    """Take a wish in, run its task, and check that it is done with every call made once."""
    ts = f"{time.time():.6f}"
    wish = wishes.Wish(
        workspace_id="local",
        channel_id="terminal",
        user_id=tasks.TERMINAL_USER,
        text=text,
        ts=ts,
        root_ts=f"{ts}-{text}",
        key=f"bench:{text}",
        surface="terminal",
        mode="team",
    )
    task = await wishes.take_in(ctx, wish)
    if task is None:
        raise RuntimeError(f"taken in before: {text}")
    await engine.run_task(task.id, task.workflow_id)
    async with ctx.database.read() as uow:
        done = await uow.tasks.get(task.id)
    if done.state is not TaskState.DONE:
        raise RuntimeError(f"the task is {done.state}: {done.state_reason}")


@contextmanager
def count_sql() -> Iterator[Counter[str]]:
    """Count statements and commits, the engine's own included: a busy machine changes every time
    that is measured, but not these. Savepoints are left out: they go to the driver at once.
    """
    counted: Counter[str] = Counter()

    def note(name: str) -> Callable[..., None]:
        def listener(*_: object) -> None:
            counted[name] += 1

        return listener

    noting = {"before_cursor_execute": note("statements"), "commit": note("commits")}
    for name, listener in noting.items():
        event.listen(SqlEngine, name, listener)
    try:
        yield counted
    finally:
        for name, listener in noting.items():
            event.remove(SqlEngine, name, listener)


async def main() -> None:
    """Start the product's pieces once, then measure."""
    chosen = settings()
    logs.set_up(chosen.app, least="warning")
    runtime = await build(chosen, Quiet())
    engine = Engine(runtime.context, kind="bench", only=True)
    await engine.launch()
    memory.settle()
    try:
        await contest.measure(
            SAID,
            lambda text: run_job(runtime.context, engine, text),
            import_s=IMPORT_S,
            counting=count_sql,
        )
    finally:
        await engine.close()
        await runtime.close()


if __name__ == "__main__":
    loop.run(main(), kind=settings().app.event_loop)
