"""Attempts to get out of a sandbox: to files, processes, devices, the network, another user."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.sandboxes import CANARY, Host

READS = {
    "by its path": "print(open('{home}/secret.txt').read())",
    "the database": "print(open('{home}/teamlead.db').read())",
    "another repository": "print(open('{home}/other/secret.txt').read())",
    "its own repository": "import os; print(os.listdir('{home}/shop/.git'), '{canary}')",
    "through /proc/self/root": "print(open('/proc/self/root{home}/secret.txt').read())",
    "through /proc/self/cwd": (
        "print(open('/proc/self/cwd/../../../../../../..{home}/secret.txt').read())"
    ),
    "upwards": "print(open('../../../../../..{home}/secret.txt').read())",
    "by a link": (
        "import os; os.path.lexists('l') and os.unlink('l'); "
        "os.symlink('{home}/secret.txt', 'l'); print(open('l').read())"
    ),
    "by a hard link": (
        "import os; os.path.lexists('h') and os.unlink('h'); "
        "os.link('{home}/secret.txt', 'h'); print(open('h').read())"
    ),
    "by another process": (
        "import glob\n"
        "for p in glob.glob('/proc/[0-9]*/root{home}/secret.txt'): print(open(p).read())"
    ),
    "in an environment": (
        "import glob\n"
        "for p in glob.glob('/proc/[0-9]*/environ'):\n"
        "  try: print(open(p).read())\n"
        "  except OSError: pass"
    ),
}


@pytest.mark.parametrize("name", READS)
async def test_nothing_of_the_host_is_read(
    host: Host, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words read it outside: they are not refused for another reason."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", CANARY)
    script = READS[name].format(home=host.home, canary=CANARY)
    beyond = await asyncio.to_thread(_outside, script, cwd=host.folder)
    for left in ("l", "h"):
        (host.folder / left).unlink(missing_ok=True)
    assert CANARY in beyond
    ended = await host.python(script)
    assert CANARY not in ended.output
    assert ended.why == ""


async def test_the_environment_holds_nothing_of_the_bots(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ANTHROPIC_API_KEY", "SLACK_BOT_TOKEN", "DATABASE_URL", "SSH_AUTH_SOCK"):
        monkeypatch.setenv(name, CANARY)
    ended = await host.run("env")
    names = {line.partition("=")[0] for line in ended.output.splitlines()}
    assert names - {"PWD", "OLDPWD", "SHLVL", "_"} == {
        "PATH", "HOME", "TMPDIR", "USER", "LANG", "LC_ALL", "TZ", "TERM",
        "PYTHONDONTWRITEBYTECODE", "GIT_CEILING_DIRECTORIES",
    }  # fmt: skip
    assert CANARY not in ended.output


async def test_the_users_of_the_host_are_not_seen(host: Host) -> None:
    ended = await host.run("cat", "/etc/shadow", "/etc/passwd", "/etc/group")
    assert "specialist" in ended.output
    assert len(ended.output.splitlines()) <= 4
    seen = await host.run("ls", "-A", "/", "/etc", "/home", "/root", "/var", "/srv", "/opt")
    listed = set(seen.output.replace(":", "").split())
    assert not listed & {"shadow", "hosts", "resolv.conf", "ssh", "work", "teamlead.db"}


@pytest.mark.parametrize(
    "place", ["/x", "/usr/x", "/usr/bin/x", "/etc/x", "/dev/x", "/bin/sh", "/etc/passwd", "/proc/x"]
)
async def test_nothing_is_written_outside(host: Host, place: str) -> None:
    ended = await host.python(f"open('mine', 'w'); print('tried'); open({place!r}, 'a').write('x')")
    assert "tried" in ended.output
    assert ended.output.rstrip().splitlines()[-1].split(":")[0] in {
        "OSError", "PermissionError", "FileNotFoundError",
    }  # fmt: skip
    assert (host.folder / "mine").exists()


_KERNEL = {
    "core_pattern": "open('/proc/sys/kernel/core_pattern', 'w').write('|/x')",
    "sysrq": "open('/proc/sysrq-trigger', 'w').write('h')",
    "memory": "open('/dev/mem', 'rb').read(1)",
    "log": "open('/dev/kmsg', 'rb').read(1)",
    "a disk": "import os; os.mknod('disk', 0o60666, os.makedev(8, 0)); open('disk', 'rb').read(1)",
    "a device": "import os; os.mknod('mem', 0o20666, os.makedev(1, 1)); open('mem', 'rb').read(1)",
    "a user": "import os; os.setuid(0)",
    "a group": "import os; os.setgroups([0])",
    "a root": "import os; os.chroot('.')",
    "an owner": "import os; open('o', 'w'); os.chown('o', 0, 0)",
    "a priority": "import os; os.nice(-5)",
    "a limit": "import resource as r; r.setrlimit(r.RLIMIT_NPROC, (-1, -1))",
    "a process of the host": "import os; os.kill(HOST, 9)",
    "a trace": "import ctypes; c = ctypes.CDLL(None, use_errno=True); "
    "assert c.ptrace(16, HOST, 0, 0) == 0, ctypes.get_errno()",
    "a mount": "import ctypes; c = ctypes.CDLL(None, use_errno=True); "
    "assert c.mount(b'tmpfs', b'/tmp', b'tmpfs', 0, 0) == 0, ctypes.get_errno()",
    "a remount": "import ctypes; c = ctypes.CDLL(None, use_errno=True); "
    "assert c.mount(0, b'/usr', 0, 32, 0) == 0, ctypes.get_errno()",
    "an unmount": "import ctypes; c = ctypes.CDLL(None, use_errno=True); "
    "assert c.umount2(b'/usr', 2) == 0, ctypes.get_errno()",
    "a user namespace": "import ctypes; c = ctypes.CDLL(None, use_errno=True); "
    "assert c.unshare(0x10000000) == 0, ctypes.get_errno()",
    "a network namespace": "import ctypes; c = ctypes.CDLL(None, use_errno=True); "
    "assert c.unshare(0x40000000) == 0, ctypes.get_errno()",
    "the first process's namespace": "import os, ctypes; c = ctypes.CDLL(None, use_errno=True); "
    "assert c.setns(os.open('/proc/1/ns/mnt', 0), 0) == 0, ctypes.get_errno()",
    "a raw socket": "import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "the host of this virtual machine": "import socket; socket.socket(40, socket.SOCK_STREAM)",
    "a socket past the filter": "import ctypes; c = ctypes.CDLL(None, use_errno=True); "
    "assert c.syscall(425, 4, ctypes.create_string_buffer(120)) >= 0, ctypes.get_errno()",
    "a call of another interface": "import ctypes; c = ctypes.CDLL(None, use_errno=True); "
    "assert c.syscall(0x40000029, 40, 1, 0) >= 0, ctypes.get_errno()",
    "a key ring": "import ctypes, platform; c = ctypes.CDLL(None, use_errno=True); "
    "call = {'x86_64': 250, 'aarch64': 219}[platform.machine()]; "
    "assert c.syscall(call, 6, -4, ctypes.create_string_buffer(99), 99) > 0, ctypes.get_errno()",
    "a module": "import ctypes; c = ctypes.CDLL(None, use_errno=True); "
    "assert c.syscall(313, -1, b'', 0) == 0, ctypes.get_errno()",
    "a reboot": "import ctypes; c = ctypes.CDLL(None, use_errno=True); "
    "assert c.reboot(0) == 0, ctypes.get_errno()",
    "letters into the terminal": "import fcntl, termios; "
    "fcntl.ioctl(open('/dev/tty', 'w'), termios.TIOCSTI, b'x')",
}


@pytest.mark.parametrize("name", _KERNEL)
async def test_the_kernel_refuses(host: Host, name: str) -> None:
    script = _KERNEL[name].replace("HOST", str(os.getpid()))
    ended = await host.python(f"print('tried', flush=True)\n{script}\nprint('done')")
    assert ended.output.startswith("tried")
    assert "done" not in ended.output.splitlines()
    assert "Error" in ended.output.splitlines()[-1]
    for left in ("disk", "mem", "o"):
        (host.folder / left).unlink(missing_ok=True)


async def test_a_program_that_becomes_its_owner_does_not(host: Host) -> None:
    """A copy with the setuid bit, and the system's own such programs."""
    ended = await host.run(
        "sh", "-c", "cp /usr/bin/id i; chmod 6755 i; ./i -u; grep -h NoNewPrivs /proc/self/status"
    )
    assert ended.output.split() == ["1000", "NoNewPrivs:", "1"]


