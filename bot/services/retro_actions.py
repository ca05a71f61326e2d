"""Tracked actions: agreed on, changed, done, dropped, and their owners reminded."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.redaction import redact
from bot.domain.retrospective import ActionState, next_reminder
from bot.errors import UserFacingError
from bot.services import owed, retrospective_news
from bot.services.context import Context
from bot.services.owed import Reminder
from bot.slack.cards.retro_action import reminder_card
from storage.models import OutboxRow, RetroAction, new_id
from storage.repositories.retrospectives import root_key
from storage.uow import UnitOfWork

REMINDER = "retro_action_reminder"
"""The outbox's view of a reminder."""
LONGEST = 500


@dataclass(frozen=True)
class NewAction:
    """What is to be done, by whom, until when."""

    workspace_id: str
    channel_id: str
    text: str
    by: str
    owner_id: str = ""
    due_on: date | None = None
    retrospective_id: str | None = None
    is_private: bool = False


async def add(ctx: Context, wanted: NewAction, *, receipt: str) -> RetroAction | None:
    """Store an action; None when this act did it before.

    Raises UserFacingError for one without words, or whose day is over.
    """
    now = ctx.clock.now()
    text = _checked(wanted.text, wanted.due_on, now=now)
    async with ctx.database.begin() as uow:
        if wanted.retrospective_id is None:
            await uow.channels.ensure(
                wanted.workspace_id, wanted.channel_id, now=now, is_private=wanted.is_private
            )
        if not await uow.receipts.is_new(wanted.workspace_id, receipt, now=now):
            return None
        row = await uow.retro_actions.add(
            RetroAction(
                id=new_id(),
                workspace_id=wanted.workspace_id,
                channel_id=wanted.channel_id,
                retrospective_id=wanted.retrospective_id,
                number=await uow.numbers.next(RetroAction, wanted.workspace_id),
                text=text,
                owner_id=wanted.owner_id or None,
                due_on=wanted.due_on,
                state=ActionState.OPEN.value,
                created_by=wanted.by,
                created_at=now,
                remind_at=next_reminder(wanted.due_on, now=now),
            )
        )
        await _tell(ctx, uow, row, wanted.by, "add")
    return row


async def change(
    ctx: Context,
    workspace_id: str,
    action_id: str,
    *,
    text: str,
    owner_id: str,
    due_on: date | None,
    by: str,
    receipt: str,
) -> None:
    """Give an open action other words, another owner or day.

    Raises UserFacingError when it has ended, and for what `add` refuses.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.retro_actions.get(workspace_id, action_id, lock=True)
        if not await uow.receipts.is_new(workspace_id, receipt, now=now):
            return
        check_open(row)
        said = _checked(text, due_on if due_on != row.due_on else None, now=now)
        if (said, owner_id or None, due_on) == (row.text, row.owner_id, row.due_on):
            return
        if due_on != row.due_on:
            row.remind_at = next_reminder(due_on, now=now)
        if said != row.text:
            row.created_by = by  # whose words they are now
        row.text, row.owner_id, row.due_on = said, owner_id or None, due_on
        row.changed_at = now
        await _tell(ctx, uow, row, by, "change")


async def end(
    ctx: Context, workspace_id: str, action_id: str, state: ActionState, *, by: str, receipt: str
) -> RetroAction:
    """Say that an action is done, or dropped. Raises UserFacingError when it has ended."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.retro_actions.get(workspace_id, action_id, lock=True)
        if not await uow.receipts.is_new(workspace_id, receipt, now=now):
            return row
        check_open(row)
        row.state, row.ended_by, row.ended_at, row.remind_at = state.value, by, now, None
        await _tell(ctx, uow, row, by, state.value)
    return row


async def remind(ctx: Context, workspace_id: str, action_id: str, *, now: datetime) -> bool:
    """Remind an action's owner, or the channel of one that is nobody's; False when it is not due.

    Who is away is reminded when they are back.
    """
    async with ctx.database.begin() as uow:
        row = await uow.retro_actions.get(workspace_id, action_id, lock=True)
        thread = root_key(row.retrospective_id) if row.retrospective_id else None
        reminder = Reminder("retro-action", REMINDER, row.owner_id, thread=thread)
        return await owed.remind(ctx, uow, row, reminder, now=now)


async def draw_reminder(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
    """Return what somebody is reminded of; None when it has ended meanwhile."""
    found = await uow.retro_actions.get(row.workspace_id, row.key.split(":")[1])
    if found.state != ActionState.OPEN:
        return None
    channel = await uow.channels.find(found.workspace_id, found.channel_id)
    # What was said in private is not repeated in a direct message, whoever owns it.
    hidden = row.channel_id != found.channel_id and (channel is None or channel.is_private)
    return reminder_card(
        action_id=found.id,
        public_id=found.public_id,
        text="" if hidden else found.text,
        channel_id=found.channel_id,
        due_on=found.due_on,
        today=ctx.clock.now().date(),
    ).payload()


def _checked(text: str, due_on: date | None, *, now: datetime) -> str:
    said = redact(" ".join(text.split()))
    if not said:
        raise UserFacingError(
            "Say what is to be done.",
            hint="E.g. `/lead retro add Write a runbook @maya by Friday`.",
        )
    if len(said) > LONGEST:
        raise UserFacingError(f"An action has at most {LONGEST} characters.")
    if due_on is not None and due_on < now.date():
        raise UserFacingError("That day is over.", hint="Give a day from today on.")
    return said


def check_open(row: RetroAction) -> None:
    """Raise UserFacingError for an action that has ended."""
    if row.state != ActionState.OPEN:
        raise UserFacingError(f"{row.public_id} is {row.state} already.")


async def _tell(ctx: Context, uow: UnitOfWork, row: RetroAction, by: str, act: str) -> None:
    """Note it, and let the retrospectives that show it show it."""
    await uow.session.flush()
    await uow.audit.add(
        row.workspace_id,
        by,
        action=f"action.{act}",
        noun="action",
        noun_id=row.id,
        at=ctx.clock.now(),
    )
    shown = {row.retrospective_id} if row.retrospective_id else set()
    there = await uow.retrospectives.open_in(row.workspace_id, row.channel_id)
    for retrospective_id in shown | ({there.id} if there is not None else set()):
        found = await uow.retrospectives.get(row.workspace_id, retrospective_id)
        await retrospective_news.refresh(ctx, uow, found)
