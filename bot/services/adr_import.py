"""Decisions out of a folder of files: each file once, nothing overwritten that people edited."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal

from bot.adr.folder import Folder, Found, Skipped
from bot.clock import Clock
from bot.domain.adr import AdrFile, SourceBody
from bot.domain.decision import DecisionState, dues_of
from bot.services import adr_links
from bot.services.adr_scope import Scope, scope_of, unit_of
from bot.services.adr_view import expected, record_hash, says_the_same, stands_the_same
from storage.models import Decision, DecisionSource, new_id
from storage.uow import Database, UnitOfWork

Outcome = Literal["created", "updated", "unchanged", "conflict"]
MAX_PATH = 500
MAX_NAME = 200
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Order:
    """Import `folder` as the set of files called `label`, so that two projects do not mix."""

    folder: Folder
    label: str
    workspace: str | None = None
    channel: str | None = None
    dry_run: bool = False
    slack: bool = False
    """Whether Slack is set up: the terminal's workspace must be asked for by name then."""


@dataclass
class Imported:
    """What became of one file."""

    file: AdrFile
    outcome: Outcome
    public_id: str
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ImportReport:
    """What became of all of them, and what was left alone and why."""

    scope: Scope
    imported: tuple[Imported, ...]
    skipped: tuple[Skipped, ...]

    @property
    def by_status(self) -> Counter[str]:
        """How many files say which status; `missing` for those that say none."""
        return Counter(item.file.status_label for item in self.imported)

    @property
    def by_outcome(self) -> Counter[str]:
        """How many files were created, updated, unchanged or in conflict."""
        return Counter(item.outcome for item in self.imported)


async def import_folder(database: Database, clock: Clock, order: Order) -> ImportReport:
    """Store every record of a folder; the same files again change nothing.

    A record that people changed since its file was read is a conflict and stays as it is; so is
    one that was made in Slack. Raises UserFacingError for a scope that is not known.
    """
    async with unit_of(database, dry_run=order.dry_run) as uow:
        scope = await scope_of(
            uow,
            workspace=order.workspace,
            channel=order.channel,
            now=clock.now(),
            slack=order.slack,
        )
        await uow.channels.lock_workspace(scope.workspace_id)
        run = _Run(uow, scope, order, now=clock.now())
        await run.all()
    return ImportReport(run.scope, tuple(run.done.values()), order.folder.skipped)