async def test_only_its_own_processes_and_descriptors_are_seen(host: Host) -> None:
    ended = await host.run("sh", "-c", "ls /proc | grep -c '^[0-9]'; ls /proc/self/fd | wc -l")
    processes, descriptors = map(int, ended.output.split())
    assert processes <= 6
    assert descriptors <= 4


_CALL = """
import socket
s = socket.socket({family}, socket.SOCK_STREAM)
s.settimeout(1)
print('tried', flush=True)
s.connect({address!r})
print('there')
"""


@pytest.mark.parametrize("kind", ["tcp", "path", "abstract"])
async def test_nobody_is_reached(host: Host, kind: str) -> None:
    """A server listens on the host; the same words reach it from there."""
    places: dict[str, tuple[socket.AddressFamily, Any]] = {
        "tcp": (socket.AF_INET, ("127.0.0.1", 0)),
        "path": (socket.AF_UNIX, str(host.home / "listening")),
        "abstract": (socket.AF_UNIX, f"\0teamlead-{os.getpid()}"),
    }
    family, address = places[kind]
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.bind(address)
        server.listen()
        server.setblocking(False)
        where = address if family == socket.AF_UNIX else server.getsockname()
        script = _CALL.format(family=int(family), address=where)
        ended = await host.python(script)
        assert ended.output.startswith("tried")
        assert "there" not in ended.output
        with pytest.raises(BlockingIOError):
            server.accept()
        beyond = await asyncio.to_thread(_outside, script)
        server.accept()[0].close()
    assert "there" in beyond


