"""A person's own record, edited by its author while it is open: a new revision, votes anew."""

from dataclasses import dataclass

from bot.domain import decision as rules
from bot.domain.decision import OPEN, DecisionRecord, DecisionState
from bot.domain.events import DecisionProposed
from bot.errors import NotAllowed, TransitionRefused, UserFacingError
from bot.services import decision_moves
from bot.services.context import Context
from bot.services.decision_links import reconnect
from bot.services.decisions import check_revision
from bot.services.recording import Terms, quorum_of, relate
from bot.services.workspace_settings import effective
from bot.slack.text import mention
from storage.models import Decision


@dataclass(frozen=True)
class Edit:
    """What the author wants it to say; `revision` is the one that was edited."""

    decision_id: str
    user_id: str
    revision: int
    contents: DecisionRecord
    terms: Terms
    key: str


def require_author(decision: Decision, *, user_id: str) -> None:
    """Raise unless the person wrote the decision and it is still open."""
    if decision.author_id is None:
        raise UserFacingError(
            f"The lead drafted {decision.public_id}.", hint="Press *Request changes* instead."
        )
    if decision.author_id != user_id:
        raise NotAllowed(
            f"Only {mention(decision.author_id)} can edit {decision.public_id}.",
            hint="Press *Request changes* and say what should be different.",
        )
    if decision.state not in OPEN:
        raise TransitionRefused("decision", decision.public_id, decision.state.value, "edited")


async def edit(ctx: Context, wanted: Edit) -> Decision:
    """Store the author's new words as the next revision and propose it; returns the decision.

    Its second delivery changes nothing. Raises UserFacingError for what is stale or makes no
    sense, NotAllowed for anybody but the author.
    """
    if not wanted.contents.title.strip() or not wanted.contents.outcome.strip():
        raise UserFacingError("A decision needs a title and an outcome.")
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        decision = await uow.decisions.get(wanted.decision_id, lock=True)
        if not await uow.receipts.is_new(decision.workspace_id, wanted.key, now=now):
            return decision
        require_author(decision, user_id=wanted.user_id)
        check_revision(decision, wanted.revision)
        place = {"channel_id": decision.channel_id}
        settings = await effective(ctx, uow, decision.workspace_id, **place)
        decision.title = wanted.contents.title[:200]
        decision.body = wanted.contents.model_dump(mode="json")
        decision.quorum = quorum_of(wanted.terms, settings, author_id=wanted.user_id)
        decision.approvers = list(wanted.terms.approvers)
        decision.review_by = wanted.terms.review_by or decision.review_by
        decision.expires_on = wanted.terms.expires_on
        decision.revision += 1
        if decision.state is DecisionState.CHANGES_REQUESTED:
            decision.state = rules.move(decision.public_id, decision.state, DecisionState.PROPOSED)
        decision.decided_by = decision.decided_at = None
        decision.updated_at = now
        touched: list[Decision] = []
        for kind, numbers in wanted.terms.links.items():
            touched += await reconnect(ctx, uow, decision, kind, numbers)
        await relate(uow, decision)
        details: dict[str, object] = {"revision": decision.revision}
        await decision_moves.note(ctx, uow, decision, "edit", by=wanted.user_id, details=details)
        await ctx.announcer.announce(uow, DecisionProposed("", decision_id=decision.id))
        await decision_moves.tell(ctx, uow, *touched)
    return decision
