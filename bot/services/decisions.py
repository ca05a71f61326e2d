"""Decisions: proposed by a task, decided or sent back by people, redrafted by the lead."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain import decision as rules
from bot.domain.decision import DecisionProposal, DecisionState
from bot.domain.events import DecisionMoved, DecisionProposed
from bot.errors import TeamleadError, UserFacingError
from bot.model.port import Reply, ReviseRequest
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep, perform
from bot.services.workspace_settings import effective
from storage.models import Decision, Task
from storage.uow import UnitOfWork


async def propose(
    ctx: Context, uow: UnitOfWork, task: Task, proposals: Sequence[DecisionProposal]
) -> None:
    """Store the proposals of a task's round, once, and show each."""
    if await uow.decisions.of_task(task.id, round_number=task.round):
        return
    now = ctx.clock.now()
    place = {"channel_id": task.channel_id}
    settings = await effective(ctx, uow, task.workspace_id, **place)
    for position, proposal in enumerate(proposals):
        decision = await uow.decisions.add(
            Decision(
                id=_id_of(task, position),
                workspace_id=task.workspace_id,
                channel_id=task.channel_id,
                thread_id=task.thread_id,
                task_id=task.id,
                round=task.round,
                number=await uow.channels.next_decision_number(task.workspace_id),
                title=proposal.title[:200],
                body=proposal.model_dump(mode="json"),
                review_by=(now + timedelta(days=settings.review_days)).date(),
                created_at=now,
                updated_at=now,
            )
        )
        await ctx.announcer.announce(uow, DecisionProposed(task.id, decision_id=decision.id))


def _id_of(task: Task, position: int) -> str:
    """The same proposal always gets the same id, so that a restored bot posts no second card."""
    name = f"{task.id}:{task.round}:{position}"
    return hashlib.blake2b(name.encode(), digest_size=16).hexdigest()


async def decide(
    ctx: Context,
    decision_id: str,
    target: DecisionState,
    *,
    by: str,
    revision: int | None = None,
    reason: str = "",
    receipt: str = "",
) -> Decision:
    """Accept, reject or send back a decision; returns it.

    `revision` is the one that the person saw: a click on an older card is refused. `receipt` names
    the click; its second delivery changes nothing. Whether the person may is asked before
    (`bot.services.access`). Raises UserFacingError (stale) or TransitionRefused (already decided).
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        decision = await uow.decisions.get(decision_id, lock=True)
        if not await uow.receipts.is_new(decision.workspace_id, receipt, now=now):
            return decision
        if revision is not None and revision != decision.revision:
            raise UserFacingError(
                f"{decision.public_id} was redrafted since you saw it.",
                hint="The newest card is further down.",
            )
        if target is DecisionState.CHANGES_REQUESTED:
            _check_may_change(decision, reason)
        decision.state = rules.move(decision.public_id, decision.state, target)
        decision.decided_by = by
        decision.decided_at = decision.updated_at = now
        decision.reason = reason.strip()
        await uow.session.flush()
        await uow.audit.add(
            decision.workspace_id,
            by,
            action=f"decision.{target.value}",
            noun="decision",
            noun_id=decision.id,
            at=now,
            details={"revision": decision.revision},
        )
        event = DecisionMoved(decision.task_id or "", decision_id=decision.id)
        await ctx.announcer.announce(uow, event)
    return decision


def _check_may_change(decision: Decision, reason: str) -> None:
    if not reason.strip():
        raise UserFacingError("Say what should change.")
    if decision.task_id is None:
        raise UserFacingError(
            f"A person wrote {decision.public_id}; I redraft only my own.",
            hint="Reject it and record it anew.",
        )


async def redraft(ctx: Context, decision_id: str) -> None:
    """Let the lead redraft a decision whose changes were requested; safe to run again.

    Raises what `perform` raises.
    """
    async with ctx.database.read() as uow:
        decision = await uow.decisions.get(decision_id)
    if decision.state is DecisionState.CHANGES_REQUESTED and decision.task_id is not None:
        await perform(ctx, decision.task_id, RedraftStep(ctx, decision))


class RedraftStep(ModelStep[DecisionProposal, None]):
    """One call for another draft of a decision, after what a person asked for."""

    even_stopped = True

    def __init__(self, ctx: Context, decision: Decision) -> None:
        self._ctx = ctx
        self._id = decision.id
        # A redraft that failed may be asked for again, with another comment: another call.
        asked = decision.decided_at.timestamp() if decision.decided_at else 0
        self.name = f"decision:{decision.number}:{decision.revision + 1}:{asked:.0f}"

    def key(self, task: Task) -> str:
        """A decision belongs to no round."""
        return self.name

    async def begin(self, uow: UnitOfWork, task: Task) -> ReviseRequest | Done[None]:
        """Take the draft and the person's comment."""
        decision = await uow.decisions.get(self._id)
        if decision.state is not DecisionState.CHANGES_REQUESTED:
            return Done(None)
        return ReviseRequest(
            text=task.text,
            decision=DecisionProposal.model_validate(decision.body),
            comment=decision.reason,
        )

    async def end(self, uow: UnitOfWork, task: Task, reply: Reply[DecisionProposal]) -> None:
        """Propose the new draft."""
        decision = await uow.decisions.get(self._id, lock=True)
        if decision.state is not DecisionState.CHANGES_REQUESTED:
            return
        decision.revision += 1
        decision.title = reply.value.title[:200]
        decision.body = reply.value.model_dump(mode="json")
        _reopen(decision, now=self._ctx.clock.now())
        await uow.session.flush()
        event = DecisionProposed(task.id, decision_id=decision.id)
        await self._ctx.announcer.announce(uow, event)


def _reopen(decision: Decision, *, now: datetime) -> None:
    """Propose it again: who sent it back has decided nothing and must not be named as if."""
    decision.state = rules.move(decision.public_id, decision.state, DecisionState.PROPOSED)
    decision.decided_by = decision.decided_at = None
    decision.updated_at = now


async def redraft_failed(
    ctx: Context, decision_id: str, error: Exception, *, error_id: str
) -> None:
    """Say on the card why the redraft did not come; the comment stays and can be sent again."""
    known = isinstance(error, TeamleadError)
    why = str(error) if known else f"Something broke on my side ({error_id})."
    async with ctx.database.begin() as uow:
        decision = await uow.decisions.get(decision_id, lock=True)
        if decision.state is not DecisionState.CHANGES_REQUESTED or decision.task_id is None:
            return
        _reopen(decision, now=ctx.clock.now())
        decision.reason = f"{decision.reason} (not redrafted: {why})"
        await uow.session.flush()
        # The revision's card exists already, so this is news about it and no new card.
        event = DecisionMoved(decision.task_id, decision_id=decision.id)
        await ctx.announcer.announce(uow, event)