def _outside(script: str, **more: Any) -> str:
    """Return what a script says where nothing holds it in."""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, errors="replace", **more
    )
    return str(done.stdout)


@pytest.mark.parametrize(
    "script",
    [
        "import socket; print(socket.getaddrinfo('example.com', 80))",
        "import socket; s = socket.socket(2, 2); s.sendto(b'x', ('8.8.8.8', 53)); print('sent')",
        "import socket; s = socket.socket(10, 2); s.sendto(b'x', ('2001:db8::1', 53)); print(1)",
    ],
)
async def test_no_name_is_looked_up_and_nothing_is_sent(host: Host, script: str) -> None:
    ended = await host.python(f"print('tried', flush=True)\n{script}")
    assert ended.output.startswith("tried")
    assert ended.code == 1


async def test_there_is_no_network_but_its_own(host: Host) -> None:
    ended = await host.python("import socket; print([name for _, name in socket.if_nameindex()])")
    assert ended.output.strip() == "['lo']"


async def test_nothing_is_left_in_memory_of_an_earlier_command(host: Host) -> None:
    await host.run("sh", "-c", "echo x > /tmp/left; echo x > /dev/shm/left; ls /tmp /dev/shm")
    ended = await host.run("sh", "-c", "ls -A /tmp /dev/shm | grep left; echo end")
    assert ended.output.strip() == "end"


@pytest.fixture
def shown() -> Iterator[Path]:
    """A folder for everybody's eyes in the machine's /tmp."""
    with tempfile.TemporaryDirectory(prefix="teamlead-shown-", dir="/tmp") as name:
        place = Path(name)
        place.chmod(0o755)
        (place / "tool.txt").write_text("a tool")
        yield place


async def test_what_is_shown_may_lie_in_the_machines_tmp(host: Host, shown: Path) -> None:
    ended = await host.sandbox.run(("cat", str(shown / "tool.txt")), host.folder, mounts=(shown,))
    assert (ended.code, ended.output) == (0, "a tool")
    assert (await host.run("ls", "-A", "/tmp")).output == ""
