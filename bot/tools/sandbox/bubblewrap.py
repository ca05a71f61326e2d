"""The command line of a sandbox: what is seen in it, which is little, and that nothing leads out.

Seen are the system's programs, read-only, a private /tmp, /proc and /dev of its own, and the
worktree. There is no home, no network, no environment, no user who could become another one.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.tools.sandbox.limits import Limits

INSIDE = "/worktree"
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC = (
    "alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types",
    "ssl/certs", "ca-certificates", "java-17-openjdk", "java-21-openjdk",
)  # fmt: skip
"""Of /etc, what programs need to start; no users, no hosts, no settings."""
_USERS = "root:x:0:0::/:/bin/false\nspecialist:x:1000:1000::/tmp:/bin/sh\n"
_ID = "1000"


def command_line(
    words: Sequence[str],
    *,
    worktree: Path,
    limits: Limits,
    mounts: Iterable[Path] = (),
    hidden: Iterable[Path] = (),
    writable: bool = True,
    info: int | None = None,
    users: int | None = None,
    calls: int | None = None,
) -> list[str]:
    """Return what is run for `words`. `hidden` folders are empty should a seen one hold them.

    `info` is a descriptor to which it is told which process it is; from `users` the two users that
    programs look up are read, from `calls` the kernel's filter (`syscalls`).
    """
    line = [
        "bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--uid", _ID, "--gid", _ID,
        "--hostname", "sandbox", "--cap-drop", "ALL", "--die-with-parent", "--new-session",
        "--clearenv", *_environment(mounts), *_system(), "--proc", "/proc", "--dev", "/dev",
        *_scratch("/dev/shm", limits.scratch), "--remount-ro", "/dev",
        *_scratch("/tmp", limits.scratch),
        *_mounted(mounts),  # last: what is shown may itself lie in the machine's /tmp
    ]  # fmt: skip
    for name in _ETC:
        line += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    if users is not None:
        line += ["--ro-bind-data", str(users), "/etc/passwd"]
    line += _emptied(hidden, mounts)
    # Git's own folder cannot be made there: ours lies elsewhere, a forged one would be looked at.
    line += ["--bind" if writable else "--ro-bind", str(worktree), INSIDE, "--chdir", INSIDE]
    line += ["--remount-ro", "/"]
    if info is not None:
        line += ["--info-fd", str(info)]
    if calls is not None:
        line += ["--seccomp", str(calls)]
    return [*line, "--", *limits.words(), *words]


def users_file() -> bytes:
    """Return the list of users that is seen inside."""
    return _USERS.encode()


def _system() -> list[str]:
    found: list[str] = []
    for name in _SYSTEM:
        place = Path(name)
        if place.is_symlink():
            found += ["--symlink", str(place.readlink()).lstrip("/"), name]
        elif place.is_dir():
            found += ["--ro-bind", name, name]
    return found


def _mounted(mounts: Iterable[Path]) -> list[str]:
    return [word for each in mounts for word in ("--ro-bind-try", str(each), str(each))]


def _scratch(place: str, size: int) -> list[str]:
    return ["--size", str(size), "--perms", "1777", "--tmpfs", place]


def _emptied(hidden: Iterable[Path], mounts: Iterable[Path]) -> list[str]:
    shown = [Path("/usr"), *mounts]
    return [
        word
        for each in hidden
        if each.is_dir() and any(each.is_relative_to(one) for one in shown)
        for word in ("--tmpfs", str(each), "--remount-ro", str(each))
    ]


def _environment(mounts: Iterable[Path]) -> list[str]:
    path = [*(str(each / "bin") for each in mounts), "/usr/local/bin", "/usr/bin", "/bin"]
    values = {
        "PATH": ":".join(path), "HOME": "/tmp", "TMPDIR": "/tmp", "USER": "specialist",
        "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb",
        "PYTHONDONTWRITEBYTECODE": "1", "GIT_CEILING_DIRECTORIES": "/",
    }  # fmt: skip
    return [word for name, value in values.items() for word in ("--setenv", name, value)]
