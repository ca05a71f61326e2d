"""Who has a vote on a decision: those it names, where it names any."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from functools import partial

from bot.domain.decision import DecisionState, can_move
from bot.domain.setting.kinds import People
from bot.errors import NotAllowed, UserFacingError
from bot.services import access
from bot.services.context import Context
from bot.services.directory import Directory
from storage.models import Decision
from storage.uow import UnitOfWork

SHOWN = 10


async def require_vote(directory: Directory, decision: Decision, *, user_id: str) -> None:
    """Raise NotAllowed unless the person is among the named approvers, if any are named.

    Whether the channel lets them decide at all is asked before.
    """
    if decision.approvers and not await _is_named(directory, decision.approvers, user_id):
        named = People().show(tuple(decision.approvers))
        raise NotAllowed(
            f"Only {named} can decide on {decision.public_id}.", hint="Say it in its thread."
        )


async def require_replacing(
    ctx: Context, directory: Directory, others: Iterable[Decision], *, user_id: str
) -> None:
    """Raise NotAllowed unless the person may decide on all that would be replaced.

    A decision of another channel, or one that names its approvers, is not replaced past them.
    """
    for other in others:
        if not can_move(other.state, DecisionState.SUPERSEDED):
            continue
        try:
            await access.require(
                ctx,
                directory,
                "decide",
                workspace_id=other.workspace_id,
                user_id=user_id,
                channel_id=other.channel_id,
            )
            await require_vote(directory, other, user_id=user_id)
        except NotAllowed as refused:
            raise NotAllowed(
                f"This would replace {other.public_id}, on which you cannot decide.",
                hint="Somebody who can must accept it.",
            ) from refused


async def waiting_for(
    uow: UnitOfWork,
    directory: Directory,
    workspace_id: str,
    *,
    user_id: str,
    rooms: Collection[str] = (),
) -> list[Decision]:
    """Return the open decisions on which a person has a vote and gave none.

    Those of public channels and of `rooms`, the private ones that the person is in. The person's
    own that were sent back, and those that name them, come first, then the newest.
    """
    newest = partial(uow.decisions.newest, workspace_id, limit=200, seen_from="", rooms=rooms)
    back = await newest(state=DecisionState.CHANGES_REQUESTED)
    rows = await newest(state=DecisionState.PROPOSED)
    voted = await uow.decision_parts.voted(user_id, [row.id for row in rows])
    named = [row for row in back if row.author_id == user_id]
    free: list[Decision] = []
    for row in rows:
        if row.id in voted:
            continue
        if not row.approvers:
            free.append(row)
        elif await _is_named(directory, row.approvers, user_id):
            named.append(row)
    return [*named, *free][:SHOWN]


def check_quorum(quorum: int, approvers: Sequence[str]) -> None:
    """Raise UserFacingError where the named people cannot give so many yeses."""
    groups = _groups(approvers)
    if approvers and not groups and quorum > len(approvers):
        yes = "yes" if quorum == 1 else "yeses"
        raise UserFacingError(
            f"{len(approvers)} approvers cannot give {quorum} {yes}.",
            hint="Name more people, or ask for fewer.",
        )


def check_named(least: int, approvers: Sequence[str], *, author_id: str) -> None:
    """Raise UserFacingError where only the author is named and the channel asks for several yeses.

    Who proposes would then decide alone, which the channel's rule is there to prevent.
    """
    if least > 1 and set(approvers) == {author_id}:
        raise UserFacingError(
            f"This channel asks for {least} yeses; you alone cannot give them.",
            hint="Name somebody else as well, or nobody.",
        )


async def check_can_vote(directory: Directory, approvers: Iterable[str]) -> None:
    """Raise UserFacingError where a bot is named: it will never vote, so nothing would be settled.

    Raises PersonUnknown where Slack does not say who somebody is.
    """
    named = [user_id for user_id in approvers if user_id[0] in "UW"]
    # At once: Slack waits three seconds for all of them.
    for person in await asyncio.gather(*map(directory.person, named)):
        if person.is_bot:
            raise UserFacingError(
                f"<@{person.user_id}> is a bot and cannot vote.", hint="Name people who can."
            )


async def _is_named(directory: Directory, approvers: Sequence[str], user_id: str) -> bool:
    if user_id in approvers:
        return True
    for group in _groups(approvers):
        if user_id in await directory.members(group):
            return True
    return False


def _groups(approvers: Iterable[str]) -> list[str]:
    return [item for item in approvers if item[0] in "SCG"]
