"""Attempts to take more than there is: processes, memory, disk, time, output."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable

import psutil
import pytest

from bot.tools.repository import Outside
from bot.tools.sandbox import Sandbox
from bot.tools.sandbox.machine import Unavailable
from tests.support.sandboxes import PYTHON, SETTINGS, Host


def _left(mark: str, *, first: str = "") -> list[int]:
    """Return processes of this machine whose command line holds a mark, and begins so."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or ())
        if mark in words and words.startswith(first) and process.pid != os.getpid():
            found.append(process.pid)
    return found


async def test_a_fork_bomb_meets_the_limit(host: Host) -> None:
    script = (
        "import os\nmade = 0\n"
        "try:\n"
        "  while made < 500:\n"
        "    if os.fork() == 0:\n      import signal; signal.pause()\n"
        "    made += 1\n"
        "except OSError: pass\n"
        "print('made', made)"
    )
    ended = await host.python(script)
    assert ended.output.startswith("made ")
    assert int(ended.output.split()[1]) < 32
    assert ended.why == ""
    assert _left("made < 500") == []


async def test_a_process_that_takes_all_memory_ends(host: Host) -> None:
    ended = await host.python("x = []\nwhile True: x.append(bytearray(50_000_000))")
    assert "MemoryError" in ended.output
    assert ended.code == 1


async def test_many_that_take_little_each_are_added_up(host: Host) -> None:
    script = (
        "import os, signal\n"
        "for _ in range(8):\n"
        "  if os.fork() == 0:\n"
        "    x = bytearray(60_000_000); x[::4096] = b'x' * len(x[::4096]); signal.pause()\n"
        "signal.pause()"
    )
    ended = await host.python(script)
    assert ended.why == "it held more than 300 MB of memory"
    assert _left("60_000_000") == []


_HIDDEN = {
    "in files of memory": (
        "import os\nheld = []\n"
        "for i in range(70):\n"
        "  held.append(os.memfd_create('x')); os.write(held[-1], bytes(3_900_000))\n"
    ),
    "in names": (
        "import os\nos.mkdir('/tmp/n'); os.chdir('/tmp/n')\n"
        "for i in range(10**7): os.symlink('x' * 120, str(i))\n"
    ),
    "in maps that were let go of": (
        "import mmap\nheld = []\n"
        "for i in range(6):\n"
        "  held.append(mmap.mmap(-1, 50_000_000))\n"
        "  for at in range(0, 50_000_000, 4096): held[-1][at] = 1\n"
        "  held[-1].madvise(mmap.MADV_DONTNEED)\n"
    ),
}


@pytest.mark.parametrize("name", _HIDDEN)
async def test_memory_of_no_process_is_seen(host: Host, name: str) -> None:
    # Others write to this disk, too: what they do must not end it first.
    more = {"disk_mb": 200, "memory_mb": 100, "seconds": 60}
    roomy = Sandbox(SETTINGS.model_copy(update=more), host.home)
    script = f"{_HIDDEN[name]}import signal; signal.pause()"
    ended = await roomy.run((PYTHON, "-I", "-c", script), host.folder)
    assert ended.why == "it held more than 100 MB of memory"


async def test_sockets_that_nobody_reads_are_counted(host: Host) -> None:
    script = (
        "import os, signal, socket\n"
        "held = [socket.socketpair() for _ in range(450)]\n"
        "for _ in range(11):\n"
        "  if os.fork() == 0: signal.pause()\n"
        "signal.pause()"
    )
    ended = await host.python(script)
    assert ended.why == "it held more than 8,192 files and sockets open"


async def test_a_file_without_end_ends(host: Host) -> None:
    ended = await host.run("dd", "if=/dev/zero", "of=large", "bs=1M", "count=100")
    assert ended.code != 0
    assert (host.folder / "large").stat().st_size <= 4_000_000
    (host.folder / "large").unlink()


async def test_a_disk_that_is_filled_by_many_files_is_left(host: Host) -> None:
    script = "i = 0\nwhile True:\n  open(f'f{i % 400}', 'wb').write(b'x' * 3_000_000); i += 1"
    ended = await host.python(script)
    assert ended.why == "it filled more than 40 MB of disk"
    await host.run("sh", "-c", "rm f*")


