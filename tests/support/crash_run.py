"""Works one task in a process of its own that kills itself at a chosen moment.

Run as `python -m tests.support.crash_run URL HOME MOMENT [many]`, where MOMENT is `call:STEP` (the
model was asked, no answer came) or `news:EVENT` (the answer is in the ledger, nothing else is);
`many` makes it one of several processes.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.clock import SystemClock
from bot.domain.events import TaskEvent
from bot.model.port import PlanRequest, Reply, Request, SynthesisRequest, WorkRequest
from bot.workflows.engine import Engine
from storage.engine import database_url, open_engine
from storage.uow import Database, UnitOfWork
from tests.support.desk import COST, Desk, KeptNews, desk, scripted
from tests.support.scripted import ScriptedModel

R = TypeVar("R", bound=BaseModel)
TASK_FILE = "task.txt"
_CALLS_FILE = "calls.txt"


class CountedModel(ScriptedModel):
    """A scripted model that writes each call down in a file, and may die of one."""

    def __init__(self, home: Path, *, dies_of: str = "") -> None:
        super().__init__(usage=COST)
        self._file = home / _CALLS_FILE
        self._dies_of = dies_of
        self._defaults = dict(scripted()._defaults)
        self.loops: set[asyncio.AbstractEventLoop] = set()

    async def call(self, request: Request[R]) -> Reply[R]:
        """Note the call, then answer or die."""
        self.loops.add(asyncio.get_running_loop())
        step = step_of(request)
        with self._file.open("a") as file:
            file.write(f"{step}\n")
        if step == self._dies_of:
            die()
        return await super().call(request)


class DeadlyNews(KeptNews):
    """News that kill the process when a certain thing is told, before its transaction ends."""

    def __init__(self, dies_of: str) -> None:
        super().__init__()
        self._dies_of = dies_of

    async def announce(self, uow: UnitOfWork, event: TaskEvent) -> None:
        """Keep it, or die."""
        await super().announce(uow, event)
        key = getattr(event, "key", "")
        if f"{type(event).__name__}:{key}".rstrip(":") == self._dies_of:
            die()


def step_of(request: Request[Any]) -> str:
    """Return a short name of what is asked."""
    if isinstance(request, WorkRequest):
        return request.assignment.id
    names = {PlanRequest: "plan", SynthesisRequest: "synthesis"}
    return names.get(type(request), type(request).__name__)


def calls(home: Path) -> list[str]:
    """Return the steps that the model was asked for, by whichever process."""
    file = home / _CALLS_FILE
    return file.read_text().split() if file.exists() else []


def die() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def open_desk(url: str, home: Path, *, call: str = "", news: str = "") -> Desk:
    """Return a desk on the database at `url` whose calls are counted in `home`."""
    database = Database(open_engine(database_url(url)))
    model = CountedModel(home, dies_of=call)
    return desk(database, home, model=model, clock=SystemClock(), news=DeadlyNews(news))


async def main(url: str, home: Path, moment: str, *, only: bool) -> None:
    """Take one wish in and work it until the chosen moment."""
    kind, _, what = moment.partition(":")
    office = open_desk(url, home, **{kind: what})
    engine = Engine(office.ctx, kind="bot", only=only)
    await engine.launch()  # first: a stored task may be begun by any other living process
    task = await office.take_in()
    (home / TASK_FILE).write_text(task.id)
    await engine.run_task(task.id, task.workflow_id)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], only="many" not in sys.argv))
