"""What people think of answers: stored, changeable, counted."""

from typing import Literal

from bot.errors import UserFacingError
from bot.services.context import Context


async def give(
    ctx: Context,
    task_id: str,
    round_number: int,
    verdict: Literal["good", "bad"],
    *,
    by: str,
    receipt: str = "",
) -> None:
    """Store what a person thinks of a round's answer; what they said before is replaced.

    `receipt` names the click; its second delivery changes nothing, so that an older click never
    overwrites a newer one. Raises UserFacingError for a round that was never there.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        task = await uow.tasks.get(task_id)
        if not 1 <= round_number <= task.round:
            raise UserFacingError(f"{task.public_id} has no such answer.")
        if await uow.receipts.is_new(task.workspace_id, receipt, now=now):
            await uow.feedback.put(
                task.workspace_id, task.id, round_number, user_id=by, verdict=verdict, now=now
            )
