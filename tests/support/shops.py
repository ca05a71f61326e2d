"""A repository that specialists may change, and a desk that works on it in real sandboxes."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.tool_call import ToolWish
from bot.model.port import ToolWorkRequest
from bot.services import repositories, tool_call_answers, working
from bot.services.repositories import NewRepository
from bot.services.tool_call_answers import Answer
from bot.services.tool_calls import YesNeeded
from bot.settings import SandboxSettings
from bot.tools.sandbox import Sandbox
from bot.workflows import errors
from storage.models import OutboxRow, ToolCall, Worktree
from tests.support.desk import Desk, desk
from tests.support.sandboxes import a_repository, sandbox_or_skip
from tests.support.tool_servers import KeptTools, at_work, wish, wishes, with_tools


@dataclass(frozen=True)
class Shop:
    """A desk whose specialists may change one repository."""

    at: Desk
    sandbox: Sandbox
    repository: Path

    def asks(self, tool: str, number: int = 1, **arguments: Any) -> ToolWish:
        """Return a wish for one call of the sandbox."""
        return wish(tool, server="sandbox", number=number, **arguments)

    @property
    def told(self) -> list[tuple[str, bool]]:
        """What the last request was told of its last turn's calls."""
        request = self.at.model.asked(ToolWorkRequest)[-1]
        assert isinstance(request, ToolWorkRequest)
        return [(r.text, r.failed) for r in request.exchanges[-1].results]

    @property
    def offered(self) -> set[str]:
        """The tools of the last request."""
        request = self.at.model.asked(ToolWorkRequest)[-1]
        assert isinstance(request, ToolWorkRequest)
        return {tool.name.removeprefix("sandbox__") for tool in request.tools}

    async def rows(self) -> list[Worktree]:
        """All worktrees."""
        async with self.at.ctx.database.read() as uow:
            task = await uow.tasks.by_number("T1", 1, seen_from="C1")
            found = [await uow.worktrees.of_round(task.id, n) for n in range(1, task.round + 1)]
        return [row for each in found for row in each]

    async def posts(self) -> list[OutboxRow]:
        """What waits to be sent of patches and branches, oldest first."""
        async with self.at.ctx.database.read() as uow:
            rows = (await uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
        return [row for row in rows if row.key.partition(":")[0] in ("patch", "branch")]

    async def ask(self, *turns: Any) -> tuple[str, ToolCall]:
        """Let a task come to the question whether code may be changed, and pause."""
        asked = wishes(self.asks("open", repository="shop", purpose="mend the answer"))
        task_id = await at_work(self.at, asked, *turns)
        return task_id, await self.pause(task_id)

    async def pause(self, task_id: str) -> ToolCall:
        """Work until a person is asked."""
        with pytest.raises(YesNeeded) as needed:
            await working.work_assignment(self.at.ctx, task_id, "a1")
        task = await self.at.task(task_id)
        await errors.settle(self.at.ctx, task_id, needed.value, run=task.workflow_id)
        async with self.at.ctx.database.read() as uow:
            return (await uow.tool_calls.of_task(task_id, limit=1))[0]

    async def allow(self, row: ToolCall, *, allow: bool = True) -> None:
        """Say yes or no."""
        given = Answer("T1", row.task_id, row.id, allow=allow, by="U2", receipt=f"click:{row.id}")
        await tool_call_answers.answer(self.at.ctx, given)

    async def work(self, *turns: Any) -> str:
        """Ask, be allowed, and do these turns; returns the task's id."""
        task_id, row = await self.ask(*turns)
        await self.allow(row)
        assert await working.work_assignment(self.at.ctx, task_id, "a1") == "done"
        return task_id


def office_of(office: Desk, sandbox: Sandbox, **settings: Any) -> Desk:
    """Return a desk that uses the sandbox; `settings` replace its settings."""
    chosen = SandboxSettings(enabled=True, **settings)
    home = office.ctx.settings.app.home
    own = desk(office.ctx.database, home, model=office.model, sandbox=chosen)
    at = with_tools(own, KeptTools(), "sandbox")
    return Desk(replace(at.ctx, sandbox=sandbox), at.model, at.news)


@asynccontextmanager
async def a_shop(office: Desk, tmp_path: Path) -> AsyncIterator[Shop]:
    """Give the desk with a repository; its worktrees are gone afterwards."""
    repository = a_repository(tmp_path / "shop", app_py="answer = 41\n")
    sandbox = Sandbox(SandboxSettings(seconds=20), tmp_path)
    await sandbox_or_skip(sandbox)
    at = office_of(office, sandbox)
    await repositories.add(at.ctx, NewRepository("T1", "shop", str(repository)))
    await repositories.allow(at.ctx, "T1", "shop", change=True)
    yield Shop(at, sandbox, repository)
    shutil.rmtree(sandbox.folder, ignore_errors=True)


def the_edit(shop: Shop) -> Any:
    """Return a turn that changes one file and makes another."""
    return wishes(
        shop.asks("edit_file", 1, path="app.py", old="41", new="42"),
        shop.asks("run", 2, command=["sh", "-c", "cat app.py; echo more > notes.txt"]),
    )
