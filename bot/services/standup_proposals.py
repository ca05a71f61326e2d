"""Pieces of work that a standup proposes to give to a specialist who is free."""

from collections.abc import Mapping, Sequence

from bot.domain.routing import route
from bot.domain.standup.moves import Waiting, moves
from bot.domain.task import AssignmentState
from bot.services.context import Context
from bot.slack.cards.standup import MoveLine
from bot.slack.text import clip, line
from storage.models import Assignment, Task
from storage.uow import UnitOfWork


async def proposed(
    ctx: Context,
    uow: UnitOfWork,
    workspace_id: str,
    pieces: Sequence[Assignment],
    tasks: Mapping[str, Task],
) -> tuple[MoveLine, ...]:
    """Return what could go to another specialist now."""
    by_id = {p.id: p for p in pieces if p.state is AssignmentState.WAITING}
    waiting = [Waiting(p.id, p.specialist, f"{p.title}. {p.reason}") for p in by_id.values()]

    def fits(text: str) -> list[str]:
        return [ranked.name for ranked in route(text, ctx.team).specialists]

    found = moves(waiting, await uow.plans.workload(workspace_id), fits)
    return tuple(
        MoveLine(
            assignment_id=move.assignment_id,
            public_id=tasks[by_id[move.assignment_id].task_id].public_id,
            title=clip(line(by_id[move.assignment_id].title), 80),
            source=move.source,
            target=move.target,
            queue=move.queue,
        )
        for move in found
    )
