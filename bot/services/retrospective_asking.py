"""Stores the task in which a model looks for topics, in the transaction that shows the cards."""

from bot.services import tasks
from bot.services.context import Context
from bot.services.workspace_settings import effective
from storage.models import Retrospective, Task
from storage.repositories.retrospectives import root_key
from storage.uow import UnitOfWork

MODE = "retrospective"
LEAST_CARDS = 3
"""Of fewer there is nothing to find that the rules do not."""


async def ask(ctx: Context, uow: UnitOfWork, row: Retrospective, *, cards: int) -> Task | None:
    """Return the task; None where the offline model works, or the thread is not posted yet.

    What people say in the thread afterwards stays among themselves: only mentions are wishes.
    """
    settings = await effective(ctx, uow, row.workspace_id, channel_id=row.channel_id)
    by_rule = ctx.models.label_of(settings.model) == ctx.models.offline.label
    root = await uow.outbox.by_key(row.workspace_id, root_key(row.id))
    if by_rule or cards < LEAST_CARDS or root is None or not root.sent_ts:
        return None
    now = ctx.clock.now()
    thread = await uow.threads.ensure(
        row.workspace_id, row.channel_id, root.sent_ts, now=now, mention_only=True
    )
    if await uow.tasks.of_thread(thread.id) is not None:
        return None
    return await uow.tasks.add(
        Task(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            thread_id=thread.id,
            number=await uow.channels.next_task_number(row.workspace_id),
            requester_id=row.opened_by or tasks.LEAD_USER,
            text=f"Which cards of {row.public_id} say the same?",
            title=f"Topics of {row.public_id}",
            mode=MODE,
            model=settings.model,
            read_ts=root.sent_ts,
            created_at=now,
            updated_at=now,
        )
    )
