"""Decisions: proposed by a task, decided or sent back by people, redrafted by the lead."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.domain import decision as rules
from bot.domain.decision import DecisionProposal, DecisionState, Verdict, Vote, tally
from bot.domain.events import DecisionMoved, DecisionProposed
from bot.errors import TeamleadError, UserFacingError
from bot.model.port import Reply, ReviseRequest
from bot.services import decision_moves
from bot.services.context import Context
from bot.services.model_step import Done, ModelStep, perform
from bot.services.recording import relate
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
                quorum=settings.quorum,
                rejection=settings.rejection,
                review_by=(now + timedelta(days=settings.review_days)).date(),
                created_at=now,
                updated_at=now,
            )
        )
        await relate(uow, decision, new=True)
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
    """Accept, reject, send back or deprecate a decision; returns it.

    While it is proposed, accepting and rejecting are votes: it moves once they settle it.
    `revision` is the one that the person saw: a click on an older card is refused. `receipt` names
    the click; its second delivery changes nothing. Whether the person may is asked before
    (`bot.services.access`, `bot.services.decision_rights`). Raises UserFacingError (stale, said
    before) or TransitionRefused (already decided).
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        decision = await uow.decisions.get(decision_id, lock=True)
        if not await uow.receipts.is_new(decision.workspace_id, receipt, now=now):
            return decision
        check_revision(decision, revision)
        if target is DecisionState.CHANGES_REQUESTED:
            _check_may_change(decision, reason)
        if decision.state is DecisionState.EXPIRED and target is DecisionState.ACCEPTED:
            raise UserFacingError(
                f"{decision.public_id} has expired.",
                hint=f"`/lead decision {decision.public_id} renew` puts it in force again.",
            )
        rules.move(decision.public_id, decision.state, target)
        touched = [decision]
        if await _is_settled(ctx, uow, decision, target, by=by, reason=reason):
            touched = await decision_moves.settle(ctx, uow, decision, target, by=by, reason=reason)
        await decision_moves.tell(ctx, uow, *touched)
    return decision


def check_revision(decision: Decision, revision: int | None) -> None:
    """Raise UserFacingError for a click on a card older than the present draft."""
    if revision is not None and revision != decision.revision:
        raise UserFacingError(
            f"{decision.public_id} was redrafted since you saw it.",
            hint="The newest card is further down.",
        )


_VERDICTS = {DecisionState.ACCEPTED: Verdict.YES, DecisionState.REJECTED: Verdict.NO}


async def _is_settled(
    ctx: Context,
    uow: UnitOfWork,
    decision: Decision,
    target: DecisionState,
    *,
    by: str,
    reason: str,
) -> bool:
    """Store a vote and return whether it settles the decision; what is no vote does so at once."""
    verdict = _VERDICTS.get(target)
    if decision.state is not DecisionState.PROPOSED or verdict is None:
        return True
    before = await uow.decision_parts.votes(decision)
    vote = Vote(by, verdict, reason.strip())
    count = partial(tally, quorum=decision.quorum, rejection=decision.rejection)
    if any(said.user_id == by and said.verdict is verdict for said in before):
        so_far = count(before).words
        raise UserFacingError(
            f"You said {verdict.value} to {decision.public_id} already: {so_far}.",
        )
    await uow.decision_parts.vote(decision, vote, now=ctx.clock.now())
    others = [said for said in before if said.user_id != by]
    if count([*others, vote]).outcome is target:
        return True
    decision.updated_at = ctx.clock.now()
    details: dict[str, object] = {"revision": decision.revision, "verdict": verdict.value}
    await decision_moves.note(ctx, uow, decision, "vote", by=by, details=details)
    return False


def _check_may_change(decision: Decision, reason: str) -> None:
    if not reason.strip():
        raise UserFacingError("Say what should change.")
    if decision.task_id is None and decision.author_id is None:
        raise UserFacingError(
            f"{decision.public_id} came from a file, so nobody here can redraft it.",
            hint="Change the file and import it again, or challenge it.",
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
        await relate(uow, decision)
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
