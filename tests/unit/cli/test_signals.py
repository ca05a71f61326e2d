"""The first signal asks, the second one ends at once: tried in a process of its own."""

import asyncio
import signal
import sys

import pytest

PROGRAM = """
import asyncio
from bot.cli.signals import told_to_stop

async def main():
    with told_to_stop() as told:
        print("up", flush=True)
        await told.wait()
        print("told", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_ends_at_once(number: signal.Signals) -> None:
    """An end that hangs does not hold up whoever asks twice."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"up\n"
        process.send_signal(number)
        assert await process.stdout.readline() == b"told\n"
        assert process.returncode is None
        process.send_signal(number)
        await process.communicate()
        assert process.returncode == 128 + number
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
