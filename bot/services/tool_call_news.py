"""The card in a task's thread of a call that needs a person's yes."""

from typing import Any

from bot.domain.tool_call import CallState
from bot.services.context import Context
from bot.slack.cards.tool_call import ToolCallCard, tool_call_card
from storage.models import Task, ToolCall
from storage.uow import UnitOfWork


async def show_call(
    ctx: Context, uow: UnitOfWork, row: ToolCall, task: Task, *, arguments: Any = None
) -> None:
    """Queue the card, or its edit, in the transaction of `uow`.

    What the call would send is shown while the answer is open, and taken off the card with it.
    """
    who = ctx.team.specialists.get(row.specialist)
    card = ToolCallCard(
        call_id=row.id,
        task_id=task.id,
        public_id=task.public_id,
        specialist=who.title if who else row.specialist,
        server=row.server,
        tool=row.tool,
        arguments=arguments,
        waits=row.state is CallState.WAITING,
        allowed=row.state not in (CallState.WAITING, CallState.REFUSED),
        answered_by=row.answered_by,
        until=row.ask_until,
    )
    await uow.outbox.show(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        key=f"tool-call:{row.id}",
        payload=tool_call_card(card).payload(),
        task_id=task.id,
        now=ctx.clock.now(),
    )
