"""The loop of long-lived processes: the faster one where there is one, and what works on both."""

import asyncio
import os
import sys

import pytest

from bot.cli.process import loop


def _kind(kind: str) -> str:
    seen: list[str] = []

    async def look() -> None:
        seen.append(type(asyncio.get_running_loop()).__module__)

    loop.run(look(), kind=kind)
    return seen[0].split(".")[0]


@pytest.mark.parametrize("kind", ["uvloop", "asyncio"])
def test_a_process_runs_on_the_loop_of_the_setting(kind: str) -> None:
    assert _kind(kind) == kind


def test_without_uvloop_pythons_own_loop_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)  # as where it has no build
    assert _kind("uvloop") == "asyncio"


def test_a_child_gets_none_of_what_the_bot_was_started_with() -> None:
    inherited = os.dup(0)
    os.set_inheritable(inherited, True)
    seen: list[bytes] = []

    async def look() -> None:
        words = (sys.executable, "-c", "import os, sys; os.fstat(int(sys.argv[1]))", str(inherited))
        child = await asyncio.create_subprocess_exec(*words, stderr=asyncio.subprocess.PIPE)
        seen.append((await child.communicate())[1])

    try:
        loop.run(look(), kind="uvloop")
    finally:
        os.close(inherited)
    assert b"Bad file descriptor" in seen[0]


async def test_these_tests_run_on_the_bots_loop() -> None:
    assert type(asyncio.get_running_loop()).__module__.startswith("uvloop")
