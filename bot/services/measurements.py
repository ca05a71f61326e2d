"""Reports and exports that somebody sends: opened within limits, stored whole or not at all."""

import hashlib
import zlib
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.measure import Heard
from bot.domain.measure.exports import is_export, read_export
from bot.domain.measure.fact import Origin
from bot.domain.measure.shape import read_moment
from bot.domain.report import Report
from bot.domain.service import check_name, key_of
from bot.errors import UserFacingError
from bot.reports import MOST_BYTES, read_report
from bot.services.context import Context
from bot.services.measures import rules_of
from storage.uow import UnitOfWork

SENDER = "ingest"
"""The source of repositories that only reports name."""
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_LENGTHS = {"repository": 140, "commit": 64, "branch": 100}


@dataclass(frozen=True)
class About:
    """What a report is about; empty: its sender did not say."""

    service: str = ""
    repository: str = ""
    commit: str = ""
    branch: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Ingested:
    """What became of a file: of its values (or work items) so many were new."""

    kind: str
    new: int
    known: int

    def said(self) -> dict[str, str | int]:
        """Return the answer to whoever sent it."""
        return {"kind": self.kind, "new": self.new, "known": self.known}

    def words(self) -> str:
        """Return the same for people."""
        if not self.new:
            return f"{self.kind}, known already"
        known = f", {self.known} known already" if self.known else ""
        return f"{self.kind}, {self.new} new{known}"


def about(
    *, service: str, repository: str, commit: str, branch: str, at: str, now: datetime
) -> About:
    """Return what a sender says of a report; raises UserFacingError for what cannot be stored."""
    said = {"repository": repository, "commit": commit, "branch": branch}
    for name, value in said.items():
        if len(value) > _LENGTHS[name] or not value.isprintable():
            raise UserFacingError(f"The {name} is too long or holds signs that cannot be printed.")
    return About(
        service=key_of(check_name(service)) if service.strip() else "",
        at=read_moment(at, "at", now=now) if at else None,
        **said,
    )


def unpacked(content: bytes) -> bytes:
    """Return what is in a gzip, or the content itself; raises UserFacingError.

    Never more than the readers take is unpacked, whatever the archive promises.
    """
    if content.startswith(_ZIP):
        raise UserFacingError(
            "I open no ZIP archives.", hint="Send the report itself, or its gzip."
        )
    if not content.startswith(_GZIP):
        return content
    stream = zlib.decompressobj(wbits=31)
    try:
        found = stream.decompress(content, MOST_BYTES + 1)
    except zlib.error:
        raise UserFacingError("That gzip is broken.") from None
    if len(found) > MOST_BYTES:
        raise UserFacingError(f"Unpacked it is larger than {MOST_BYTES // 1024 // 1024} MB.")
    if not stream.eof:
        raise UserFacingError("That gzip is cut off.")
    if stream.unused_data:
        raise UserFacingError("That gzip holds more than one file.")
    return found


def read(ctx: Context, content: bytes) -> Report | Heard:
    """Return what a file says; raises UserFacingError. It takes seconds: not in the event loop."""
    found = unpacked(content)
    head = found[:4096].decode("utf-8", "replace")
    if not is_export(head):
        return read_report(found)
    try:
        text = found.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserFacingError("It is not UTF-8 text.") from None
    return read_export(text, rules=rules_of(ctx.settings.measure), now=ctx.clock.now())


async def keep(
    ctx: Context, workspace_id: str, said: Report | Heard, what: About, *, content: bytes
) -> Ingested:
    """Store what a file says in one transaction; the same file again changes nothing."""
    async with ctx.database.begin() as uow:
        await uow.channels.ensure_workspace(workspace_id, now=ctx.clock.now())
        if isinstance(said, Report):
            return await keep_report(
                uow, workspace_id, said, what, content=content, now=ctx.clock.now()
            )
        digest = hashlib.sha256(content).hexdigest()
        n = len(said.facts)
        if not await uow.receipts.claim(
            workspace_id, f"measure:{SENDER}:{digest}", now=ctx.clock.now()
        ):
            return Ingested("work items", 0, n)
        await uow.facts.see(workspace_id, said.origins)
        await uow.facts.merge(workspace_id, said.facts)
        return Ingested("work items", n, 0)


async def keep_report(
    uow: UnitOfWork,
    workspace_id: str,
    report: Report,
    what: About,
    *,
    content: bytes,
    now: datetime,
) -> Ingested:
    """Store a report's values; one that came before, about the same commit, is known.

    A repository is noted, so that somebody can say which service it is.
    """
    at = what.at or now
    if what.repository:
        await uow.facts.see(workspace_id, [Origin(SENDER, what.repository, at)])
        service = what.service or await uow.facts.service_of(workspace_id, what.repository)
        what = replace(what, service=service)
    place = {"service": what.service, "repository": what.repository}
    code = {"commit": what.commit, "branch": what.branch}
    subject = "\0".join((what.repository or what.service, what.commit, what.branch))
    new = 0
    for one in report.measurements:
        said = f"{report.kind}\0{one.name}\0{subject}\0".encode()
        values = {
            **place,
            **code,
            "source": report.kind.value,
            "name": one.name.value,
            "value": one.value,
            "unit": one.unit,
            "at": at,
            "digest": hashlib.sha256(said + content).hexdigest(),
        }
        new += await uow.facts.measured(workspace_id, values)
    return Ingested(report.kind.value, new, len(report.measurements) - new)
