"""A decision in force is challenged: a proposal that would replace it, with the reason."""

from dataclasses import dataclass

from bot.domain.decision import DecisionState
from bot.errors import UserFacingError
from bot.services.context import Context
from bot.services.recording import Record, Terms, record
from bot.services.workspace_settings import effective
from storage.models import Decision

_LONGEST_TITLE = 150
"""Slack's heading (`bot.slack.limits`)."""


@dataclass(frozen=True)
class Challenge:
    """What is wrong with a decision and what should stand instead.

    `channel_id` is where the proposal goes when the decision stands in no channel.
    """

    decision_id: str
    user_id: str
    why: str
    key: str
    title: str = ""
    outcome: str = ""
    channel_id: str = ""
    is_private: bool = False
    """Whether what is said in that channel must stay there."""


def require_replaceable(decision: Decision) -> None:
    """Raise UserFacingError unless the decision is, or was until it expired, in force."""
    if decision.state not in (DecisionState.ACCEPTED, DecisionState.EXPIRED):
        raise UserFacingError(
            f"{decision.public_id} is {decision.state.value.replace('-', ' ')}, so there is"
            " nothing to challenge.",
            hint="While it is open, reject it or request changes.",
        )


async def challenge(ctx: Context, wanted: Challenge) -> Decision | None:
    """Propose a replacement in the decision's thread; None when it was proposed before.

    The old decision stays in force until the proposal is accepted. Raises UserFacingError without
    a reason, or for what is not in force.
    """
    why = wanted.why.strip()
    if not why:
        raise UserFacingError(
            "Say what is wrong with it.", hint="E.g. `/lead decision D-3 challenge it is too slow`."
        )
    async with ctx.database.read() as uow:
        old = await uow.decisions.get(wanted.decision_id)
        require_replaceable(old)
        root = "" if old.thread_id is None else (await uow.threads.get(old.thread_id)).root_ts
        settings = await effective(ctx, uow, old.workspace_id, channel_id=old.channel_id)
    # Where several must agree, nobody overturns alone what they alone had to agree to.
    alone = settings.quorum > 1 and set(old.approvers) == {wanted.user_id}
    channel = old.channel_id or wanted.channel_id
    if not channel:
        raise UserFacingError(
            f"{old.public_id} stands in no channel.", hint="Challenge it in a channel by command."
        )
    return await record(
        ctx,
        Record(
            workspace_id=old.workspace_id,
            channel_id=channel,
            root_ts=root,
            user_id=wanted.user_id,
            title=(wanted.title.strip() or f"Reconsider: {old.title}")[:_LONGEST_TITLE],
            context=why,
            outcome=wanted.outcome.strip() or f"{old.public_id} no longer holds: {why}",
            source_url="",
            key=wanted.key,
            is_private=wanted.is_private and channel == wanted.channel_id,
            # Who and how many had to agree must agree again, as far as more than one had to.
            terms=Terms(
                supersedes=(old.number,),
                approvers=() if alone else tuple(old.approvers),
                quorum=old.quorum if old.quorum > 1 else None,
            ),
        ),
    )
