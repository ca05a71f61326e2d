"""The learning plan of a channel: items added, begun, done with what shows it, reminded of."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.learning import LONGEST_TITLE, LearningKind, LearningState, move
from bot.domain.redaction import redact
from bot.domain.retrospective import next_reminder
from bot.errors import UserFacingError
from bot.services import owed
from bot.services.context import Context
from bot.services.owed import Reminder
from bot.services.receipts import is_first
from bot.slack.cards.learning import reminder_card
from storage.models import LearningItem, OutboxRow, new_id
from storage.uow import UnitOfWork

REMINDER = "learning_reminder"
"""The outbox's view of a reminder."""
_OPEN = (LearningState.PLANNED, LearningState.BEGUN)
_LONGEST_EVIDENCE = 1_000


@dataclass(frozen=True)
class NewItem:
    """What is to be learned or taught, by a person or one of our specialists."""

    workspace_id: str
    channel_id: str
    kind: LearningKind
    title: str
    by: str
    person_id: str = ""
    specialist: str = ""
    due_on: date | None = None
    is_private: bool = False


async def add(ctx: Context, wanted: NewItem, *, receipt: str) -> LearningItem | None:
    """Store an item; None when this act did it before.

    Raises UserFacingError for one without words, or whose day is over.
    """
    now, title = ctx.clock.now(), redact(" ".join(wanted.title.split()))
    if not title:
        raise UserFacingError("Say what it is about.")
    if len(title) > LONGEST_TITLE:
        raise UserFacingError(f"A title has at most {LONGEST_TITLE} characters.")
    if wanted.due_on is not None and wanted.due_on < now.date():
        raise UserFacingError("That day is over.", hint="Give a day from today on.")
    async with ctx.database.begin() as uow:
        if not await is_first(uow, wanted, receipt, now=now):
            return None
        row = await uow.learning.add(
            LearningItem(
                id=new_id(),
                workspace_id=wanted.workspace_id,
                channel_id=wanted.channel_id,
                number=await uow.numbers.next(LearningItem, wanted.workspace_id),
                kind=wanted.kind.value,
                title=title,
                person_id=wanted.person_id or None,
                specialist=wanted.specialist,
                due_on=wanted.due_on,
                state=LearningState.PLANNED.value,
                created_by=wanted.by,
                created_at=now,
                updated_at=now,
                remind_at=next_reminder(wanted.due_on, now=now),
            )
        )
        await _note(uow, row, wanted.by, "add", now=now)
    return row


async def step(
    ctx: Context,
    row: LearningItem,
    target: LearningState,
    *,
    by: str,
    receipt: str,
    evidence: str = "",
) -> LearningItem:
    """Move an item on; `evidence` is a link or a sentence that shows it.

    Raises TransitionRefused from where it cannot go there.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.learning.get(row.workspace_id, row.id, lock=True)
        if not await uow.receipts.is_new(row.workspace_id, receipt, now=now):
            return row
        row.state = move(row.public_id, LearningState(row.state), target).value
        row.updated_at = now
        if target not in _OPEN:
            row.ended_by, row.ended_at, row.remind_at = by, now, None
            row.evidence = redact(" ".join(evidence.split()))[:_LONGEST_EVIDENCE]
        await _note(uow, row, by, target.value, now=now)
    return row


async def remind(ctx: Context, workspace_id: str, item_id: str, *, now: datetime) -> bool:
    """Remind an item's person, or its channel; False when it is not due."""
    async with ctx.database.begin() as uow:
        row = await uow.learning.get(workspace_id, item_id, lock=True)
        reminder = Reminder("learning", REMINDER, row.person_id)
        return await owed.remind(ctx, uow, row, reminder, now=now)


async def draw_reminder(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
    """Return what somebody is reminded of; None when it has ended meanwhile."""
    found = await uow.learning.get(row.workspace_id, row.key.split(":")[1])
    if found.state not in _OPEN:
        return None
    channel = await uow.channels.find(found.workspace_id, found.channel_id)
    hidden = row.channel_id != found.channel_id and (channel is None or channel.is_private)
    return reminder_card(
        public_id=found.public_id,
        title="" if hidden else found.title,
        channel_id=found.channel_id,
        due_on=found.due_on,
    ).payload()


async def _note(uow: UnitOfWork, row: LearningItem, by: str, act: str, *, now: datetime) -> None:
    await uow.session.flush()
    await uow.audit.add(
        row.workspace_id, by, action=f"learning.{act}", noun="learning", noun_id=row.id, at=now
    )
