"""`teamlead migrate`: the schema, brought up to date."""

import typer
from sqlalchemy.exc import DBAPIError

from bot import settings as settings_module
from bot.bootstrap import prepared_url, unreachable
from storage.engine import open_engine
from storage.migrate import migrate, schema_state


async def run() -> None:
    """Migrate and say what was done. Raises SettingInvalid."""
    settings = settings_module.load()
    url = prepared_url(settings)
    engine = open_engine(url)
    try:
        before = await migrate(engine)
        after = await schema_state(engine)
    except (DBAPIError, OSError) as error:
        raise unreachable(error) from None
    finally:
        await engine.dispose()
    shown = url.render_as_string(hide_password=True)
    if before.current:
        typer.echo(f"{shown} is at revision {after.found}; nothing to do.")
    else:
        typer.echo(f"{shown} went from {before.found or 'empty'} to revision {after.found}.")
