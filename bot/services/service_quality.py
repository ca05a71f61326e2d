"""Measures a service's code with analysers, inside the sandbox, on a worktree that none can write.

The figures are data for the specialists who assess the code, shown in the thread and remembered.
"""

import importlib.util
import json
import os
import shutil
import sys
import sysconfig
from datetime import datetime
from pathlib import Path

from bot.domain.lanes import POST
from bot.domain.memory import Note, Relation
from bot.domain.report import Name, Report, ReportInvalid
from bot.domain.service_quality import Figure, ServiceQuality
from bot.errors import UserFacingError
from bot.reports import read_report
from bot.services.context import Context
from bot.services.memory import remember_all
from bot.services.sources import Unreadable
from bot.slack.blocks import message, sections
from bot.slack.post import Post
from bot.slack.text import bold, escape
from bot.tools.repository import Outside
from bot.tools.sandbox import Ended, Sandbox, Unavailable
from bot.tools.sandbox.limits import owner
from bot.tools.sandbox.worktree import head_of
from storage.models import Attachment, CodeRepository, new_id
from storage.uow import UnitOfWork

KIND = "quality"
"""Of an attachment that is measured, not read; in the memory it is an `assessment`."""
_MOST_OUTPUT = 20_000_000
_START = (
    "import os, runpy, sys; sys.path.insert(0, sys.argv[1]); os.dup2(os.open(os.devnull, 1), 2);"
    " name = sys.argv[2]; sys.argv[:] = [name, *sys.argv[3:]]; runpy.run_module(name,"
    " run_name='__main__')"
)
"""Runs a module with what it says on stderr left out: that is no part of its report."""
_LIZARD = ("--csv", ".")
_BANDIT = ("-q", "-f", "json", "-r", ".")


async def repository_of(
    uow: UnitOfWork, workspace_id: str, service: str, *, seen_from: str
) -> CodeRepository:
    """Return the repository that is called as a service; raises UserFacingError."""
    wanted = service.casefold().replace(" ", "-")
    for row in await uow.code_repositories.all(workspace_id, seen_from=seen_from):
        if row.name == wanted:
            return row
    raise UserFacingError(
        f"There is no repository for {service}.",
        hint=f"The operator adds it: `teamlead repositories add {wanted[:40]} FOLDER`.",
    )


async def measure(ctx: Context, row: Attachment) -> str:
    """Return the figures that an attachment asks for, as text; raises Unreadable."""
    service, name = str(row.source["service"]), str(row.source["repository"])
    async with ctx.database.read() as uow:
        found = await uow.code_repositories.named(row.workspace_id, name)
    if found is None or found.channel_id not in ("", row.channel_id):
        raise Unreadable(f"The repository {name} is not there any more.")
    if ctx.sandbox is None:
        raise Unreadable("Nothing is measured here.")
    try:
        quality = await _measured(ctx.sandbox, row.workspace_id, found, service)
    except (Outside, Unavailable) as refused:
        said = refused.sentence if isinstance(refused, Unavailable) else f"{refused}."
        raise Unreadable(f"The code of {service} is not measured: {said}") from None
    return quality.text


async def _measured(
    sandbox: Sandbox, workspace_id: str, repository: CodeRepository, service: str
) -> ServiceQuality:
    folder, worktree_id = Path(repository.path), new_id()
    if problem := await sandbox.problem():
        raise Unavailable(problem)
    commit = await head_of(folder)
    tree = sandbox.worktree(workspace_id, worktree_id)
    async with sandbox.alone(worktree_id):  # as long as it is held, no sweep removes it
        try:
            await tree.make(folder, commit)
            complexity = await _said(sandbox, tree.folder, "lizard", _LIZARD)
            security = await _said(sandbox, tree.folder, "bandit", _BANDIT)
        finally:
            await tree.remove()
    figures = (*_complexity(complexity), *_security(security))
    return ServiceQuality(service, repository.name, commit, figures)


async def _said(
    sandbox: Sandbox, folder: Path, module: str, arguments: tuple[str, ...]
) -> bytes | str:
    """Return what a tool says, or why it says nothing."""
    if importlib.util.find_spec(module) is None:
        return f"{module} is not installed; `pip install 'teamlead[gate]'` brings it"
    packages, (python, mounts) = sysconfig.get_paths()["purelib"], _python()
    ended: Ended = await sandbox.run(
        (python, "-I", "-c", _START, packages, module, *arguments),
        folder,
        mounts=(Path(packages), *mounts),
        writable=False,
        keep=_MOST_OUTPUT,
    )
    if ended.why or ended.code not in (0, 1):
        return f"{module} failed: {ended.why or f'exit code {ended.code}'}"
    return ended.output.encode()


