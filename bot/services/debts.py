"""The debt register: written down, changed, paid off or dropped; each act once, each on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.errors import UserFacingError
from bot.services.context import Context
from bot.services.receipts import is_first
from bot.services.service_graph import Place
from bot.slack.cards.debt import DebtCard
from storage.models import Debt
from storage.uow import UnitOfWork

MOST_DAYS = 999


@dataclass(frozen=True)
class Owed:
    """What a person writes of a debt; of one that is registered it replaces all of it."""

    title: str
    service: str = ""
    interest: str = ""
    plan: str = ""
    effort_days: int | None = None
    owner_id: str = ""
    due_on: date | None = None


def card_of(row: Debt) -> DebtCard:
    """Return what cards show of a debt."""
    return DebtCard(
        debt_id=row.id,
        public_id=row.public_id,
        title=row.title,
        service=row.service,
        interest=row.interest,
        plan=row.plan,
        effort_days=row.effort_days,
        owner_id=row.owner_id or "",
        due_on=row.due_on,
        state=row.state,
        source=row.source,
        ended_by=row.ended_by or "",
    )


async def add(ctx: Context, place: Place, owed: Owed, *, receipt: str) -> Debt | None:
    """Write a debt down; None when this act did it before. Raises UserFacingError."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        if not await is_first(uow, place, receipt, now=now):
            return None
        return await register(ctx, uow, place, owed)


async def register(
    ctx: Context, uow: UnitOfWork, place: Place, owed: Owed, *, source: str = ""
) -> Debt:
    """Store a debt in the transaction of `uow`; one of the same title is changed instead.

    Raises UserFacingError for a title of no words.
    """
    title = " ".join(owed.title.split())[:200]
    if not title:
        raise UserFacingError("Say what is owed.", hint="E.g. `/lead debt add Shared order table`.")
    now = ctx.clock.now()
    await uow.channels.lock_workspace(place.workspace_id)
    known = await uow.debts.titled(
        place.workspace_id,
        title,
        owed.service.strip(),
        seen_from=place.channel_id,
        only_here=place.is_private,  # what is said there changes nothing outside of it
    )
    if known is not None:
        _write(known, owed, title, ctx)
        await _note(ctx, uow, place, known, "debt.change")
        return known
    row = Debt(
        workspace_id=place.workspace_id,
        channel_id=place.channel_id,
        number=await uow.numbers.next(Debt, place.workspace_id),
        state="open",
        source=source,
        created_by=place.user_id,
        created_at=now,
    )
    _write(row, owed, title, ctx)
    await uow.debts.add(row)
    await _note(ctx, uow, place, row, "debt.add")
    return row


async def change(ctx: Context, place: Place, debt_id: str, owed: Owed, *, receipt: str) -> Debt:
    """Let a debt say this from now on; raises UserFacingError when it has ended."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.debts.get(place.workspace_id, debt_id, lock=True)
        if not await uow.receipts.is_new(place.workspace_id, receipt, now=now):
            return row
        _check_open(row)
        title = " ".join(owed.title.split())[:200]
        _write(row, owed, title or row.title, ctx)
        await _note(ctx, uow, place, row, "debt.change")
    return row


async def plan(ctx: Context, uow: UnitOfWork, place: Place, number: int, owed: Owed) -> Debt:
    """Give a registered debt a plan, and an owner and a day where it has none.

    Raises NotFound, and UserFacingError when it has ended or is seen by more than the place is.
    """
    row = await uow.debts.by_number(
        place.workspace_id, number, seen_from=place.channel_id, lock=True
    )
    _check_open(row)
    if place.is_private and row.channel_id != place.channel_id:
        raise UserFacingError(
            f"{row.public_id} is everybody's: a plan from here would be seen there.",
            hint=f"`/lead debt {row.public_id}` in a public channel changes it.",
        )
    row.plan = owed.plan.strip() or row.plan
    row.owner_id = row.owner_id or owed.owner_id or None
    row.due_on = row.due_on or owed.due_on
    row.updated_at = ctx.clock.now()
    await _note(ctx, uow, place, row, "debt.change")
    return row


async def finish(
    ctx: Context,
    place: Place,
    debt_id: str,
    state: Literal["done", "dropped"],
    *,
    receipt: str,
) -> Debt:
    """Take a debt off the register; raises UserFacingError when somebody did already."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.debts.get(place.workspace_id, debt_id, lock=True)
        if not await uow.receipts.is_new(place.workspace_id, receipt, now=now):
            return row
        _check_open(row)
        row.state, row.ended_by, row.ended_at, row.updated_at = state, place.user_id, now, now
        await _note(ctx, uow, place, row, "debt.end", {"state": state})
    return row


def _check_open(row: Debt) -> None:
    if row.state != "open":
        raise UserFacingError(
            f"{row.public_id} is {row.state} already.", hint="`/lead debt` lists what is open."
        )


def _write(row: Debt, owed: Owed, title: str, ctx: Context) -> None:
    row.title, row.service = title, " ".join(owed.service.split())[:60]
    row.interest, row.plan = owed.interest.strip(), owed.plan.strip()
    row.effort_days, row.due_on = owed.effort_days, owed.due_on
    row.owner_id, row.updated_at = owed.owner_id or None, ctx.clock.now()


async def _note(
    ctx: Context,
    uow: UnitOfWork,
    place: Place,
    row: Debt,
    action: str,
    details: Mapping[str, object] | None = None,
) -> None:
    await uow.session.flush()
    await uow.audit.add(
        place.workspace_id,
        place.user_id,
        action=action,
        noun="debt",
        noun_id=row.id,
        at=ctx.clock.now(),
        details=dict(details or {}),
    )
