"""Sprint planning on schedule: at its time a draft stands in the channel, with what is known."""

from bot.services.ceremony import Ceremony, DueSlot
from bot.services.context import Context, Starter
from bot.services.sprints import NewSprint, open_sprint
from bot.slack.cards import text_post
from bot.slack.post import Post
from bot.slack.text import count
from storage.models import Schedule
from storage.uow import UnitOfWork

KIND = "sprint"
_MOST = 20
_ASKS = "main-orchestrator"
"""The team whose requests are a sprint's requirements (the seed, "Sprint Planning")."""


async def open_planning(ctx: Context, _starter: Starter, slot: DueSlot) -> None:
    """Open a draft for the slot, once; a person adds to it and has it planned."""
    schedule = slot.schedule
    async with ctx.database.read() as uow:
        if await uow.sprints.of_slot(schedule.workspace_id, slot.key) is not None:
            return
        asked = await _asked(uow, schedule)
        channel = await uow.channels.find(schedule.workspace_id, schedule.channel_id)
    await open_sprint(
        ctx,
        NewSprint(
            workspace_id=schedule.workspace_id,
            channel_id=schedule.channel_id,
            owner_id=slot.by or schedule.created_by,
            source="schedule",
            key=slot.key,
            is_private=channel is None or channel.is_private,
            requirements="\n".join(f"- {text}" for text in asked),
            slot_key=slot.key,
        ),
    )


async def _asked(uow: UnitOfWork, schedule: Schedule) -> list[str]:
    """Return what main-orchestrator asks of us and nobody has ended, as seen in this channel."""
    rows = await uow.hand_offs.open_ones(
        schedule.workspace_id, seen_from=schedule.channel_id, limit=_MOST
    )
    return [
        f"{' '.join(row.text.split())} ({row.public_id})"
        for row in rows
        if row.direction == "in" and row.team == _ASKS and row.channel_id == schedule.channel_id
    ]


async def preview(ctx: Context, schedule: Schedule) -> Post:
    """Return what a planning that opened now would begin with."""
    async with ctx.database.read() as uow:
        asked = await _asked(uow, schedule)
        left = await uow.sprint_items.left_over(schedule.workspace_id, schedule.channel_id)
    return text_post(
        f"*Sprint planning* would begin with {count(len(asked), 'request')} of {_ASKS} and"
        f" {count(len(left), 'item')} that the last sprint left."
    )


SPRINT = Ceremony(
    kind=KIND,
    title="Sprint planning",
    about="opens a draft of the next sprint, to be filled and planned",
    window_minutes=0,
    run=open_planning,
    preview=preview,
)
