"""What a channel reads when somebody sets, changes, rests or removes one of its schedules."""

from datetime import datetime
from typing import Literal

from bot.domain.lanes import POST
from bot.domain.schedule.spoken import city
from bot.slack.cards import text_post
from bot.slack.text import bold, escape, mention, moment
from storage.models import Schedule
from storage.uow import UnitOfWork

Act = Literal["add", "change", "pause", "resume", "skip", "remove"]


async def tell(uow: UnitOfWork, row: Schedule, act: Act, by: str, *, now: datetime) -> None:
    """Say in the schedule's channel what was done; each revision is told once."""
    post = text_post(_sentence(row, act, by))
    await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        key=f"schedule:{row.id}:revision:{row.revision}",
        method=POST,
        payload={"text": post.text, "blocks": post.blocks},
        now=now,
    )


def _sentence(row: Schedule, act: Act, by: str) -> str:
    what, who = f"{bold(row.name)} ({row.public_id})", mention(by)
    following = f"Next: {moment(row.next_slot_at)}." if row.next_slot_at else ""
    times = f"{escape(row.words)} {', '.join(map(city, row.zones))}"
    match act:
        case "add":
            return f"{what} is scheduled by {who}: {times}. {following}"
        case "change":
            return f"{what} is changed by {who}: {times}. {following}"
        case "skip":
            skipped = moment(row.skip_until) if row.skip_until else ""
            return f"{what} is skipped by {who} on {skipped}. {following}"
        case "resume":
            return f"{who} lets {what} go on. {following}"
        case "pause":
            return f"{what} is paused by {who}."
        case "remove":
            return f"{what} is removed by {who}."
