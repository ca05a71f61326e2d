"""A decision as its file would say it, and the hash that tells whether people changed it since."""

import hashlib
import json

from bot.adr.reader import read_adr
from bot.adr.render import render
from bot.adr.roles import role_of
from bot.domain.adr import AdrFile, SourceBody
from storage.models import Decision, DecisionSource
from storage.uow import UnitOfWork


def record_hash(decision: Decision) -> str:
    """Return a hash of all that a file can say of a decision."""
    said = [
        decision.record.model_dump(mode="json"),
        decision.state.value,
        str(decision.review_by or ""),
        str(decision.expires_on or ""),
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


async def view(uow: UnitOfWork, decision: Decision) -> AdrFile:
    """Return what the file of a decision says; one made in Slack names who decided it, and when."""
    source = await uow.decision_sources.of(decision.id)
    return _view(decision, source)


def _view(decision: Decision, source: DecisionSource | None) -> AdrFile:
    record = decision.record
    if source is None:
        decided = decision.decided_at or decision.created_at
        by = (decision.decided_by,) if decision.decided_by else ()
        record = record.model_copy(
            update={
                "dated": record.dated or decided.date(),
                "decision_makers": record.decision_makers or by,
            }
        )
    return AdrFile(
        path=decision.file_name,
        number=decision.number,
        record=record.model_copy(update={"title": " ".join(record.title.split())}),
        state=decision.state,
        raw_status=source.raw_status if source else "",
        review_by=decision.review_by,
        expires_on=decision.expires_on,
        decision_id=decision.id,
        body=SourceBody.model_validate(source.body) if source else SourceBody(),
    )


async def expected(uow: UnitOfWork, decision: Decision) -> AdrFile:
    """Return what is read of a decision's file when nobody changed it."""
    file = await view(uow, decision)
    named = file.model_copy(update={"path": file.path or f"{decision.number:04}.md"})
    read = read_adr(render(named, {}), named.path)
    return read if isinstance(read, AdrFile) else named


def says_the_same(one: AdrFile, other: AdrFile) -> bool:
    """Return whether two files record the same decision, however they are laid out."""
    return _said(one) == _said(other)


def stands_the_same(one: AdrFile, other: AdrFile) -> bool:
    """Return whether all else that two files hold is the same, up to MADR's headings."""
    return _kept(one) == _kept(other)


def _said(file: AdrFile) -> tuple[object, ...]:
    return file.record, file.state, file.review_by, file.expires_on


def _kept(file: AdrFile) -> tuple[object, ...]:
    sections = [(role_of(item.heading) or item.heading, item.text) for item in file.body.sections]
    return file.raw_status, file.body.raw_date, file.body.front, file.body.preamble, sections
