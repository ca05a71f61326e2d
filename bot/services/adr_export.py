"""Decisions as files: MADR 4, names that never change, nothing overwritten that people edited."""

import asyncio
import posixpath
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.adr.folder import content_hash
from bot.adr.index import MARK, index
from bot.adr.render import render
from bot.adr.target import MANIFEST, Target, manifest, read_manifest
from bot.clock import Clock
from bot.domain.adr import AdrFile
from bot.domain.decision import LinkKind
from bot.domain.fold import fold
from bot.services.adr_scope import Scope, scope_of, unit_of
from bot.services.adr_view import record_hash, view
from storage.models import Decision
from storage.uow import Database, UnitOfWork

Outcome = Literal["created", "updated", "unchanged", "conflict"]
_SLUG_LENGTH = 60
_KEYS = {
    (LinkKind.SUPERSEDES, True): "supersedes",
    (LinkKind.SUPERSEDES, False): "superseded-by",
    (LinkKind.AMENDS, True): "amends",
    (LinkKind.AMENDS, False): "amended-by",
    (LinkKind.RELATES_TO, True): "relates-to",
}


@dataclass(frozen=True)
class Written:
    """One file of an export."""

    name: str
    public_id: str
    outcome: Outcome
    problem: str = ""


@dataclass(frozen=True)
class ExportReport:
    """What was written; `done` is a sentence of the target."""

    scope: Scope
    written: tuple[Written, ...]
    done: str
    problems: tuple[str, ...] = ()

    @property
    def by_outcome(self) -> Counter[str]:
        """How many files were created, updated, unchanged or in conflict."""
        return Counter(item.outcome for item in self.written)


@dataclass(frozen=True)
class _Page:
    """A decision's file as it should be, and the hash of the file that it was imported from."""

    file: AdrFile
    data: bytes
    imported: str = ""


async def export_folder(
    database: Database,
    clock: Clock,
    target: Target,
    *,
    workspace: str | None = None,
    channel: str | None = None,
    dry_run: bool = False,
    slack: bool = False,
) -> ExportReport:
    """Write the decisions of a workspace, private channels' excepted, or of one channel.

    A file that people edited since it was written is a conflict and left alone. `slack`: see
    `scope_of`. Raises UserFacingError when the scope is not known or the target refuses.
    """
    async with unit_of(database, dry_run=dry_run) as uow:
        scope = await scope_of(
            uow, workspace=workspace, channel=channel, now=clock.now(), slack=slack
        )
        decisions = await uow.decisions.to_export(scope.workspace_id, scope.channel_id)
        _name(decisions)
        pages = [await _page(uow, decision, decisions) for decision in decisions]
    # Git and the disk may take their time, which nothing else here has to wait for.
    return await asyncio.to_thread(_put, scope, pages, target, dry_run=dry_run)


def _put(scope: Scope, pages: list[_Page], target: Target, *, dry_run: bool) -> ExportReport:
    known = read_manifest(target)
    written = [_compare(page, target, known) for page in pages]
    files = {
        page.file.path: page.data
        for page, item in zip(pages, written, strict=True)
        if item.outcome in ("created", "updated")
    }
    files, problems = _with_index(files, pages, target)
    if not files or dry_run:
        # An earlier export may have committed and then failed to push.
        done = "Nothing was written." if dry_run else f"Nothing to write. {target.catch_up()}"
        return ExportReport(scope, tuple(written), done.strip(), problems)
    hashes = {**known, **{name: content_hash(data) for name, data in files.items()}}
    done = target.write({**files, MANIFEST: manifest(hashes)}, _message(files))
    return ExportReport(scope, tuple(written), done, problems)


def file_name(number: int, title: str) -> str:
    """Return the name of a decision's file: its number and a slug of its title."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")
    if len(slug) > _SLUG_LENGTH:
        slug = slug[:_SLUG_LENGTH].rsplit("-", 1)[0]
    return f"{number:04}-{slug or 'decision'}.md"


def _name(decisions: Collection[Decision]) -> None:
    """Give each decision a name that stays, unlike those of the others and of our own pages."""
    taken = {"readme.md", "decisions.md"}
    for decision in sorted(decisions, key=lambda row: (not row.file_name, row.number)):
        name = decision.file_name or file_name(decision.number, decision.title)
        if name.lower() in taken:
            name = f"{name.removesuffix('.md')}-d{decision.number}.md"
        taken.add(name.lower())
        decision.file_name = name


async def _page(uow: UnitOfWork, decision: Decision, exported: Collection[Decision]) -> _Page:
    file = await view(uow, decision)
    names = {row.id: row.file_name for row in exported}
    links: dict[str, list[str]] = {}
    parts = uow.decision_parts
    onward = [(kind, True, row) for kind, row in await parts.onward(decision.id)]
    backward = [(kind, False, row) for kind, row in await parts.backward(decision.id)]
    for kind, forward, other in (*onward, *backward):
        key = _KEYS.get((kind, forward))
        if key and other.id in names:  # one that is not exported is not even named
            folder = posixpath.dirname(decision.file_name)
            links.setdefault(key, []).append(posixpath.relpath(names[other.id], folder or "."))
    source = await uow.decision_sources.of(decision.id)
    untouched = source is not None and source.record_hash == record_hash(decision)
    imported = source.content_hash if source is not None and untouched else ""
    return _Page(file, render(file, links).encode(), imported)


def _compare(page: _Page, target: Target, known: Mapping[str, str]) -> Written:
    name, public_id = page.file.path, f"D-{page.file.number}"
    there = target.read(name)
    if there is None:
        return Written(name, public_id, "created")
    digest = content_hash(there)
    # A file that was imported from just there says what the decision says, in its own form.
    if there == page.data or digest == page.imported:
        return Written(name, public_id, "unchanged")
    if digest == known.get(name):
        return Written(name, public_id, "updated")
    return Written(
        name,
        public_id,
        "conflict",
        f"{name} was edited since it was written; not overwritten. Import it first.",
    )


def _with_index(
    files: dict[str, bytes], pages: Collection[_Page], target: Target
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Add the list of all files where a page of ours, or none, stands."""
    data = index([page.file for page in pages]).encode()
    for name in ("README.md", "DECISIONS.md"):
        there = target.read(name)
        if there is None or there.decode("utf-8", "replace").startswith(MARK):
            return (files if there == data else {**files, name: data}), ()
    return files, ("README.md and DECISIONS.md are not mine; no list was written.",)


def _message(files: Collection[str]) -> str:
    count = len([name for name in files if name not in ("README.md", "DECISIONS.md")])
    return f"Record {count} decision{'s' if count != 1 else ''}" if count else "List the decisions"
