"""Opening databases: which URLs are taken and how SQLite is tuned."""

import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.errors import SettingInvalid
from storage.engine import database_url, open_engine
from storage.writers import BUSY_TIMEOUT_MS


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite"),
        ("postgresql://u@h/n", "postgresql+psycopg"),
        ("postgres://u@h/n", "postgresql+psycopg"),
        ("postgresql+asyncpg://u@h/n", "postgresql+psycopg"),
    ],
)
def test_our_drivers_are_put_in(given: str, driver: str) -> None:
    assert database_url(given).drivername == driver


@pytest.mark.parametrize("given", ["nonsense", "mysql://u@h/n", ""])
def test_other_urls_are_refused_by_the_variables_name(given: str) -> None:
    with pytest.raises(SettingInvalid, match="DATABASE_URL") as caught:
        database_url(given)
    assert "sqlite:///FILE" in caught.value.hint


def test_a_password_is_kept() -> None:
    url = database_url("postgresql://u:p%40ss@h:5433/n")
    assert (url.password, url.port) == ("p@ss", 5433)


async def test_a_file_that_cannot_be_opened_leaves_no_thread(tmp_path: Path) -> None:
    """It would tell a loop that is closed by then that it ends: a stack trace on the terminal."""
    engine = open_engine(database_url(f"sqlite:///{tmp_path}"))
    for _ in range(20):
        with pytest.raises(OperationalError):
            await engine.connect()
        assert not any("_worker_thread" in each.name for each in threading.enumerate())
    await engine.dispose()


async def test_sqlite_is_tuned(tmp_path: Path) -> None:
    engine = open_engine(database_url(f"sqlite:///{tmp_path / 'x.db'}"))
    async with engine.connect() as connection:
        found = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
        folded = (await connection.exec_driver_sql("SELECT lower('GRÖSSE'), lower(NULL)")).one()
    await engine.dispose()
    assert tuple(folded) == ("grösse", None)
    assert found == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": BUSY_TIMEOUT_MS,
        "synchronous": 2,
    }
