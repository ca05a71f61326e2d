"""`teamlead replay` and `teamlead cleanup` as people use them, beside a bot and after it."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.replay import since_moment
from bot.domain.decision import DecisionState
from bot.errors import NotFound, UserFacingError
from bot.services import decisions
from bot.workflows.engine import Engine
from storage.uow import Database
from tests.support.command_line import command
from tests.support.crash_run import open_desk
from tests.support.desk import MORNING, Desk

WISH = "an API for invoices"


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> Desk:
    """A desk on the database that the commands find in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    return open_desk(database_url, tmp_path)


async def _post(database: Database, task_id: str) -> None:
    async with database.begin() as uow:
        await uow.outbox.add(
            workspace_id="T1",
            channel_id="C1",
            key="the-card",
            method="chat.postMessage",
            payload={"text": "Secret contents"},
            now=MORNING,
            task_id=task_id,
        )


async def test_the_story_of_a_task(office: Desk) -> None:
    """In order, on a running and a stopped bot, by every name; people's words only with --text."""
    database = office.ctx.database
    engine = Engine(office.ctx, kind="bot", only=True)
    await engine.launch()
    try:
        task = await office.take_in(WISH)
        await engine.run_task(task.id, task.workflow_id)
        async with database.read() as uow:
            (decision,) = await uow.decisions.of_task(task.id)
        await decisions.decide(office.ctx, decision.id, DecisionState.ACCEPTED, by="U7")
        await _post(database, task.id)
        running = await command("replay", "T-1")
    finally:
        await engine.close()
        await database.close()
    assert running == await command("replay", task.id) == await command("replay", "D-1")
    assert WISH not in running
    assert "Secret" not in running
    assert WISH in await command("replay", "T-1", "--text")

    story = json.loads(await command("replay", "t-1", "--json", "--workspace", "T1"))
    times = [item["at"] for item in story if not item["event"].startswith("run.")]
    assert times == sorted(times)
    events = [item["event"] for item in story]
    for kind, count in {
        "task.received": 1,
        "receipt.claimed": 1,
        "message.kept": 1,
        "plan.made": 1,
        "call.done": 6,
        "assignment.started": 4,
        "assignment.done": 4,
        "task.done": 1,
        "decision.proposed": 1,
        "decision.accepted": 1,
        "audit.decision.accepted": 1,
        "post.queued": 1,
        "post.pending": 1,
        "run.begun": 1,
        "run.success": 1,
    }.items():
        assert events.count(kind) == count, kind
    assert events.index("task.received") < events.index("run.begun") < events.index("task.done")
    (run,) = (item for item in story if item["event"] == "run.begun")
    assert (run["run"], run["executor"]) == (task.workflow_id, "bot")
    done = [item for item in story if item["event"] == "call.done"]
    assert {item["tokens_in"] for item in done} == {100}
    assert json.loads(await command("replay", "T-1", "--json", "--since", "2100-01-01")) == []


async def test_a_number_in_two_workspaces_needs_the_workspace(office: Desk) -> None:
    one = await office.take_in(WISH)
    other = await office.take_in(WISH, workspace_id="T2")
    await office.ctx.database.close()
    with pytest.raises(UserFacingError, match="several workspaces: T1, T2"):
        await command("replay", "T-1")
    assert one.id in await command("replay", "T-1", "--workspace", "T1")
    assert other.id in await command("replay", "T-1", "--workspace", "T2")
    with pytest.raises(NotFound):
        await command("replay", "T-9")
    with pytest.raises(NotFound):
        await command("replay", "D-1")


async def test_looking_creates_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(UserFacingError, match="no database"):
        await command("replay", "T-1")
    assert os.listdir(tmp_path) == []


def test_since() -> None:
    """Spans count back from now; moments without a zone are UTC."""
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert since_moment("90s", now=now) == now - timedelta(seconds=90)
    assert since_moment("2h", now=now) == now - timedelta(hours=2)
    assert since_moment("2026-03-01", now=now) == datetime(2026, 3, 1, tzinfo=UTC)
    with pytest.raises(UserFacingError, match="no moment"):
        since_moment("yesterday", now=now)


async def test_cleanup_counts_first_and_removes_then(office: Desk) -> None:
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=MORNING)
        await uow.receipts.claim("T1", "old", now=datetime(2020, 1, 1, tzinfo=UTC))
    await office.ctx.database.close()
    for words, line in (
        (["--dry-run"], "Would remove 1 receipt."),
        (["--dry-run"], "Would remove 1 receipt."),
        ([], "Removed 1 receipt."),
        ([], "Nothing is past its retention."),
    ):
        assert line in await command("cleanup", *words)
