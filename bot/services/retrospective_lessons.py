"""Lessons: a topic that a person confirmed as one, kept for later."""

from bot.domain.memory import Note
from bot.domain.redaction import redact
from bot.domain.retrospective import LessonKind
from bot.errors import UserFacingError
from bot.services import retrospective_news
from bot.services.context import Context
from bot.services.memory import remember
from bot.services.retrospectives import note
from bot.slack.text import clip
from storage.models import RetroLesson, new_id

LONGEST = 1_000


async def keep(
    ctx: Context,
    workspace_id: str,
    retrospective_id: str,
    kind: LessonKind,
    text: str,
    *,
    by: str,
    receipt: str,
) -> None:
    """Store a lesson in the words that a person sent. Raises UserFacingError without words."""
    said = redact(" ".join(text.split()))[:LONGEST]
    if not said:
        raise UserFacingError("Say what the lesson is.")
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.retrospectives.get(workspace_id, retrospective_id, lock=True)
        if not await uow.receipts.is_new(workspace_id, receipt, now=now):
            return
        uow.session.add(
            RetroLesson(
                id=new_id(),
                workspace_id=workspace_id,
                channel_id=row.channel_id,
                retrospective_id=row.id,
                kind=kind.value,
                text=said,
                confirmed_by=by,
                created_at=now,
            )
        )
        await uow.session.flush()
        await remember(
            uow,
            Note(
                workspace_id=workspace_id,
                channel_id=row.channel_id,
                kind="lesson",
                name=clip(said, 80),
                text=f"{kind.value.capitalize()}: {said}",
                author=by,
                source=row.public_id,
                at=now,
            ),
        )
        await note(uow, row, by, "lesson", now=now)
        await retrospective_news.refresh(ctx, uow, row)
