"""`teamlead migrate`: the schema, brought up to date."""

import typer

from bot import settings as settings_module
from storage.engine import database_url, open_engine
from storage.migrate import migrate, schema_state


async def run() -> None:
    """Migrate and say what was done. Raises SettingInvalid."""
    settings = settings_module.load()
    url = database_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        settings.app.home.mkdir(parents=True, exist_ok=True)
    engine = open_engine(url)
    try:
        before = await migrate(engine)
        after = await schema_state(engine)
    finally:
        await engine.dispose()
    shown = url.render_as_string(hide_password=True)
    if before.current:
        typer.echo(f"{shown} is at revision {after.found}; nothing to do.")
    else:
        typer.echo(f"{shown} went from {before.found or 'empty'} to revision {after.found}.")
