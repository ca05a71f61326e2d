"""`teamlead audit export`: one JSON object a line, whole workspaces apart, no file overwritten."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.audit import export
from bot.errors import UserFacingError
from storage.engine import database_url, open_engine
from storage.migrate import migrate
from storage.uow import Database

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
async def _two_workspaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workspaces' acts, in the database that the environment names."""
    url = f"sqlite:///{tmp_path / 'teamlead.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    engine = open_engine(database_url(url))
    await migrate(engine)
    database = Database(engine)
    async with database.begin() as uow:
        for workspace, actor in (("T1", "U1"), ("T2", "U2"), ("T1", "Ü3")):
            await uow.channels.ensure_workspace(workspace, now=NOON)
            await uow.audit.add(
                workspace,
                actor,
                action="setting.set",
                noun="setting",
                noun_id="ask",
                at=NOON,
                details={"after": ["U1"]},
            )
    await database.close()


@pytest.mark.usefixtures("_two_workspaces")
async def test_every_act_is_a_line(tmp_path: Path) -> None:
    await export(tmp_path / "all.jsonl", workspace=None)
    rows = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    assert [row["actor_id"] for row in rows] == ["U1", "U2", "Ü3"]
    assert rows[0] == {
        "id": 1,
        "at": "2026-11-02T12:00:00+00:00",
        "workspace_id": "T1",
        "actor_id": "U1",
        "action": "setting.set",
        "noun": "setting",
        "noun_id": "ask",
        "details": {"after": ["U1"]},
    }


@pytest.mark.usefixtures("_two_workspaces")
async def test_one_workspace_alone_and_to_the_screen(capsys: pytest.CaptureFixture[str]) -> None:
    await export(Path("-"), workspace="T2")
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["workspace_id"] == "T2"


@pytest.mark.usefixtures("_two_workspaces")
async def test_no_file_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine", "utf-8")
    with pytest.raises(UserFacingError, match="exists"):
        await export(tmp_path / "kept", workspace=None)
    with pytest.raises(UserFacingError, match="cannot be written"):
        await export(tmp_path / "no" / "folder", workspace=None)
    assert (tmp_path / "kept").read_text("utf-8") == "mine"
