"""Decisions that people write down themselves, from a message where something was decided."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.decision import DecisionProposal, DecisionState
from bot.domain.events import DecisionProposed
from bot.errors import UserFacingError
from bot.services.context import Context
from bot.services.workspace_settings import effective
from storage.models import Decision
from storage.uow import UnitOfWork


@dataclass(frozen=True)
class Record:
    """A decision that a person writes down from a message of the thread `root_ts`.

    `key` names the act, so that its second delivery records nothing.
    """

    workspace_id: str
    channel_id: str
    root_ts: str
    user_id: str
    title: str
    context: str
    outcome: str
    source_url: str
    key: str
    accepted: bool = False
    is_private: bool = False
    more: DecisionProposal | None = None
    """Its other fields, e.g. options and drivers; title, context and outcome are those above."""


async def record(ctx: Context, wanted: Record) -> Decision | None:
    """Store it and show it in the message's thread; None when it was recorded before.

    It belongs to no task: the lead redrafts only what it wrote itself. Whether the person may is
    asked before (`bot.services.access`). Raises UserFacingError for a title or outcome of no words.
    """
    if not wanted.title.strip() or not wanted.outcome.strip():
        raise UserFacingError("A decision needs a title and an outcome.")
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(
            wanted.workspace_id, wanted.channel_id, now=now, is_private=wanted.is_private
        )
        if not await uow.receipts.claim(wanted.workspace_id, wanted.key, now=now):
            return None
        return await store(ctx, uow, wanted)


async def store(ctx: Context, uow: UnitOfWork, wanted: Record) -> Decision:
    """Store and show it in the transaction of `uow`, which has claimed the act's key."""
    decision = await uow.decisions.add(await _decision(ctx, uow, wanted))
    await uow.audit.add(
        wanted.workspace_id,
        wanted.user_id,
        action="decision.record",
        noun="decision",
        noun_id=decision.id,
        at=ctx.clock.now(),
        details={"state": decision.state.value},
    )
    await ctx.announcer.announce(uow, DecisionProposed("", decision_id=decision.id))
    return decision


async def _decision(ctx: Context, uow: UnitOfWork, wanted: Record) -> Decision:
    now = ctx.clock.now()
    place = {"channel_id": wanted.channel_id}
    settings = await effective(ctx, uow, wanted.workspace_id, **place)
    thread = await uow.threads.ensure(
        wanted.workspace_id, wanted.channel_id, wanted.root_ts, now=now
    )
    said = {"title": wanted.title, "context": wanted.context, "outcome": wanted.outcome}
    more = wanted.more or DecisionProposal(**said)
    proposal = more.model_copy(update={name: text.strip() for name, text in said.items()})
    return Decision(
        workspace_id=wanted.workspace_id,
        channel_id=wanted.channel_id,
        thread_id=thread.id,
        task_id=None,
        number=await uow.channels.next_decision_number(wanted.workspace_id),
        title=proposal.title[:200],
        state=DecisionState.ACCEPTED if wanted.accepted else DecisionState.PROPOSED,
        body={**proposal.model_dump(mode="json"), "source_url": wanted.source_url},
        review_by=(now + timedelta(days=settings.review_days)).date(),
        decided_by=wanted.user_id if wanted.accepted else None,
        decided_at=now if wanted.accepted else None,
        created_at=now,
        updated_at=now,
    )
