"""What the specialists of a round delivered, and why others did not."""

from bot.domain.output import SpecialistOutput
from bot.domain.task import AssignmentState
from bot.services.reading import StoredPlan
from storage.uow import UnitOfWork


async def delivered(
    uow: UnitOfWork, plan: StoredPlan
) -> tuple[dict[str, SpecialistOutput], dict[str, str]]:
    """Return outputs by assignment, in the plan's order, and the problems of those that failed."""
    keys = [item.id for item in plan.body.assignments]
    rows = await uow.plans.some_assignments(plan.id, keys)
    items = [rows[key] for key in keys if key in rows]
    failed = {item.key: item.problem for item in items if item.state is AssignmentState.FAILED}
    outputs = {
        item.key: SpecialistOutput.model_validate(item.output)
        for item in items
        if item.output is not None
    }
    return outputs, failed
