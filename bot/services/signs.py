"""What the reactions on a person's message say: taken in, and how its task has ended."""

from bot.domain.roots import is_provisional
from bot.domain.task import TaskState
from bot.services.context import Context
from bot.services.delivery_rows import ROUND
from storage.models import OutboxRow, Task
from storage.uow import UnitOfWork

ADD, REMOVE = "reactions.add", "reactions.remove"
SEEN, THANKED = "eyes", "+1"
ENDS = {
    TaskState.DONE: "white_check_mark",
    TaskState.FAILED: "warning",
    TaskState.STOPPED: "black_square_for_stop",
}
"""Ours: ❌ on a message is a person's word to stop (`TEAMLEAD_REACTION_STOP`)."""
MOST = 10
"""Ours: a round reads few messages; of more, the newest get their sign."""


def sign_key(channel_id: str, ts: str, name: str) -> str:
    """Return the outbox key of a reaction on a message."""
    return f"reaction:{channel_id}:{ts}:{name}"


async def show_end(ctx: Context, uow: UnitOfWork, task: Task) -> None:
    """Put the ended round's sign beside each 👀 of it; another end of the round replaces it.

    A message whose 👀 was given up under load gets none, nor does one that the next round reads.
    """
    said = await uow.threads.messages(task.thread_id)
    read = [
        message.ts
        for message in said
        if message.trusted and (message.ts < task.read_ts or is_provisional(message.ts))
    ]
    # What begins a task of ours, such as a sprint's card, is no message that was taken in.
    read = [*(ts for ts in read if ts != task.read_ts), task.read_ts]
    names = (SEEN, THANKED, "end")
    keys = {ts: [sign_key(task.channel_id, ts, name) for name in names] for ts in read[-MOST:]}
    rows = await uow.outbox.by_keys(
        task.workspace_id, [key for some in keys.values() for key in some]
    )
    for ts, (seen, thanked, end) in keys.items():
        taken_in = rows.get(seen)
        # Where the first reaction was refused a second one would be, too.
        if taken_in is None or taken_in.state == "dead" or thanked in rows:
            continue
        call = {"timestamp": ts, "name": ENDS[task.state], ROUND: task.round}
        if end not in rows:
            await _queue(ctx, uow, taken_in, key=end, method=ADD, call=call)
        elif rows[end].payload.get(ROUND) == task.round:
            await _replace(ctx, uow, rows[end], call)


async def _replace(ctx: Context, uow: UnitOfWork, row: OutboxRow, call: dict[str, object]) -> None:
    was = row.payload
    if was["name"] == call["name"]:
        return
    now, key = ctx.clock.now(), f"{row.key}:not:{was['name']}"
    await uow.outbox.replace(row.workspace_id, row.key, payload=call, now=now)
    if not await _queue(ctx, uow, row, key=key, method=REMOVE, call=was):
        await uow.outbox.replace(row.workspace_id, key, payload=was, now=now)


async def _queue(
    ctx: Context, uow: UnitOfWork, row: OutboxRow, *, key: str, method: str, call: dict[str, object]
) -> bool:
    """Queue a call about the message of `row`; returns False where `key` stands already."""
    return await uow.outbox.add(
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        task_id=row.task_id,
        key=key,
        method=method,
        target_key=row.target_key,
        payload=call,
        now=ctx.clock.now(),
    )
