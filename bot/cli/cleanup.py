"""`teamlead cleanup`: the daily clean-up, by hand."""

import typer

from bot import settings as settings_module
from bot.bootstrap import open_database
from bot.clock import SystemClock
from bot.workflows.cleanup import clean_up_database

_WORDS = {
    "posts": "contents of posts",
    "receipts": "receipts",
    "absences": "days on which people were away",
    "forgettings": "wishes to be forgotten that were done and told",
    "schedule_runs": "runs of schedules",
    "messages": "texts of messages",
    "tool_results": "what tools returned",
    "wishes": "texts of tasks",
    "audit": "entries of the audit log",
    "runs": "finished runs of the engine",
    "locks": "lock files",
}


async def run(*, dry_run: bool) -> None:
    """Remove or count what is past its retention and print the counts. Raises UserFacingError."""
    settings = settings_module.load()
    database = await open_database(settings)
    try:
        counts = await clean_up_database(
            database, settings, now=SystemClock().now(), dry_run=dry_run
        )
    finally:
        await database.close()
    verb = "Would remove" if dry_run else "Removed"
    for name, count in counts.items():
        typer.echo(f"{verb} {count} {_WORDS[name]}.")
