"""Performance targets: set, measured, given an initiative, dropped; each act once, on record."""

from bot.domain.performance_target import Measured, Wanted
from bot.errors import NotFound, UserFacingError
from bot.services.context import Context
from bot.services.receipts import is_first
from bot.services.service_graph import Place
from storage.models import PerformanceMeasurement, PerformanceTarget
from storage.uow import UnitOfWork

MOST_TEXT = 1_000


async def set_once(
    ctx: Context, place: Place, wanted: Wanted, *, receipt: str
) -> PerformanceTarget | None:
    """Set a target because somebody says so; None when this act did it before."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        if not await is_first(uow, place, receipt, now=now):
            return None
        return await set_target(ctx, uow, place, wanted)


async def set_target(
    ctx: Context,
    uow: UnitOfWork,
    place: Place,
    wanted: Wanted,
    *,
    initiative: str = "",
    owner_id: str = "",
    source: str = "",
) -> PerformanceTarget:
    """Set a service's target in the transaction of `uow`, in place of the metric's earlier one.

    A value in another unit begins anew: what was measured before cannot be compared.
    """
    now = ctx.clock.now()
    await uow.channels.lock_workspace(place.workspace_id)
    row = await uow.performance_targets.find(
        place.workspace_id,
        wanted.named.key,
        seen_from=place.channel_id,
        only_here=place.is_private,
        lock=True,
    )
    if row is None:
        row = await uow.performance_targets.add(
            PerformanceTarget(
                workspace_id=place.workspace_id,
                channel_id=place.channel_id,
                number=await uow.numbers.next(PerformanceTarget, place.workspace_id),
                service=wanted.named.service[:60],
                metric=wanted.named.metric[:60],
                key=wanted.named.key[:130],
                comparison=wanted.comparison,
                value=wanted.value,
                unit=wanted.unit[:16],
                state="open",
                created_by=place.user_id,
                created_at=now,
                updated_at=now,
            )
        )
    if wanted.unit and wanted.unit != row.unit:
        row.unit, row.current, row.measured_at = wanted.unit[:16], None, None
    row.comparison, row.value, row.updated_at = wanted.comparison, wanted.value, now
    row.due_on = wanted.due_on or row.due_on
    row.initiative = initiative.strip()[:MOST_TEXT] or row.initiative
    row.owner_id = owner_id or row.owner_id
    row.source = source or row.source
    await _note(ctx, uow, place, row, "target.set")
    return row


async def measure(
    ctx: Context, place: Place, measured: Measured, *, receipt: str
) -> PerformanceTarget:
    """Keep what was measured; raises NotFound, and UserFacingError for another unit."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.performance_targets.find(
            place.workspace_id, measured.named.key, seen_from=place.channel_id, lock=True
        )
        if row is None:
            name = f"{measured.named.service} {measured.named.metric}"
            raise NotFound("target", name, hint=f"`/lead targets set {name} under …` sets one.")
        if row.channel_id != place.channel_id and place.is_private:
            raise UserFacingError(
                f"{row.public_id} is everybody's: what is measured here would be seen there.",
                hint="Say it in a public channel, or set a target of this channel's own.",
            )
        if measured.unit and row.unit and measured.unit != row.unit:
            raise UserFacingError(
                f"{row.public_id} is in {row.unit}, not {measured.unit}.",
                hint=f"Give the value in {row.unit}.",
            )
        if not await uow.receipts.is_new(place.workspace_id, receipt, now=now):
            return row
        await uow.performance_targets.measure(
            row,
            PerformanceMeasurement(
                workspace_id=place.workspace_id,
                target_id=row.id,
                value=measured.value,
                measured_by=place.user_id,
                measured_at=now,
            ),
        )
    return row


async def drop(ctx: Context, place: Place, number: int, *, receipt: str) -> PerformanceTarget:
    """Take a target off the list; raises NotFound, or UserFacingError when that is done."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.performance_targets.by_number(
            place.workspace_id, number, seen_from=place.channel_id, lock=True
        )
        if not await uow.receipts.is_new(place.workspace_id, receipt, now=now):
            return row
        if row.state != "open":
            raise UserFacingError(f"{row.public_id} is dropped already.")
        row.state, row.updated_at = "dropped", now
        await _note(ctx, uow, place, row, "target.drop")
    return row


async def _note(
    ctx: Context, uow: UnitOfWork, place: Place, row: PerformanceTarget, action: str
) -> None:
    await uow.session.flush()
    await uow.audit.add(
        place.workspace_id,
        place.user_id,
        action=action,
        noun="target",
        noun_id=row.id,
        at=ctx.clock.now(),
    )
