"""Commands of `teamlead` run inside a test, next to whatever else its loop is doing."""

import asyncio

from typer.testing import CliRunner

from bot.cli.app import app


async def command(*words: str) -> str:
    """Run a command in a thread, as it brings a loop of its own; returns what it printed.

    What it raised is raised here.
    """
    result = await asyncio.to_thread(CliRunner().invoke, app, list(words))
    if result.exception is not None:
        raise result.exception
    return result.output
