"""A service's code is measured before it is assessed: shown, remembered, data for specialists."""

import importlib.util
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.memory import Query
from bot.errors import NotFound, UserFacingError
from bot.model.port import PlanRequest
from bot.services import attachments, planning, repositories, service_graph
from bot.services.repositories import NewRepository
from bot.services.service_graph import Place
from bot.settings import SandboxSettings
from bot.tools.sandbox import Sandbox
from handlers.commands.service import run_service
from handlers.commands.table import Call
from handlers.desk import Desk as Hands
from storage.models import OutboxRow, Task
from tests.support.desk import Desk
from tests.support.hands import StartsNothing
from tests.support.sandboxes import a_repository, sandbox_or_skip
from tests.support.slack_client import client
from tests.unit.services.test_attachments import Shelf

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CODE = """import subprocess


def run(words, loud):
    if loud:
        return subprocess.call(words, shell=True)
    for word in words:
        if word:
            return word
    return None


def half(n):
    return n / 2
"""


class Slack:
    """Says of every channel that it is there; C9 is private."""

    async def conversations_info(self, *, channel: str, **_: Any) -> dict[str, Any]:
        return {"channel": {"is_member": True, "is_private": channel == "C9"}}

    async def users_info(self, *, user: str, **_: Any) -> dict[str, Any]:
        return {"user": {"id": user}}


class Started(Hands):
    """Starts nothing."""

    async def start(self, task: Task) -> None:
        return


@pytest.fixture
async def at(office: Desk, tmp_path: Path) -> AsyncIterator[Desk]:
    a_repository(tmp_path / "orders", app_py=CODE)
    sandbox = Sandbox(SandboxSettings(seconds=60), tmp_path)
    await sandbox_or_skip(sandbox)
    found = replace(office, ctx=replace(office.ctx, sandbox=sandbox, sources=Shelf()))
    for name, channel in (("orders", ""), ("hidden", "C9")):
        source = str(tmp_path / "orders")
        await repositories.add(found.ctx, NewRepository("T1", name, source, channel))
        place = Place("T1", channel or "C1", "U1", is_private=bool(channel))
        async with found.ctx.database.begin() as uow:
            await uow.channels.ensure(
                "T1", place.channel_id, now=found.clock.now(), is_private=bool(channel)
            )
            await service_graph.ensure(found.ctx, uow, place, name, surely=True)
    yield found
    shutil.rmtree(sandbox.folder, ignore_errors=True)


async def command(at: Desk, typed: str, *, channel: str = "C1") -> str:
    call = Call(
        desk=Started(at.ctx, StartsNothing()),
        workspace_id="T1",
        channel_id=channel,
        user_id="U1",
        words=typed,
        client=client(Slack()),
        receipt=f"command:{typed}",
    )
    return (await run_service(call)).text


async def posts(at: Desk) -> list[str]:
    async with at.ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(OutboxRow))).all()
    return [str(row.payload["blocks"]) for row in rows if row.key.startswith("quality:")]


async def remembered(at: Desk, seen_from: str = "C1") -> list[str]:
    query = Query("T1", "", seen_from, kinds=("assessment",))
    async with at.ctx.database.read() as uow:
        found = await uow.memory_search.newest(query)
        ids = [one.entity.id for one in found]
        rows = await uow.memory.observations("T1", ids, seen_from=seen_from, each=20)
    return [row.text for each in rows.values() for row in each]


async def the_task(at: Desk) -> Task:
    async with at.ctx.database.read() as uow:
        return await uow.tasks.by_number("T1", 1, seen_from="C1")


async def test_a_service_is_measured_shown_remembered_and_assessed(at: Desk) -> None:
    assert "T-1 measures the code of" in await command(at, "orders quality")
    assert "A task measures" in await command(at, "orders quality")  # Slack tells it again
    task = await the_task(at)
    assert await planning.plan_task(at.ctx, task.id) == "work"
    await attachments.read_waiting(at.ctx, task.id)  # a run that begins again
    (shown,) = await posts(at)
    figures = (
        "Functions: 2 (lizard)",
        "Mean complexity: 2.5 (lizard, n = 2 functions)",
        "Highest complexity: 4 (lizard, n = 2 functions)",
        "Security findings, high: 1 (bandit, n = 10 lines)",
    )
    for figure in figures:
        assert figure in shown
    assert set(figures) < set(await remembered(at))
    (asked,) = at.model.asked(PlanRequest)
    assert isinstance(asked, PlanRequest)
    assert figures[1] in str(asked.said)
    sandbox = at.ctx.sandbox
    assert sandbox is not None
    assert list((sandbox.folder / "T1").iterdir()) == []


async def test_what_is_missing_is_not_measured_and_never_nought(
    at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "bandit" else real(name)
    )
    await command(at, "orders quality")
    await attachments.read_waiting(at.ctx, (await the_task(at)).id)
    (shown,) = await posts(at)
    assert "Security findings, high: not measured (bandit is not installed;" in shown
    assert "Functions: 2 (lizard)" in shown


async def test_a_channels_own_repository_is_its_own(at: Desk) -> None:
    with pytest.raises(NotFound):
        await command(at, "hidden quality")
    assert "measures" in await command(at, "hidden quality", channel="C9")
    async with at.ctx.database.read() as uow:
        task = await uow.tasks.by_number("T1", 1, seen_from="C9")
    await attachments.read_waiting(at.ctx, task.id)
    assert await remembered(at) == []
    assert "Functions: 2 (lizard)" in await remembered(at, "C9")


async def test_without_a_repository_or_a_sandbox_it_is_said(
    at: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with at.ctx.database.begin() as uow:
        place = Place("T1", "C1", "U1", is_private=False)
        await service_graph.ensure(at.ctx, uow, place, "Ledger", surely=True)
    with pytest.raises(UserFacingError, match="no repository for Ledger") as refused:
        await command(at, "Ledger quality")
    assert "teamlead repositories add ledger FOLDER" in refused.value.hint
    await command(at, "orders quality")
    monkeypatch.setenv("PATH", "/nonexistent")
    bare = replace(at.ctx, sandbox=Sandbox(SandboxSettings(), tmp_path / "bare"))
    await attachments.read_waiting(bare, (await the_task(at)).id)
    assert await posts(at) == []
    refusals = [event for event in at.news.events if type(event).__name__ == "AttachmentRefused"]
    assert "not measured: There is no `bwrap`" in str(refusals)
