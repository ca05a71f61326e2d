"""A backup taken in mid-task, restored elsewhere: the task goes on, nothing is paid twice."""

import asyncio
import errno
import json
import os
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.domain.task import TaskState
from bot.errors import UserFacingError
from bot.services.delivery_rows import UNKNOWN
from bot.workflows.engine import Engine
from storage.archive import ENGINE, OURS, read_manifest, unpack
from storage.engine import database_url as parse_url
from storage.engine import open_engine
from storage.swap import UNDER_WAY
from storage.uow import Database
from tests.support.command_line import command
from tests.support.crash_run import calls, open_desk, step_of
from tests.support.databases import SqliteFiles
from tests.support.desk import MORNING
from tests.support.replacing import replace_method

STEPS = ("plan", "a1", "a2", "a3", "a4", "synthesis")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No `.env` and no setting of the machine's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path))


def point_at(monkeypatch: pytest.MonkeyPatch, file: Path) -> str:
    """Let the commands work on a SQLite file; returns its URL."""
    file.parent.mkdir(parents=True, exist_ok=True)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    return f"sqlite:///{file}"


@pytest.fixture
def made(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[Path]:
    """A migrated file of one task with a post that waits."""
    (tmp_path / "old").mkdir()
    with sqlite_files.fresh(tmp_path / "old"):
        yield tmp_path / "old" / "teamlead.db"


async def test_restored_in_mid_task_it_goes_on_and_pays_nothing_twice(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = point_at(monkeypatch, made)
    held, go = asyncio.Event(), asyncio.Event()
    office = open_desk(url, tmp_path)
    real = office.model.call

    async def paused(request: object) -> object:
        if step_of(request) == "a3":  # type: ignore[arg-type]  # of any kind
            held.set()
            await go.wait()
        return await real(request)  # type: ignore[arg-type]  # as it was given

    replace_method(office.model, "call", paused)
    task = await office.take_in()
    engine = Engine(office.ctx, kind="bot", only=True)
    await engine.launch()
    work = asyncio.create_task(engine.run_task(task.id, task.workflow_id))
    async with asyncio.timeout(60):
        await held.wait()
        await _until_done(office.ctx.database, task.id, "a2")
        printed = await command("backup", "saved.zip")
    assert "schema" in printed
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await engine.close()
    await office.ctx.database.close()
    paid = Counter(calls(tmp_path))

    url = point_at(monkeypatch, tmp_path / "new" / "teamlead.db")
    await command("restore", "saved.zip")
    office = open_desk(url, tmp_path)
    engine = Engine(office.ctx, kind="bot", only=True)
    await engine.launch()
    try:
        async with asyncio.timeout(60):
            await engine.run_task(task.id, task.workflow_id)
        assert (await office.task(task.id)).state is TaskState.DONE
        done = await _done(office.ctx.database, task.id)
    finally:
        await engine.close()
        await office.ctx.database.close()
    assert sorted(done) == sorted(STEPS)
    # Only a3 was in flight at the backup; whether it was counted before is the stop's affair.
    again = Counter(calls(tmp_path)) - paid
    assert set(again) == {"a3", "a4", "synthesis"}
    assert set(again.values()) == {1}


async def _until_done(database: Database, task_id: str, step: str) -> None:
    while True:
        if step in await _done(database, task_id):
            return
        await asyncio.sleep(0.01)


async def _done(database: Database, task_id: str) -> list[str]:
    async with database.read() as uow:
        rows = await uow.ledger.of_task(task_id)
    return [row.step.rsplit(":", 1)[-1] for row in rows if row.state == "done"]


async def _post(file: Path, key: str, *, task_id: str | None = None) -> None:
    database = Database(open_engine(parse_url(f"sqlite:///{file}")))
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=MORNING)
        await uow.outbox.add(
            workspace_id="T1",
            channel_id="C1",
            key=key,
            method="chat.postMessage",
            payload={"text": "hi"},
            now=MORNING,
            task_id=task_id,
        )
    await database.close()


def _problems(file: Path) -> dict[str, str]:
    with closing(sqlite3.connect(file)) as connection:
        return dict(connection.execute("SELECT key, problem FROM outbox"))


async def test_what_may_have_been_posted_since_is_looked_for_first(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that waited, and rows that unfinished work will add again; new work is not in doubt."""
    url = point_at(monkeypatch, made)
    office = open_desk(url, tmp_path)
    task = await office.take_in()
    await office.ctx.database.close()
    await _post(made, "waiting", task_id=task.id)
    await command("backup", "saved.zip")
    new = tmp_path / "new" / "teamlead.db"
    point_at(monkeypatch, new)
    assert "1 post that waited" in await command("restore", "saved.zip")
    await _post(new, "again", task_id=task.id)
    await _post(new, "other", task_id="a-later-task")
    assert _problems(new) == {"waiting": UNKNOWN, "again": UNKNOWN, "other": ""}


async def test_old_files_are_kept_and_only_replaced_when_told_to(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(monkeypatch, made)
    await command("backup", "saved.zip")
    await _post(made, "since")
    with pytest.raises(UserFacingError, match="exists"):
        await command("restore", "saved.zip")
    assert _problems(made) == {"since": ""}
    printed = await command("restore", "saved.zip", "--yes")
    assert _problems(made) == {}
    (kept,) = made.parent.glob("teamlead.db.before-*Z")
    assert str(kept) in printed
    assert _problems(kept) == {"since": ""}
    with pytest.raises(UserFacingError, match="exists"):
        await command("backup", "saved.zip")


async def test_a_running_bot_is_left_alone(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = point_at(monkeypatch, made)
    await command("backup", "saved.zip")
    office = open_desk(url, tmp_path)
    engine = Engine(office.ctx, kind="bot", only=True)
    await engine.launch()
    try:
        with pytest.raises(UserFacingError, match="works on this database"):
            await command("restore", "saved.zip", "--yes")
    finally:
        await engine.close()
        await office.ctx.database.close()
    await command("restore", "saved.zip", "--yes")


def _repacked(source: Path, target: Path, name: str, content: bytes) -> None:
    """Copy a backup with one packed file replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.namelist():
            new.writestr(item, content if item == name else old.read(item))


async def test_what_is_damaged_or_too_new_is_refused_and_changes_nothing(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(monkeypatch, made)
    saved = tmp_path / "saved.zip"
    await command("backup", str(saved))
    with zipfile.ZipFile(saved) as packed:
        manifest = json.loads(packed.read("manifest.json"))
        assert set(manifest["files"]) == {OURS} <= {OURS, ENGINE}
        whole = packed.read(OURS)
    bad = tmp_path / "bad.zip"
    _repacked(saved, bad, OURS, whole[:-1] + bytes([whole[-1] ^ 1]))
    new = tmp_path / "new" / "teamlead.db"
    point_at(monkeypatch, new)
    with pytest.raises(UserFacingError, match="damaged"):
        await command("restore", str(bad))
    later = json.dumps(manifest | {"revision": "9999"}).encode()
    _repacked(saved, bad, "manifest.json", later)
    with pytest.raises(UserFacingError, match="schema 9999"):
        await command("restore", str(bad))
    bad.write_bytes(saved.read_bytes()[:1000])
    with pytest.raises(UserFacingError, match="no backup"):
        await command("restore", str(bad))
    assert not new.exists()


async def test_no_damaged_byte_of_what_a_backup_says_of_itself_is_a_fault(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(monkeypatch, made)
    await command("backup", "saved.zip")
    whole, bad = (tmp_path / "saved.zip").read_bytes(), tmp_path / "bad.zip"
    new = tmp_path / "new" / "teamlead.db"
    point_at(monkeypatch, new)
    places = [*range(0, 120, 5), *range(len(whole) - 150, len(whole), 5)]
    for place in places:
        for bit in (1, 8):
            bad.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
            with suppress(UserFacingError):  # a byte of a moment, or of an unused field, is none
                unpack(bad, read_manifest(bad), new.parent)


@pytest.mark.parametrize("name", [".teamlead-prod", ".teamlead-abcdefgh", ".restore-20261127"])
async def test_folders_of_others_stay(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A backup may lie beside a Teamlead's home, whose name begins as a folder of ours may."""
    point_at(monkeypatch, made)
    homes = [tmp_path / name, made.parent / name]
    for home in homes:
        home.mkdir()
        (home / "teamlead.db").write_text("all that a team has")
    await command("backup", "saved.zip")
    await command("restore", "saved.zip", "--yes")
    assert [(home / "teamlead.db").read_text() for home in homes] == ["all that a team has"] * 2


async def test_a_disk_that_takes_no_more_changes_nothing(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(monkeypatch, made)
    await command("backup", "saved.zip")
    await _post(made, "since")
    full = OSError(errno.ENOSPC, "No space left on device")

    def no_room(*_: object) -> None:
        raise full

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.archive.shutil.copyfileobj", no_room)
        with pytest.raises(UserFacingError, match="No space left on device"):
            await command("restore", "saved.zip", "--yes")
    assert _problems(made) == {"since": ""}
    assert not list(made.parent.glob(f"{UNDER_WAY}*"))
    await command("restore", "saved.zip", "--yes")
    assert _problems(made) == {}


def _cut_off(database: Path) -> None:
    """Leave the folder as a restore does that is killed between its renames."""
    database.rename(database.with_name("teamlead.db.before-20261127T160000Z"))
    (database.parent / f"{UNDER_WAY}x").mkdir()


async def test_a_restore_that_was_killed_half_way_is_no_empty_database(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start would fill a new one, and nobody would see where the old one is."""
    point_at(monkeypatch, made)
    await command("backup", "saved.zip")
    _cut_off(made)
    with pytest.raises(UserFacingError, match="cut off left empty"):
        await command("outbox")
    assert "teamlead.db" not in os.listdir(made.parent)
    await command("restore", "saved.zip")
    await command("outbox")
    assert not list(made.parent.glob(f"{UNDER_WAY}*"))


async def test_postgres_has_its_own_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@127.0.0.1/teamlead")
    with pytest.raises(UserFacingError, match="pg_dump"):
        await command("backup", "saved.zip")
    with pytest.raises(UserFacingError, match="pg_restore"):
        await command("restore", "saved.zip", "--yes")