def _python() -> tuple[str, tuple[Path, ...]]:
    """Return a Python that can be seen in the sandbox, and what has to be shown for it."""
    own = Path(sys.executable).resolve()
    base = Path(sys.base_prefix).resolve()
    if base.is_relative_to("/usr"):
        return str(own), ()
    open_to_all = all(each.stat().st_mode & 0o001 for each in (base, *base.parents))
    if open_to_all or owner() is None:
        return str(own), (base,)
    return shutil.which("python3", path=os.defpath) or str(own), ()


def _complexity(said: bytes | str) -> tuple[Figure, ...]:
    """Return lizard's figures; every language that it reads counts."""
    titles = {
        Name.COMPLEXITY_FUNCTIONS: "Functions",
        Name.COMPLEXITY_MEAN: "Mean complexity",
        Name.COMPLEXITY_MAX: "Highest complexity",
    }
    report = _report(said)
    n = None if isinstance(report, str) else report.value(Name.COMPLEXITY_FUNCTIONS)
    return _figures(report, "lizard", titles, n=n, of="functions")


def _security(said: bytes | str) -> tuple[Figure, ...]:
    """Return bandit's figures; it reads Python only."""
    titles = {
        Name.VULNERABILITIES_HIGH: "Security findings, high",
        Name.VULNERABILITIES_MEDIUM: "Security findings, medium",
        Name.VULNERABILITIES_LOW: "Security findings, low",
    }
    report = _report(said)
    if isinstance(said, str) or isinstance(report, str):
        return _figures(report, "bandit", titles, n=None, of="")
    n = json.loads(said).get("metrics", {}).get("_totals", {}).get("loc", 0)
    return _figures(report if n else "there is no Python", "bandit", titles, n=n, of="lines")


def _report(said: bytes | str) -> Report | str:
    if isinstance(said, str):
        return said
    try:
        report = read_report(said)
    except ReportInvalid as error:
        return f"the tool said nothing that I can read: {error.text.rstrip('.')}"
    return report if report.measurements else "there is no code that it reads"


def _figures(
    report: Report | str, tool: str, titles: dict[Name, str], *, n: float | None, of: str
) -> tuple[Figure, ...]:
    if isinstance(report, str):
        return tuple(Figure(title, tool, why=report) for title in titles.values())
    return tuple(
        Figure(
            title,
            tool,
            None if (value := report.value(name)) is None else round(value, 2),
            n=None if name is Name.COMPLEXITY_FUNCTIONS else round(n or 0),
            of=of,
        )
        for name, title in titles.items()
    )


async def tell(ctx: Context, uow: UnitOfWork, row: Attachment, text: str) -> None:
    """Show the figures in the thread and remember them, in the transaction of `uow`."""
    title, *lines = text.splitlines()
    service = str(row.source["service"])
    said = "\n".join([bold(title), *(f"• {escape(line)}" for line in lines)])
    thread = await uow.threads.get(row.thread_id)
    task = await uow.tasks.of_thread(thread.id)
    await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        task_id=task.id if task else None,
        key=f"quality:{row.id}",
        method=POST,
        payload=Post(text=title, blocks=message(sections(said))).payload(),
        now=ctx.clock.now(),
    )
    if await _may_be_known(uow, row):
        await remember_all(uow, [_note(row, service, line, at=row.created_at) for line in lines])


async def _may_be_known(uow: UnitOfWork, row: Attachment) -> bool:
    """Whether other channels may know it: not of a repository that is one channel's alone."""
    found = await uow.code_repositories.named(row.workspace_id, str(row.source["repository"]))
    private = await uow.channels.is_private(row.workspace_id, row.channel_id)
    return found is not None and (not found.channel_id or bool(private))


def _note(row: Attachment, service: str, line: str, *, at: datetime) -> Note:
    return Note(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        kind="assessment",
        name=f"{service}_quality_{at:%Y-%m-%dT%H:%M:%SZ}",
        text=line,
        author=None,
        source="quality",
        at=at,
        thread_id=row.thread_id,
        relations=(Relation("quality_of", service, "service"),),
    )
