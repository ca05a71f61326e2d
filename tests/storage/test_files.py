"""The files that backup and clean-up look for are the ones that the engine lays down."""

from pathlib import Path

from bot.workflows import engine
from storage.engine import database_url as parse_url
from storage.engine import open_engine
from storage.files import database_file, engine_file, lock_folder
from storage.uow import Database
from tests.support.desk import desk


async def test_files_lie_where_the_engine_lays_them(tmp_path: Path) -> None:
    """Two modules know the names; neither may change them alone."""
    url = parse_url(f"sqlite:///{tmp_path / 'some.db'}")
    database = Database(open_engine(url))
    ctx = desk(database, tmp_path).ctx
    file = database_file(url)
    assert engine_file(file) == engine.engine_file(ctx)
    assert lock_folder(file) == engine.lock_folder(ctx)
    await database.close()
