"""Launches an engine in a process of its own and keeps it until the process is killed."""

import asyncio
import sys
from pathlib import Path

from bot.workflows.engine import Engine
from tests.support.crash_run import open_desk


async def main(url: str, home: Path) -> None:
    """Say `held` once the engine runs, then wait for the end."""
    await Engine(open_desk(url, home).ctx, kind="bot", only=True).launch()
    print("held", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
