"""Facts about the machine and the process that measures; standard library only."""

import os
import platform
import re
import resource
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

Facts = dict[str, str | int | float]


def facts() -> Facts:
    """Return what a reader needs to judge the numbers; nothing that names the machine."""
    return {
        "cores": os.cpu_count() or 0,
        "cpu": _cpu(),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "system": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "disk": _file_system(Path(tempfile.gettempdir())),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"


def _file_system(folder: Path) -> str:
    """Return the kind of file system that `folder` is on: a commit is as fast as its disk."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return "unknown"
    holders = [m for m in mounts if folder.is_relative_to(m[1])]
    return max(holders, key=lambda m: len(m[1]))[2] if holders else "unknown"


def pin(cores: Sequence[int]) -> None:
    """Keep this process and its children on some cores; nothing for none, or where it cannot."""
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


def split_cores() -> tuple[list[int], list[int]]:
    """Return (the contestant's core, the others' cores); two empty lists on one core."""
    if not hasattr(os, "sched_getaffinity"):
        return [], []
    cores = sorted(os.sched_getaffinity(0))
    return ([cores[-1]], cores[:-1]) if len(cores) > 1 else ([], [])


def cpu_seconds() -> float:
    """Return user and system seconds of this process and its ended children so far."""
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def peak_mb(pid: str = "self") -> float:
    """Return the most memory that a process ever held, in MB.

    Not getrusage: its figure begins with what the parent held when it started the process.
    """
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def threads_cpu() -> dict[str, float]:
    """Return CPU seconds per kind of living thread, by name without numbers, where /proc is."""
    names = {t.native_id: re.sub(r"[\d_-]*\d[\d_-]*", "", t.name) for t in threading.enumerate()}
    tick = os.sysconf("SC_CLK_TCK")
    found: dict[str, float] = {}
    for folder in Path("/proc/self/task").glob("*"):
        fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        name = names.get(int(folder.name), "not of Python")
        found[name] = found.get(name, 0.0) + (int(fields[11]) + int(fields[12])) / tick
    return found
