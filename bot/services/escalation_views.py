"""Turns rows of escalations into what their cards show."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.escalation import Due, Kind
from bot.domain.escalation.summary import Summary, summarise
from bot.slack.escalation_views import EscalationCard, EscalationLine, EscalationStep, Word
from storage.models import Escalation, EscalationEvent, Task
from storage.uow import UnitOfWork

LATE = timedelta(minutes=2)
"""Ours: the sweep looks every few seconds, so a timer later than this was held up by something."""


async def card_view(uow: UnitOfWork, row: Escalation) -> EscalationCard:
    """Return a case's card; two small questions to the database."""
    task = await uow.session.get(Task, row.task_id) if row.task_id else None
    word = await uow.escalations.last_word(row.id)
    return card_of(row, task_public_id=task.public_id if task else "", word=word)


def card_of(
    row: Escalation, *, task_public_id: str = "", word: EscalationEvent | None = None
) -> EscalationCard:
    """Return what the row itself says."""
    return EscalationCard(
        escalation_id=row.id,
        public_id=row.public_id,
        title=row.title,
        state=row.state,
        level=row.level,
        owner_id=row.owner_id,
        opened_by=row.opened_by,
        opened_at=row.created_at,
        impact=row.impact,
        tried=row.tried,
        source=row.source,
        source_url=row.source_url,
        task_public_id=task_public_id,
        due=Due(row.due_kind, row.due_at) if row.due_kind and row.due_at else None,
        snoozed_until=row.snoozed_until,
        last_word=Word(word.text, word.by_id, word.at) if word else None,
        resolution=row.resolution,
        resolved_by=row.resolved_by or "",
        resolved_at=row.resolved_at,
    )


async def step_view(
    uow: UnitOfWork, row: Escalation, event: EscalationEvent, *, elsewhere: bool
) -> EscalationStep:
    """Return one thing that happened; `elsewhere` it is told in another channel."""
    secret = False
    if elsewhere:
        channel = await uow.channels.find(row.workspace_id, row.channel_id)
        secret = channel is None or channel.is_private
        called_in = str(row.policy.get("page_channel") or "")
        secret = secret or await uow.channels.is_shared(row.workspace_id, called_in)
    told_here = elsewhere or row.policy.get("page_channel") in ("", None, row.channel_id)
    return EscalationStep(
        card=await card_view(uow, row),
        kind=event.kind,
        by_id=event.by_id,
        at=event.at,
        level=event.level,
        owner_id=event.owner_id,
        text=event.text,
        next_at=event.next_at,
        group=str(row.policy.get("page_group") or "") if told_here else "",
        call=row.pages if event.kind is Kind.PAGED else 0,
        summary=await summary_of(uow, row) if event.kind is Kind.RESOLVED else None,
        is_unnamed=event.level in (2, 3) and not _named(row, event.level),
        is_secret=secret,
        channel_id=row.channel_id if elsewhere else "",
    )


def _named(row: Escalation, level: int) -> bool:
    return bool((row.policy.get("people") or {}).get(str(level)))


async def summary_of(uow: UnitOfWork, row: Escalation) -> Summary:
    """Return what a case's timeline says."""
    lines = await uow.escalations.timeline(row.id)
    return summarise(lines, late_seconds=round(LATE.total_seconds()))


def lines_of(events: Sequence[EscalationEvent]) -> list[EscalationLine]:
    """Return a timeline's lines."""
    patience = round(LATE.total_seconds())
    return [
        EscalationLine(
            kind=event.kind,
            by_id=event.by_id,
            at=event.at,
            level=event.level,
            owner_id=event.owner_id,
            text=event.text,
            late_seconds=event.late_seconds if event.late_seconds > patience else 0,
        )
        for event in events
    ]
