"""What a survey says: a message in its channel, one to each who is asked by name, the result."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from bot.domain.events import PostsQueued
from bot.domain.lanes import POST
from bot.domain.survey import SurveyKind
from bot.services import quiet
from bot.services.context import Context
from bot.services.redraw import redraw
from bot.slack.cards import text_post
from bot.slack.cards.survey import SurveyCard, ask_card, reminder_post, result_post, survey_card
from storage.models import OutboxRow, Survey
from storage.repositories.surveys import ask_key, reminder_key, root_key
from storage.uow import UnitOfWork

CARD, ASK, REMINDER, RESULT = "survey_card", "survey_ask", "survey_reminder", "survey_result"
"""Views of outbox rows: they are rendered when they are sent."""
Json = dict[str, Any]


async def begin(ctx: Context, uow: UnitOfWork, row: Survey, people: Collection[str]) -> None:
    """Queue the message in the channel, and one to each who is asked by name."""
    await quiet.say(ctx, uow, row, root_key(row.id), view=CARD)
    for user_id in sorted(people):
        await _tell(ctx, uow, row, user_id, ask_key(row.id, user_id), ASK)
    await _wake(ctx, uow)


async def remind(ctx: Context, uow: UnitOfWork, row: Survey) -> None:
    """Remind those by name who have not answered; the team in the thread, naming nobody."""
    if row.kind == SurveyKind.TEAM:
        key = f"{root_key(row.id)}:remind:{row.reminders_left}"
        await quiet.say(ctx, uow, row, key, view=REMINDER, target_key=root_key(row.id))
    else:
        for user_id in await uow.surveys.missing(row.id):
            key = reminder_key(row.id, row.reminders_left, user_id)
            await _tell(ctx, uow, row, user_id, key, REMINDER)
    await _wake(ctx, uow)


async def closed(ctx: Context, uow: UnitOfWork, row: Survey) -> None:
    """Say what it came to in the thread; the first message loses its button."""
    await quiet.say(
        ctx, uow, row, f"{root_key(row.id)}:result", view=RESULT, target_key=root_key(row.id)
    )
    await redraw(uow, row, {root_key(row.id): CARD}, now=ctx.clock.now())
    await _wake(ctx, uow)


async def unseen(uow: UnitOfWork, row: Survey) -> str:
    """Return why a survey's channel never saw its message; empty when it did, or still may."""
    root = await uow.outbox.by_key(row.workspace_id, root_key(row.id))
    if root is None or root.state != "dead" or root.sent_ts is not None:
        return ""
    return root.problem or "Slack did not take it"


async def ended(ctx: Context, uow: UnitOfWork, row: Survey, why: str) -> None:
    """Tell whoever opened it, or made its schedule, that it ended and why: the channel cannot."""
    who = row.opened_by or await _scheduler(uow, row)
    if who is None:
        return
    text = (
        f"{row.public_id} in <#{row.channel_id}> is ended: its message could not be posted."
        f" {why.rstrip('.')}."
    )
    await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=who,
        key=f"{root_key(row.id)}:ended",
        method=POST,
        payload=text_post(text).payload(),
        now=ctx.clock.now(),
        not_before=await quiet.until(ctx, uow, row.workspace_id, user_id=who),
    )
    await _wake(ctx, uow)


async def _scheduler(uow: UnitOfWork, row: Survey) -> str | None:
    kind, _, rest = row.slot_key.partition(":")
    schedule_id = rest.partition(":")[0]
    found = await uow.schedules.by_ids({schedule_id}) if kind == "schedule" else {}
    return found[schedule_id].created_by if schedule_id in found else None


async def _tell(
    ctx: Context, uow: UnitOfWork, row: Survey, user_id: str, key: str, view: str
) -> None:
    now: datetime = ctx.clock.now()
    await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=user_id,
        key=key,
        method=POST,
        payload={},
        view=view,
        now=now,
        not_before=await quiet.until(ctx, uow, row.workspace_id, user_id=user_id),
    )


async def _wake(ctx: Context, uow: UnitOfWork) -> None:
    await ctx.announcer.announce(uow, PostsQueued())


async def draw_card(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return the message in the channel as the survey stands now.

    None for one that ended before it could be posted, unless it came to something.
    """
    found = await _of(uow, row)
    if row.method == POST and row.sent_ts is None and found.state == "closed" and not found.answers:
        return None
    return survey_card(card_of(found)).payload()


async def draw_ask(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return the question to one person; None when it is closed before it could be asked."""
    found = await _of(uow, row)
    return ask_card(card_of(found)).payload() if await _waits(ctx, uow, found, row) else None


async def draw_reminder(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return what is said before the end; None when it is over, or the person has answered."""
    found = await _of(uow, row)
    return reminder_post(card_of(found)).payload() if await _waits(ctx, uow, found, row) else None


async def draw_result(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return what it came to."""
    return result_post(card_of(await _of(uow, row))).payload()


async def _waits(ctx: Context, uow: UnitOfWork, found: Survey, row: OutboxRow) -> bool:
    if found.state != "open" or found.closes_at <= ctx.clock.now():
        return False
    if found.kind == SurveyKind.TEAM:
        return True
    member = await uow.surveys.member(found.id, row.key.rpartition(":")[2])
    return member is not None and not member.answered


def card_of(row: Survey) -> SurveyCard:
    """Return a survey as its cards show it; counts only once it is closed with enough answers."""
    told = row.state == "closed" and row.answers is not None
    return SurveyCard(
        survey_id=row.id,
        public_id=row.public_id,
        kind=SurveyKind(row.kind),
        is_open=row.state == "open",
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        minimum=row.minimum,
        scores=row.scores if told else None,
    )


async def _of(uow: UnitOfWork, row: OutboxRow) -> Survey:
    return await uow.surveys.get(row.workspace_id, row.key.split(":")[1])