async def test_tmp_and_shared_memory_are_small(host: Host) -> None:
    for place in ("/tmp", "/dev/shm"):
        ended = await host.run(
            "sh", "-c", f"for i in 1 2 3 4; do head -c 3500000 /dev/zero > {place}/$i; done"
        )
        assert "No space left on device" in ended.output


@pytest.mark.parametrize(("name", "times"), [("d", 1_500), ("e" * 200, 300)])
async def test_folders_without_end_are_refused_and_go(host: Host, name: str, times: int) -> None:
    """Deeper than Python goes down, and longer than the kernel takes a path."""
    script = f"import os\nfor _ in range({times}): os.mkdir({name!r}); os.chdir({name!r})"
    assert (await host.python(script)).code == 0
    with pytest.raises(Outside, match="more than 200 deep"):
        await host.tree.patch(host.base, most=1_000)
    assert await host.sandbox.remove_unless_busy("T1", "w1")
    assert not host.folder.exists()
    await host.tree.make(host.home / "shop", host.base)
    assert (await host.tree.patch(host.base, most=1_000)).is_empty


async def test_nothing_is_run_when_the_disk_is_nearly_full(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit is one command's: many of them would fill the disk that the database is on."""
    usage = shutil.disk_usage(host.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=79_000_000))
    with pytest.raises(Unavailable, match="Only 79 MB are left"):
        await host.run("true")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=81_000_000))
    assert (await host.run("true")).code == 0


async def test_output_without_end_ends_and_is_cut(host: Host) -> None:
    ended = await host.run("yes", "and so on")
    assert ended.why == "it wrote more than 1 MB of output"
    assert len(ended.output) < 40_000
    assert "bytes are not shown" in ended.output
    quick = await host.python("print('first'); print('x' * 200_000); print('last')")
    assert quick.output.startswith("first\n")
    assert quick.output.endswith("last\n")


async def test_who_will_not_end_is_ended(host: Host) -> None:
    """It hears no signal, has a session of its own and children that nobody waits for."""
    script = (
        "import os, signal\n"
        "for n in range(1, 65):\n"
        "  try: signal.signal(n, signal.SIG_IGN)\n"
        "  except (OSError, ValueError): pass\n"
        "if os.fork() == 0:\n"
        "  os.setsid()\n"
        "  if os.fork(): os._exit(0)\n"
        "  os.close(1); os.close(2)\n"
        "while 'endless-of-the-test': signal.pause()"
    )
    ended = await host.python(script, seconds=0.5)
    assert ended.why == "it took over 0.5 s"
    assert _left("endless-of-the-test") == []


async def test_what_goes_on_in_the_background_ends_with_its_command(host: Host) -> None:
    ended = await host.run("sh", "-c", "(sleep 61.61; touch late) & echo done")
    assert (ended.code, ended.output, ended.why) == (0, "done\n", "")
    assert _left("sleep 61.61") == []


@pytest.mark.parametrize("first", ["sleep", "", None])
async def test_a_cancelled_call_leaves_nothing_alive(host: Host, first: str | None) -> None:
    """It sleeps already, is just being started, or is about to be."""
    running = asyncio.ensure_future(host.run("sleep", "62.62"))
    await _until(lambda: first is None or bool(_left("sleep 62.62", first=first)))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()
    assert _left("sleep 62.62") == []


_BOT = """
import asyncio, sys
from pathlib import Path
from bot.settings_sandbox import SandboxSettings
from bot.tools.sandbox import Sandbox
sandbox = Sandbox(SandboxSettings(), Path(sys.argv[1]))
asyncio.run(sandbox.run(["sleep", "63.63"], Path(sys.argv[2])))
"""


async def test_a_bot_that_is_killed_takes_its_commands_along(host: Host) -> None:
    """Its process dies by SIGKILL, without a word."""
    home, folder = str(host.home), str(host.folder)
    bot = await asyncio.create_subprocess_exec(sys.executable, "-c", _BOT, home, folder)
    await _until(lambda: bool(_left("sleep 63.63", first="sleep")))
    bot.kill()
    await bot.wait()
    await _until(lambda: not _left("sleep 63.63"))


async def _until(come: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not come():  # noqa: ASYNC110 - it is other processes that are looked at
            await asyncio.sleep(0.02)


async def test_the_processor_is_counted(host: Host) -> None:
    ended = await host.run("sh", "-c", "ulimit -t; ulimit -c; ulimit -n")
    assert ended.output.split() == ["9", "0", "1024"]