class _Run:
    """One import under way."""

    def __init__(self, uow: UnitOfWork, scope: Scope, order: Order, *, now: datetime) -> None:
        self.uow = uow
        self.scope = scope
        self.order = order
        self.now = now
        self.done: dict[str, Imported] = {}
        self._known = adr_links.Known()
        self._rows: dict[str, Decision] = {}
        self._before: dict[str, SourceBody] = {}
        """What updated files said before, by path."""

    async def all(self) -> None:
        """Store the records folder by folder, then what they say of each other."""
        sources = await self.uow.decision_sources.all_in(
            self.scope.workspace_id, self.scope.channel_id
        )
        self._by_path = {source.path: source for source in sources}
        self._by_hash = {(_tail(source), source.content_hash): source for source in sources}
        for group in _folders(self.order.folder.found):
            counter = await self.uow.channels.last_decision_number(self.scope.workspace_id)
            numbers = [found.file.number for found in group if found.file.number is not None]
            # Numbers are kept only where all of a folder's can be, so that none is misleading.
            keep = len(set(numbers)) == len(numbers) and all(number > counter for number in numbers)
            for found in group:
                await self._take(found, keep=keep)
        await self._link()
        await self.uow.session.flush()

    async def _take(self, found: Found, *, keep: bool) -> None:
        file = found.file
        decision, source = await self._find(found)
        result = Imported(file, "unchanged", "", list(file.problems))
        if decision is None:
            decision = await self._create(found, keep=keep)
            result.outcome = "created"
        elif source is None or source.content_hash != found.content_hash:
            result.outcome = await self._compare(decision, source, found, result.problems)
        result.public_id = decision.public_id
        self.done[file.path] = result
        self._rows[decision.id] = decision
        self._known.add(file.path, file.number, decision)

    async def _find(self, found: Found) -> tuple[Decision | None, DecisionSource | None]:
        """Find the decision of a file: by our id in it, its path, or the same file elsewhere."""
        file = found.file
        if _ID.fullmatch(file.decision_id):
            decision = await self.uow.decisions.find(self.scope.workspace_id, file.decision_id)
            if decision is not None:
                return decision, await self.uow.decision_sources.of(decision.id)
        path = self._path(file)
        source = self._by_path.get(path) or self._by_hash.get((file.path, found.content_hash))
        if source is None:
            return None, None
        return await self.uow.decisions.get(source.decision_id, lock=True), source

    async def _compare(
        self,
        decision: Decision,
        source: DecisionSource | None,
        found: Found,
        problems: list[str],
    ) -> Outcome:
        """Decide what a file means that is not the one that was read before."""
        now_says = await expected(self.uow, decision)
        if says_the_same(now_says, found.file):
            if source is None or stands_the_same(now_says, found.file):
                return "unchanged"
            self._before[found.file.path] = SourceBody.model_validate(source.body)
            _fill(source, decision, found, now=self.now)
            return "updated"
        if source is None:
            problems.append(
                f"{decision.public_id} was made in Slack and says something else; change it there"
            )
            return "conflict"
        if record_hash(decision) != source.record_hash:
            problems.append(
                f"{decision.public_id} was changed in Slack since this file was read; not"
                " overwritten"
            )
            return "conflict"
        self._before[found.file.path] = SourceBody.model_validate(source.body)
        await self._write(decision, found)
        decision.revision += 1
        _fill(source, decision, found, now=self.now)
        await self._note(decision, "updated", found)
        return "updated"

    async def _create(self, found: Found, *, keep: bool) -> Decision:
        file = found.file
        wanted = file.number if keep else None
        number = await self.uow.channels.take_decision_number(self.scope.workspace_id, wanted)
        decision = Decision(
            id=await self._id(file),
            workspace_id=self.scope.workspace_id,
            channel_id=self.scope.channel_id,
            number=number,
            file_name=_file_name(file.path),
            title="",
            body={},
            created_at=self.now,
            updated_at=self.now,
        )
        _contents(decision, file, now=self.now)
        await self.uow.decisions.add(decision)
        await self._write(decision, found)
        source = DecisionSource(
            decision_id=decision.id,
            workspace_id=decision.workspace_id,
            channel_id=decision.channel_id,
            path=self._path(file),
        )
        _fill(source, decision, found, now=self.now)
        await self.uow.decision_sources.add(source)
        await self._note(decision, "imported", found)
        return decision

    async def _id(self, file: AdrFile) -> str:
        """Keep the id of a file that another Teamlead exported, unless it is taken here."""
        if _ID.fullmatch(file.decision_id) and not await self.uow.decisions.exists(
            file.decision_id
        ):
            return file.decision_id
        return new_id()

    async def _write(self, decision: Decision, found: Found) -> None:
        file = found.file
        _contents(decision, file, now=self.now)
        await self.uow.session.flush()
        parts = self.uow.decision_parts
        await parts.relate(
            decision, services=file.record.services, specialists=file.record.specialists
        )
        dues = dues_of(review_by=file.review_by, expires_on=file.expires_on, now=self.now)
        await parts.plan_dues(decision, dues if file.state is DecisionState.ACCEPTED else {})

    async def _note(self, decision: Decision, action: str, found: Found) -> None:
        await self.uow.audit.add(
            decision.workspace_id,
            "terminal",
            action=f"decision.{action}",
            noun="decision",
            noun_id=decision.id,
            at=self.now,
            details={"file": found.file.path},
        )

    async def _link(self) -> None:
        await self._know_the_rest()
        asked: dict[adr_links.Link, str] = {}
        for path, result in self.done.items():
            decision = self._known.paths[path]
            links, problems = adr_links.wanted(self._known, decision, path, result.file.body.links)
            result.problems += problems
            if result.outcome != "conflict":
                asked |= {link: path for link in sorted(links) if link not in asked}
        await self._unlink(set(asked))
        stored = await adr_links.store(self.uow, asked, self._rows, now=self.now)
        for found in (stored, adr_links.still_in_force(asked, self._rows)):
            for path, problems in found.items():
                self.done[path].problems += problems

    async def _know_the_rest(self) -> None:
        """Let files point at those that were imported before and are not in the folder now."""
        prefix = f"{self.order.label}/"
        for path, source in self._by_path.items():
            short = path.removeprefix(prefix)
            if short != path and short not in self._known.paths:
                decision = await self.uow.decisions.get(source.decision_id)
                self._rows[decision.id] = decision
                self._known.add(short, decision.number, decision)

    async def _unlink(self, asked: set[adr_links.Link]) -> None:
        """Remove what updated files said before and no file says any more."""
        for path, before in self._before.items():
            decision = self._known.paths[path]
            old, _ = adr_links.wanted(self._known, decision, path, before.links)
            for kind, source_id, target_id in old - asked:
                await self.uow.decision_parts.unlink(source_id, kind, [target_id])

    def _path(self, file: AdrFile) -> str:
        return stored_path(self.order.label, file.path)


def stored_path(label: str, path: str) -> str:
    """Return how a file is known: its set and its path, shortened by a hash where it is long."""
    whole = f"{label}/{path}"
    if len(whole) <= MAX_PATH:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{digest}/{whole[-(MAX_PATH - 17) :]}"


def _tail(source: DecisionSource) -> str:
    """Return the path within its folder, of which only the file's own hash is compared."""
    return str(source.body.get("path", ""))


def _fill(source: DecisionSource, decision: Decision, found: Found, *, now: datetime) -> None:
    source.content_hash = found.content_hash
    source.record_hash = record_hash(decision)
    source.raw_status = found.file.raw_status
    source.body = {**found.file.body.model_dump(mode="json"), "path": found.file.path}
    source.problems = list(found.file.problems)
    source.imported_at = now


def _contents(decision: Decision, file: AdrFile, *, now: datetime) -> None:
    decision.title = file.record.title[:200]
    decision.body = file.record.model_dump(mode="json")
    decision.state = file.state
    decision.review_by, decision.expires_on = file.review_by, file.expires_on
    decision.updated_at = now


def _file_name(path: str) -> str:
    name = str(PurePosixPath(path).with_suffix(".md"))
    return name if len(name) <= MAX_NAME else ""


def _folders(found: Iterable[Found]) -> list[list[Found]]:
    """Return the records of each folder together, by number and name."""
    groups: dict[str, list[Found]] = defaultdict(list)
    for item in found:
        groups[str(PurePosixPath(item.file.path).parent)].append(item)
    last = 10**9
    return [
        sorted(
            group,
            key=lambda item: (last if (n := item.file.number) is None else n, item.file.path),
        )
        for _, group in sorted(groups.items())
    ]
