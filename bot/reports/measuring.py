"""Runs tools on a folder: arguments as a list, a time limit, no secrets of ours, bounded output."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.domain.report import Finding, Gap, Report, ReportInvalid, ReportKind
from bot.errors import UserFacingError
from bot.reports.fields import words
from bot.reports.read import MOST_BYTES, read_report
from bot.reports.tools import Tool, tools_for

_KINDS = {
    "lizard": ReportKind.LIZARD,
    "lizard -Eduplicate": ReportKind.LIZARD_DUPLICATES,
    "radon": ReportKind.RADON,
    "bandit": ReportKind.BANDIT,
    "jscpd": ReportKind.JSCPD,
    "pip-audit": ReportKind.PIP_AUDIT,
}
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "VIRTUAL_ENV",
              "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy")  # fmt: skip


async def measure(path: Path, *, seconds: float) -> tuple[Report, ...]:
    """Return what the tools say of a folder or file; each may take so many seconds.

    A tool that is missing, fails or takes too long leaves a gap. Raises UserFacingError.
    """
    return tuple(await asyncio.gather(*(_run(tool, path, seconds) for tool in _tools(path))))


def _tools(path: Path) -> tuple[Tool, ...]:
    if not path.exists():
        raise UserFacingError(f"There is no {path}.", hint="Name a folder to measure.")
    return tools_for(path)


async def _run(tool: Tool, path: Path, seconds: float) -> Report:
    command = tool.command()
    if command is None:
        return _nothing(tool, f"{tool.name} is not installed. {tool.how}")
    with tempfile.TemporaryDirectory(prefix="teamlead-gate-") as folder:
        into = Path(folder)
        folder_of, name = _named(path)
        called = [*command, *tool.arguments(name, into)]
        ended = await _call(called, into, seconds, cwd=folder_of)
        if ended is None:
            return _nothing(tool, f"{tool.name} took longer than {seconds:g} s.")
        if ended not in tool.good:
            said = words((into / "stderr").read_text("utf-8", "replace")[:2000], 160)
            return _nothing(tool, f"{tool.name} ended with code {ended}. {said}".rstrip())
        try:
            content = _result(tool, into)
            if not content.strip():
                return _nothing(tool, f"{tool.name} found no code.")
            report = read_report(content, name=tool.name)
            return relative(replace(report, roots=(*report.roots, folder_of)))
        except ReportInvalid as error:
            return _nothing(tool, error.text)


def _named(path: Path) -> tuple[str, str]:
    """The folder to run in, and a name there that no tool takes for an option.

    From inside, no folder above it is taken for one of those that are left out.
    """
    full = os.path.abspath(path)
    return (full, ".") if path.is_dir() else (os.path.dirname(full), f"./{path.name}")


async def _call(command: Sequence[str], into: Path, seconds: float, *, cwd: str) -> int | None:
    """Return the exit code, None when the time was over; nothing of it lives on."""
    env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    with (into / "stdout").open("wb") as out, (into / "stderr").open("wb") as err:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**env, "PYTHONUTF8": "1"},
            start_new_session=True,
        )
        try:
            return await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError:
            return None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()


def _result(tool: Tool, into: Path) -> bytes:
    file = into / (tool.result or "stdout")
    if not file.is_file():
        raise ReportInvalid("wrote no result.")
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _nothing(tool: Tool, text: str) -> Report:
    return Report(_KINDS[tool.name], (), (), (Gap(tool.family, text),))


def relative(report: Report) -> Report:
    """Return a report whose places are seen from the current folder, as CI names them."""
    found = tuple(_seen_from(os.getcwd(), report.roots, one) for one in report.findings)
    return replace(report, findings=found)


def _seen_from(here: str, roots: Sequence[str], finding: Finding) -> Finding:
    path = finding.path.removeprefix("file://")
    there = [full for root in roots if os.path.isfile(full := os.path.join(root, path))]
    if len(there) == 1:  # in several folders there is a file of that name: nobody knows which
        path = os.path.normpath(there[0])
    path = path.removeprefix(f"{here}{os.sep}").removeprefix("./")
    return finding if path == finding.path else replace(finding, path=path)
