"""Queues what people see of decisions: the card in its thread, and what is said when one is due."""

from functools import partial

from bot.domain.decision import DueKind
from bot.domain.events import DecisionCameUp
from bot.domain.lanes import POST, UPDATE
from bot.domain.setting.kinds import People
from bot.services import quiet
from bot.services.context import Context
from bot.services.decision_views import decision_card_view, decision_key, decision_root
from bot.slack.cards import decision_card, decision_due_post
from bot.slack.post import Post
from storage.models import Decision
from storage.uow import UnitOfWork


async def card_of(ctx: Context, uow: UnitOfWork, decision: Decision) -> Post:
    """Return a decision's card as it stands."""
    return decision_card(await decision_card_view(ctx, uow, decision))


async def show_recorded(ctx: Context, uow: UnitOfWork, decision: Decision) -> None:
    """Show a decision that a person recorded, or its edit, in the thread it came from."""
    if decision.thread_id is None:
        return  # imported: it has no card
    thread = await uow.threads.get(decision.thread_id)
    root = decision_root(decision.id)
    is_root = thread.root_ts == root or await uow.outbox.by_key(decision.workspace_id, root)
    key = (
        root if is_root and decision.revision == 1 else decision_key(decision.id, decision.revision)
    )
    now = ctx.clock.now()
    payload = (await card_of(ctx, uow, decision)).payload()
    thread_ts = None if key == root else thread.root_ts
    add = partial(
        uow.outbox.add,
        workspace_id=decision.workspace_id,
        channel_id=decision.channel_id,
        payload=payload,
        now=now,
    )
    if await add(key=key, method=POST, thread_ts=thread_ts):
        return
    edit = f"{key}:edit"
    if not await add(key=edit, method=UPDATE, target_key=key):
        await uow.outbox.replace(decision.workspace_id, edit, payload=payload, now=now)


async def say_due(ctx: Context, uow: UnitOfWork, event: DecisionCameUp) -> None:
    """Say in a decision's thread that it comes up; where it has none, in its channel.

    What ended is shown in the channel too. An imported record of the whole workspace has no place
    to say it: it stands in the App Home. Nobody asked: it waits for the end of quiet hours.
    """
    decision = await uow.decisions.get(event.decision_id)
    if not decision.channel_id:
        return
    thread = await uow.threads.get(decision.thread_id) if decision.thread_id else None
    card = await decision_card_view(ctx, uow, decision)
    post = decision_due_post(card, event.kind, to=_called(decision))
    payload = post.payload()
    if event.kind is DueKind.EXPIRY and thread is not None:
        payload["reply_broadcast"] = True
    await uow.outbox.add(
        workspace_id=decision.workspace_id,
        channel_id=decision.channel_id,
        key=f"decision:{decision.id}:{event.kind.value}:{event.day.isoformat()}",
        method=POST,
        payload=payload,
        now=ctx.clock.now(),
        thread_ts=thread.root_ts if thread is not None else None,
        not_before=await quiet.until(
            ctx, uow, decision.workspace_id, channel_id=decision.channel_id
        ),
    )


def _called(decision: Decision) -> str:
    """Return who is called: those who had to agree, else who decided or wrote it."""
    who = decision.approvers or [decision.decided_by or decision.author_id or ""]
    return People().show(tuple(filter(None, who)))
