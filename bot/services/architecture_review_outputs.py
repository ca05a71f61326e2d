"""What a review proposes enters a register when a person accepts it, as it is or changed."""

from dataclasses import dataclass
from datetime import date

from bot.domain.architecture_review import DebtProposal, TechnologyProposal
from bot.domain.events import BoardMoved
from bot.domain.performance_target import Named, Wanted
from bot.domain.service import check_name
from bot.domain.technology import Move, technology_name
from bot.errors import UserFacingError
from bot.services import debts, performance_targets, technologies
from bot.services.architecture_review_views import Body, body_of, line_of
from bot.services.context import Context
from bot.services.debts import Owed
from bot.services.service_graph import Place
from bot.slack.cards.architecture_review import OutputLine
from storage.models import ArchitectureReview, ArchitectureReviewOutput
from storage.uow import UnitOfWork


@dataclass(frozen=True)
class Changed:
    """A proposal as a person wants it; `owner_id` may be empty and `due_on` None for nobody."""

    body: Body
    owner_id: str = ""
    due_on: date | None = None


async def find(
    ctx: Context, workspace_id: str, output_id: str
) -> tuple[ArchitectureReview, OutputLine]:
    """Return a proposal of this workspace with its review; raises NotFound."""
    async with ctx.database.read() as uow:
        output = await uow.architecture_reviews.output(workspace_id, output_id)
        review = await uow.architecture_reviews.get(workspace_id, output.review_id)
        return review, await line_of(uow, review, output)


async def accept(
    ctx: Context, place: Place, output_id: str, *, receipt: str, changed: Changed | None = None
) -> ArchitectureReviewOutput:
    """Put a proposal into its register, once.

    Raises UserFacingError when somebody decided it before, or where the register refuses it.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        review, output = await _locked(uow, place, output_id)
        if not await uow.receipts.is_new(place.workspace_id, receipt, now=now):
            return output
        _check_open(output)
        if changed is None:
            line = await line_of(uow, review, output)
            changed = Changed(body_of(output), line.owner_id, line.due_on)
        output.result = await _register(ctx, uow, place, changed, source=review.public_id)
        output.body = changed.body.model_dump(mode="json")
        await _decide(ctx, uow, place, review, output, "accepted")
    return output


async def dismiss(
    ctx: Context, place: Place, output_id: str, *, receipt: str
) -> ArchitectureReviewOutput:
    """Leave a proposal alone; raises UserFacingError when somebody decided it before."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        review, output = await _locked(uow, place, output_id)
        if not await uow.receipts.is_new(place.workspace_id, receipt, now=now):
            return output
        _check_open(output)
        await _decide(ctx, uow, place, review, output, "dismissed")
    return output


async def _locked(
    uow: UnitOfWork, place: Place, output_id: str
) -> tuple[ArchitectureReview, ArchitectureReviewOutput]:
    """Lock the review first: of two clicks at once the later one shows what the first one did."""
    seen = await uow.architecture_reviews.output(place.workspace_id, output_id)
    review = await uow.architecture_reviews.get(place.workspace_id, seen.review_id, lock=True)
    return review, await uow.architecture_reviews.output(place.workspace_id, output_id, lock=True)


def _check_open(output: ArchitectureReviewOutput) -> None:
    if output.state != "proposed":
        raise UserFacingError(f"<@{output.decided_by}> {output.state} that already.")


async def _decide(
    ctx: Context,
    uow: UnitOfWork,
    place: Place,
    review: ArchitectureReview,
    output: ArchitectureReviewOutput,
    state: str,
) -> None:
    now = ctx.clock.now()
    output.state, output.decided_by, output.decided_at = state, place.user_id, now
    await uow.session.flush()
    await uow.audit.add(
        place.workspace_id,
        place.user_id,
        action=f"review.{state}",
        noun="review",
        noun_id=review.id,
        at=now,
        details={"kind": output.kind},
    )
    await ctx.announcer.announce(uow, BoardMoved.of("review", review))


async def _register(
    ctx: Context, uow: UnitOfWork, place: Place, changed: Changed, *, source: str
) -> str:
    """Store what was accepted; returns how people call it."""
    body = changed.body
    if isinstance(body, TechnologyProposal):
        wanted = Move(technology_name(body.name), body.ring, body.reason)
        row, _ = await technologies.move(ctx, uow, place, wanted, source=source)
        return f"{row.name} on {row.ring}"
    if isinstance(body, DebtProposal):
        owed = Owed(
            title=body.title,
            service=body.service,
            interest=body.interest,
            plan=body.plan,
            effort_days=body.effort_days,
            owner_id=changed.owner_id,
            due_on=changed.due_on,
        )
        number = body.ref.upper().removeprefix("TD-")
        if number.isascii() and number.isdigit() and len(number) <= 9:
            planned = await debts.plan(ctx, uow, place, int(number), owed)
            return f"{planned.public_id}, with its plan"
        return (await debts.register(ctx, uow, place, owed, source=source)).public_id
    target = await performance_targets.set_target(
        ctx,
        uow,
        place,
        Wanted(
            Named(check_name(body.service), "".join(body.metric.split())[:60]),
            body.comparison,
            body.value,
            body.unit,
            changed.due_on,
        ),
        initiative=body.initiative,
        owner_id=changed.owner_id,
        source=source,
    )
    return target.public_id
