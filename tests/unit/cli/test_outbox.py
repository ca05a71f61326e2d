"""`teamlead outbox`: depth, age and reasons, for people and for scripts; never a message's text."""

import json
from pathlib import Path

import pytest

from bot.cli.outbox import run_retry, show
from bot.clock import SystemClock
from storage.engine import database_url, open_engine
from storage.migrate import migrate
from storage.uow import Database

SECRET = "the words of a message"


@pytest.fixture
async def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with two waiting rows and a dead one, at the settings' address."""
    monkeypatch.chdir(tmp_path)
    found = f"sqlite:///{tmp_path / 'teamlead.db'}"
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", found)
    engine = open_engine(database_url(found))
    await migrate(engine)
    database = Database(engine)
    async with database.begin() as uow:
        now = SystemClock().now()
        await uow.channels.ensure("T1", "C1", now=now)
        for key in ("a", "b", "dead"):
            await uow.outbox.add(
                workspace_id="T1",
                channel_id="C1",
                key=key,
                method="chat.postMessage",
                payload={"text": SECRET},
                now=now,
            )
        row = await uow.outbox.by_key("T1", "dead")
        assert row is not None
        row.state, row.problem, row.problem_code = "dead", "It is archived.", "channel_gone"
        await uow.session.flush()
    await database.close()
    return found


@pytest.mark.usefixtures("url")
async def test_what_a_script_gets(capsys: pytest.CaptureFixture[str]) -> None:
    await show(as_json=True)
    printed = capsys.readouterr().out
    found = json.loads(printed)
    assert found["waiting"] == 2
    assert [(c["channel_id"], c["waiting"]) for c in found["channels"]] == [("C1", 2)]
    (dead,) = found["dead"]
    assert (dead["code"], dead["reason"]) == ("channel_gone", "It is archived.")
    assert SECRET not in printed


@pytest.mark.usefixtures("url")
async def test_what_people_get_and_retry(capsys: pytest.CaptureFixture[str]) -> None:
    await show(as_json=False)
    printed = capsys.readouterr().out
    assert "It is archived." in printed
    assert "C1" in printed
    assert SECRET not in printed

    await run_retry(row_id=None, channel="C2")
    assert "Nothing to retry" in capsys.readouterr().out
    await run_retry(row_id=None, channel=None)
    assert "1 queued again" in capsys.readouterr().out
    await show(as_json=True)
    assert json.loads(capsys.readouterr().out)["waiting"] == 3


async def test_an_empty_outbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'teamlead.db'}")
    await show(as_json=False)
    assert capsys.readouterr().out == "Everything was delivered.\n"
