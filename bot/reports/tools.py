"""The tools that `--measure` runs itself: what they are called with, and whose result they give."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

LEFT_OUT = (".venv", "venv", "node_modules", "vendor", ".git", "build", "dist", ".tox")
"""Folders that hold other people's code."""
_HOW = "`pip install 'teamlead[gate]'` brings it."


@dataclass(frozen=True)
class Tool:
    """A program. `arguments` are for a name in the folder it runs in and where it may write a file.

    `result` is that file's name, empty when it writes to its standard output.
    """

    name: str
    family: str
    arguments: Callable[[str, Path], Sequence[str]]
    module: str = ""
    result: str = ""
    good: frozenset[int] = frozenset({0})
    how: str = _HOW

    def command(self) -> list[str] | None:
        """Return how it is called here, None when it is not installed."""
        if self.module and importlib.util.find_spec(self.module) is not None:
            # -P: it runs in the folder, of which no file is to be taken for one of its own modules.
            return [sys.executable, "-P", "-m", self.module]
        found = None if self.module else shutil.which(self.name)
        return [found] if found else None


def _lizard(*more: str) -> Callable[[str, Path], Sequence[str]]:
    leave = [word for one in LEFT_OUT for word in ("-x", f"*/{one}/*")]
    return lambda path, into: [*more, *leave, path]


def _bandit(path: str, into: Path) -> Sequence[str]:
    leave = ",".join(f"*/{one}/*" for one in LEFT_OUT)
    return ["-q", "-f", "json", "-o", str(into / "bandit.json"), "-x", leave, "-r", path]


def _jscpd(path: str, into: Path) -> Sequence[str]:
    leave = ",".join(f"**/{one}/**" for one in LEFT_OUT)
    return ["--reporters", "json", "--output", str(into), "--silent", "--ignore", leave, path]


LIZARD = Tool("lizard", "complexity", _lizard("--csv"), module="lizard", good=frozenset({0, 1}))
LIZARD_DUPLICATES = Tool(
    "lizard -Eduplicate",
    "duplication",
    _lizard("-Eduplicate"),
    module="lizard",
    good=frozenset({0, 1}),
)
RADON = Tool("radon", "maintainability", lambda path, into: ["mi", "-j", path], module="radon")
BANDIT = Tool(
    "bandit",
    "vulnerabilities",
    _bandit,
    module="bandit",
    result="bandit.json",
    good=frozenset({0, 1}),
)
JSCPD = Tool(
    "jscpd",
    "duplication",
    _jscpd,
    result="jscpd-report.json",
    how="`npm install -g jscpd` brings it.",
)
PIP_AUDIT = Tool(
    "pip-audit",
    "vulnerabilities",
    lambda path, into: [
        "-f",
        "json",
        "--progress-spinner",
        "off",
        "-r",
        f"{path}/requirements.txt",
    ],
    good=frozenset({0, 1}),
    how="`pip install pip-audit` brings it.",
)


def tools_for(path: Path) -> tuple[Tool, ...]:
    """Return what is run for a folder: jscpd where it is installed, Python's where there is any."""
    chosen = [LIZARD, JSCPD if JSCPD.command() else LIZARD_DUPLICATES]
    if _has_python(path):
        chosen += [BANDIT, *([RADON] if RADON.command() else [])]
    if (path / "requirements.txt").is_file() and PIP_AUDIT.command():
        chosen.append(PIP_AUDIT)
    return tuple(chosen)


def _has_python(path: Path) -> bool:
    if path.is_file():
        return path.suffix == ".py"
    for _, folders, files in os.walk(path):
        folders[:] = [one for one in folders if one not in LEFT_OUT]
        if any(name.endswith(".py") for name in files):
            return True
    return False
