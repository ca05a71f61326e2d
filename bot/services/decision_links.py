"""Links between decisions: made by number, checked for sense and circles, one at a time."""

from collections.abc import Sequence

from bot.domain.decision import OPEN, DecisionState, LinkKind, check_link
from bot.errors import UserFacingError
from bot.services import decision_moves
from bot.services.context import Context
from storage.models import Decision
from storage.uow import UnitOfWork


async def connect(
    ctx: Context, uow: UnitOfWork, decision: Decision, kind: LinkKind, numbers: Sequence[int]
) -> list[Decision]:
    """Let a decision say `kind` of the decisions of these numbers; returns them.

    Only what can be seen from its channel can be pointed at. Raises NotFound, and UserFacingError
    for a link that makes no sense.
    """
    if not numbers:
        return []
    # Two at once could close a circle that neither sees.
    await uow.channels.lock_workspace(decision.workspace_id)
    targets: list[Decision] = []
    for number in dict.fromkeys(numbers):
        target = await uow.decisions.by_number(
            decision.workspace_id, number, seen_from=decision.channel_id
        )
        if kind is LinkKind.SUPERSEDES and target.state not in decision_moves.REPLACEABLE:
            raise UserFacingError(
                f"{target.public_id} is {target.state.value.replace('-', ' ')}: there is nothing"
                " to replace.",
                hint="Name a decision that was accepted.",
            )
        edges = await uow.decision_parts.edges(decision.workspace_id, kind)
        names = f"{decision.public_id} and {target.public_id}"
        check_link(kind, edges, decision.id, target.id, names=names)
        await uow.decision_parts.link(decision, target, kind, now=ctx.clock.now())
        targets.append(target)
    return targets


async def reconnect(
    ctx: Context, uow: UnitOfWork, decision: Decision, kind: LinkKind, numbers: Sequence[int]
) -> list[Decision]:
    """Let an open decision say `kind` of these and no others; returns all it said it of or does."""
    said = [other for k, other in await uow.decision_parts.onward(decision.id) if k is kind]
    gone = [other for other in said if other.number not in numbers]
    await uow.decision_parts.unlink(decision.id, kind, [other.id for other in gone])
    fresh = [number for number in numbers if number not in {other.number for other in said}]
    return [*gone, *await connect(ctx, uow, decision, kind, fresh)]


async def declare(
    ctx: Context,
    decision_id: str,
    kind: LinkKind,
    number: int,
    *,
    by: str,
    receipt: str = "",
) -> Decision:
    """Link a decision to another at a person's word; a replaced one is settled at once.

    Whether the person may decide where both stand is asked before.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        decision = await uow.decisions.get(decision_id, lock=True)
        if not await uow.receipts.is_new(decision.workspace_id, receipt, now=now):
            return decision
        targets = await connect(ctx, uow, decision, kind, [number])
        touched = [decision, *targets]
        if kind is LinkKind.SUPERSEDES and decision.state is DecisionState.ACCEPTED:
            await decision_moves.replace(ctx, uow, decision, by=by)
        elif kind is LinkKind.SUPERSEDES and decision.state not in OPEN:
            raise UserFacingError(
                f"{decision.public_id} is {decision.state.value} and replaces nothing.",
                hint="Only an accepted or proposed decision can.",
            )
        details: dict[str, object] = {"kind": kind.value, "target": targets[0].public_id}
        await decision_moves.note(ctx, uow, decision, "link", by=by, details=details)
        await decision_moves.tell(ctx, uow, *touched)
    return decision
