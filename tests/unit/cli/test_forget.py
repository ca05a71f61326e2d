"""`teamlead forget`: counts, asks, forgets; and says what it was not told."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.errors import UserFacingError
from storage.engine import database_url as parse_url
from storage.engine import open_engine
from storage.uow import Database
from tests.storage.rows import add_task

RUNNER = CliRunner()
ME = "U0FORGETME"


@pytest.fixture
async def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Database:
    """A database with a task of the person, and the environment that points at it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path))
    database = Database(open_engine(parse_url(database_url)))
    async with database.begin() as uow:
        await add_task(uow, requester_id=ME, text="an API for invoices")
    await database.close()
    return database


def run(*words: str, typed: str = "") -> str:
    """Run the command in a loop of its own, as a shell does."""
    found = RUNNER.invoke(app, ["forget", *words], input=typed)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.output


@pytest.mark.usefixtures("filled")
def test_it_counts_asks_and_forgets() -> None:
    assert "U0FORGETME in workspace T1: 1 task." in run(ME, "--dry-run")
    assert "Forgotten" not in run(ME, typed="n\n")
    assert "Forgotten in workspace T1: 1 task and 1 post." in run(ME, typed="y\n")
    assert "I keep nothing of U0FORGETME." in run(ME, "--yes")
    assert "I keep nothing of U0FORGETME." in run(ME, "--workspace", "T9")


@pytest.mark.parametrize("words", [[], [ME, "--channel", "C1"], ["maya"], ["--channel", "#ops"]])
def test_it_must_be_told_one_thing(words: list[str]) -> None:
    with pytest.raises(UserFacingError):
        run(*words)
