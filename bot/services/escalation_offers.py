"""Decisions that nobody answers: once a revision, their thread is offered an escalation."""

import json
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from bot.domain.decision import DecisionState
from bot.domain.events import PostsQueued
from bot.domain.lanes import POST
from bot.services import quiet
from bot.services.context import Context
from bot.services.workspace_settings import effective
from bot.slack.cards.escalation_offer import OfferLine, escalation_offer
from bot.slack.payloads import DecisionAction
from storage.models import Decision, OutboxRow
from storage.uow import UnitOfWork

VIEW = "escalation_offer"
"""View of outbox rows."""
MOST_DAYS = 60
"""Ours: the setting's largest value; what waits longer than that and a week is not spoken of."""
_MISSED = timedelta(days=7)
"""For so long after its day an offer is still made, when no process was up."""


async def offer(ctx: Context, *, at: datetime) -> int:
    """Queue the offers that are due at the slot `at`; returns how many are new.

    A decision is spoken of once per revision: the post's key is its receipt.
    """
    first, last = at - timedelta(days=MOST_DAYS) - _MISSED, at - timedelta(days=1)
    async with ctx.database.read() as uow:
        waiting = await uow.escalations.unanswered(since=first, before=last)
    places: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for decision in waiting:
        if (decision.channel_id or "D").startswith("D"):  # nobody else could answer there
            continue
        places[decision.workspace_id, decision.channel_id or ""].append(decision)
    count = 0
    for (workspace, channel), decisions in places.items():
        async with ctx.database.begin() as uow:
            count += await _offer(ctx, uow, workspace, channel, decisions, at)
    return count


async def draw(ctx: Context, uow: UnitOfWork, row: OutboxRow) -> dict[str, Any] | None:
    """Return the offer, with all others of the task's thread that wait to be sent, too.

    None for what was named so, or answered while it waited, e.g. for the end of quiet hours.
    """
    decision_id = row.key.split(":")[1]
    found = next(iter(await uow.decisions.of_ids([decision_id])), None)
    if found is None or found.workspace_id != row.workspace_id:
        return None
    beside = await uow.decisions.of_task(found.task_id) if found.task_id else [found]
    waiting = {_key(each): each for each in beside if each.state is DecisionState.PROPOSED}
    queued = await uow.outbox.by_keys(row.workspace_id, list(waiting))
    sent = [json.dumps(other.payload) for other in queued.values() if other.may_be_seen]
    open_ = {
        key: waiting[key]
        for key in queued
        if not any(_button(waiting[key]) in payload for payload in sent)
    }
    if row.key not in open_:
        return None
    now = ctx.clock.now()
    lines = [
        OfferLine(one.id, one.revision, one.public_id, one.title, (now - one.updated_at).days)
        for one in sorted(open_.values(), key=lambda one: one.number)
    ]
    return escalation_offer(lines).payload()


def _key(decision: Decision) -> str:
    return f"escalation-offer:{decision.id}:{decision.revision}"


def _button(decision: Decision) -> str:
    """Return how a message's JSON names a decision: an offer of an older revision is not its."""
    return json.dumps(DecisionAction(decision_id=decision.id, revision=decision.revision).value())


async def _offer(
    ctx: Context,
    uow: UnitOfWork,
    workspace_id: str,
    channel_id: str,
    decisions: list[Decision],
    at: datetime,
) -> int:
    """Offer for one channel's decisions, by its own setting and after its quiet hours."""
    settings = await effective(ctx, uow, workspace_id, channel_id=channel_id)
    days = int(str(settings.values["escalation_offer_days"].value))
    until = await quiet.until(ctx, uow, workspace_id, channel_id=channel_id)
    count = 0
    for decision in decisions:
        waited = at - decision.updated_at
        if not days or not timedelta(days=days) <= waited < timedelta(days=days) + _MISSED:
            continue
        thread = await uow.threads.get(decision.thread_id) if decision.thread_id else None
        count += await uow.outbox.add(
            workspace_id=workspace_id,
            channel_id=channel_id,
            key=_key(decision),
            method=POST,
            payload={},
            view=VIEW,
            now=ctx.clock.now(),
            thread_ts=thread.root_ts if thread else None,
            not_before=until,
            together=f"{VIEW} {channel_id}",
        )
    if count:
        await ctx.announcer.announce(uow, PostsQueued())
    return count
