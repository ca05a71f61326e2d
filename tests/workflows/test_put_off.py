"""PostgreSQL's driver is loaded when somebody uses it, not when the engine's library is."""

import subprocess
import sys
from pathlib import Path

import pytest


def run(code: str) -> str:
    """Return what a fresh interpreter prints."""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ran.stdout.strip()


@pytest.mark.again
def test_the_engine_loads_no_driver_and_its_library_finds_it_when_it_asks() -> None:
    engine = "import sys, bot.workflows.engine, dbos; print('psycopg' in sys.modules)"
    asked = "dbos._utils.psycopg.errors.ConnectionTimeout, dbos._sys_db.pg_errors.LockNotAvailable"
    real = "psycopg.errors.ConnectionTimeout, psycopg.errors.LockNotAvailable"
    code = f"{engine}; found = [{asked}]; import psycopg; print(found == [{real}])"
    assert run(code).split() == ["False", "True"]


def test_everybody_else_gets_the_real_driver() -> None:
    code = "import bot.workflows, psycopg.errors, dbos"
    assert run(f"{code}; print(dbos._utils.psycopg.Error is psycopg.Error)") == "True"


@pytest.mark.again
def test_a_driver_that_is_there_stays() -> None:
    code = "import psycopg, bot.workflows, dbos"
    assert run(f"{code}; print(dbos._utils.psycopg is psycopg)") == "True"


def test_a_library_that_wants_more_of_the_driver_gets_it_at_once(tmp_path: Path) -> None:
    (tmp_path / "dbos.py").write_text("import psycopg.rows\n", "utf-8")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import bot.workflows, dbos"
    assert run(f"{code}; print(dbos.psycopg.rows.dict_row.__name__)") == "dict_row"
