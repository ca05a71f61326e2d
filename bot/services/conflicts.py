"""Conflicts: opened by a person, assessed by those who know, resolved by one who may decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.conflict import Claim, Option, options
from bot.domain.conflict.wants import Kind
from bot.domain.conflict.words import arrangement, ends, stakeholder_message
from bot.domain.days import day_words
from bot.domain.decision import DecisionOption, DecisionProposal
from bot.domain.events import BoardMoved
from bot.domain.lanes import POST
from bot.domain.task import ENDED
from bot.errors import UserFacingError
from bot.services.conflict_availability import days_off
from bot.services.context import Context
from bot.services.receipts import is_first
from bot.services.recording import Record, store
from bot.slack.cards import text_post
from bot.slack.text import escape
from storage.models import Conflict, ConflictClaim, Decision, Task, new_id
from storage.uow import UnitOfWork


@dataclass(frozen=True)
class Wanting:
    """One line of the form: a task by its number, or anything else that wants the subject."""

    title: str
    task_number: int | None = None


@dataclass(frozen=True)
class NewConflict:
    """What a person says is wanted by several; `key` names the act."""

    workspace_id: str
    channel_id: str
    user_id: str
    kind: Kind
    subject: str
    week_hours: int
    starts_on: date
    wanting: Sequence[Wanting]
    key: str
    is_private: bool


async def open_conflict(ctx: Context, wanted: NewConflict) -> Conflict | None:
    """Store a conflict and show its card; None when this act opened it before.

    Raises NotFound for a task that cannot be seen here.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        if not await is_first(uow, wanted, wanted.key, now=now):
            return None
        conflict = Conflict(
            id=new_id(),
            workspace_id=wanted.workspace_id,
            channel_id=wanted.channel_id,
            number=await uow.numbers.next(Conflict, wanted.workspace_id),
            kind=wanted.kind,
            subject=wanted.subject,
            capacity=wanted.week_hours,
            starts_on=wanted.starts_on,
            opened_by=wanted.user_id,
            created_at=now,
            updated_at=now,
        )
        claims = [
            await _claim(uow, conflict, position, item)
            for position, item in enumerate(wanted.wanting)
        ]
        await uow.conflicts.add(conflict, claims)
        await _note(ctx, uow, conflict, wanted.user_id, "conflict.open")
        await _announce(ctx, uow, conflict)
    return conflict


async def _claim(
    uow: UnitOfWork, conflict: Conflict, position: int, item: Wanting
) -> ConflictClaim:
    task: Task | None = None
    if item.task_number is not None:
        task = await uow.tasks.by_number(
            conflict.workspace_id, item.task_number, seen_from=conflict.channel_id
        )
    title = f"{task.public_id} {task.title or task.text}" if task is not None else item.title
    return ConflictClaim(
        workspace_id=conflict.workspace_id,
        conflict_id=conflict.id,
        position=position,
        title=" ".join(title.split())[:120],
        task_id=task.id if task is not None else None,
    )


@dataclass(frozen=True)
class Assessment:
    """What a person says of one claim."""

    hours: int
    impact: int
    complexity: int
    due_on: date | None
    flexible_days: int
    note: str


async def assess(
    ctx: Context, conflict: Conflict, position: int, said: Assessment, *, by: str, receipt: str
) -> Conflict:
    """Store what a person says of a claim, in place of what was said before.

    Raises UserFacingError when it is resolved.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        conflict = await uow.conflicts.get(conflict.workspace_id, conflict.id, lock=True)
        _check_open(conflict)
        if not await uow.receipts.is_new(conflict.workspace_id, receipt, now=now):
            return conflict
        claim = (await uow.conflicts.claims(conflict.id))[position]
        claim.hours, claim.impact, claim.complexity = said.hours, said.impact, said.complexity
        claim.due_on, claim.flexible_days = said.due_on, said.flexible_days
        claim.note, claim.said_by, claim.said_at = said.note.strip(), by, now
        conflict.revision += 1
        conflict.updated_at = now
        await _announce(ctx, uow, conflict)
    return conflict


def _check_open(conflict: Conflict) -> None:
    if conflict.state != "open":
        by = f" by <@{conflict.resolved_by}>" if conflict.resolved_by else ""
        raise UserFacingError(f"{conflict.public_id} is resolved{by}.")


def claims_of(rows: Sequence[ConflictClaim]) -> tuple[Claim, ...]:
    """Return the claims when all were assessed, else nothing."""
    found = [
        Claim(
            title=row.title,
            hours=row.hours,
            impact=row.impact,
            complexity=row.complexity,
            due_on=row.due_on,
            flexible_days=row.flexible_days or 0,
        )
        for row in rows
        if row.hours is not None and row.impact is not None and row.complexity is not None
    ]
    return tuple(found) if len(found) == len(rows) else ()


def options_of(
    conflict: Conflict, rows: Sequence[ConflictClaim], *, off: frozenset[date]
) -> tuple[Option, ...]:
    """Return the ways out, once all claims were assessed; days `off` have no hours."""
    claims = claims_of(rows)
    if not claims:
        return ()
    return options(claims, week_hours=conflict.capacity, start=conflict.starts_on, off=off)


def last_day(ways: Sequence[Option]) -> date | None:
    """Return when the last claim ends, whichever way is taken; None without ways."""
    return max((end for way in ways for end in way.timeline.ends), default=None)


@dataclass(frozen=True)
class Choice:
    """A way out as somebody saw it: of which revision, and when each claim ended by it."""

    option: str
    revision: int
    last_days: str


async def resolve(
    ctx: Context, conflict: Conflict, choice: Choice, *, by: str, receipt: str
) -> Conflict:
    """Choose a way out: it becomes a decision of that person, and who waits is told.

    Raises UserFacingError when it is resolved, or when a claim or an absence changed since the
    person saw the ways; then the card shows them anew.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        conflict = await uow.conflicts.get(conflict.workspace_id, conflict.id, lock=True)
        if not await uow.receipts.is_new(conflict.workspace_id, receipt, now=now):
            return conflict
        _check_open(conflict)
        rows = await uow.conflicts.claims(conflict.id)
        off = await days_off(ctx, uow, conflict)
        ways = options_of(conflict, rows, off=off.days)
        way = next((way for way in ways if way.key == choice.option), None)
        if way is not None and choice == Choice(way.key, conflict.revision, way.last_days):
            found = _Chosen(rows, ways, way, off.words(until=last_day(ways)))
            await _settle(ctx, uow, conflict, found, by=by, receipt=receipt)
            return conflict
        await _announce(ctx, uow, conflict)
    raise UserFacingError(
        f"{conflict.public_id} changed since you saw it.", hint="Look at its card again."
    )


@dataclass(frozen=True)
class _Chosen:
    """One of the ways, with what it was computed from."""

    rows: Sequence[ConflictClaim]
    ways: tuple[Option, ...]
    way: Option
    away: str


async def _settle(
    ctx: Context, uow: UnitOfWork, conflict: Conflict, found: _Chosen, *, by: str, receipt: str
) -> None:
    way, now = found.way, ctx.clock.now()
    message = stakeholder_message(
        way,
        claims_of(found.rows),
        subject=conflict.subject,
        week_hours=conflict.capacity,
        away=found.away,
    )
    decision = await _record(ctx, uow, conflict, found, by=by, receipt=receipt)
    conflict.state, conflict.decision_id = "resolved", decision.id
    conflict.resolved_by, conflict.resolved_at = by, now
    conflict.updated_at = now
    conflict.resolution = {"option": way.key, "title": way.title, "message": message}
    await _order_turns(uow, conflict, found.rows, way)
    await _tell(ctx, uow, conflict, found.rows, message)
    await _note(ctx, uow, conflict, by, "conflict.resolve")
    await _announce(ctx, uow, conflict)


async def _order_turns(
    uow: UnitOfWork, conflict: Conflict, rows: Sequence[ConflictClaim], chosen: Option
) -> None:
    """Where tasks wanted one slot, let those that still wait for their turn have it in that order.

    The last keeps its place among all others; an escalation still goes before them.
    """
    if conflict.kind != "slot":
        return
    for place, position in enumerate(reversed(chosen.order)):
        task_id = rows[position].task_id
        if task_id is None:
            continue
        task = await uow.tasks.get(task_id, lock=True)
        if task.state not in ENDED:
            task.priority = max(task.priority, place)
    await uow.session.flush()


async def _record(
    ctx: Context,
    uow: UnitOfWork,
    conflict: Conflict,
    found: _Chosen,
    *,
    by: str,
    receipt: str,
) -> Decision:
    chosen, claims = found.way, claims_of(found.rows)
    title = arrangement(chosen, claims, conflict.subject).removesuffix(".")
    names = ", ".join(claim.title for claim in claims)
    context = (
        f"{conflict.public_id}: {conflict.subject} has {conflict.capacity} h a week from"
        f" {day_words(conflict.starts_on, year=True)} and is wanted by {names}."
        f" {found.away}"
    ).strip()
    return await store(
        ctx,
        uow,
        Record(
            workspace_id=conflict.workspace_id,
            channel_id=conflict.channel_id,
            root_ts="",
            user_id=by,
            title=title[:150],
            context=context,
            outcome=f"{title}. Chosen as: {chosen.title.lower()}.",
            source_url="",
            key=receipt or f"conflict:{conflict.id}",
            accepted=True,
            more=DecisionProposal(
                title=title[:150],
                context=context,
                outcome=title,
                drivers=tuple(f"{c.title}: impact {c.impact} of 5" for c in claims),
                options=tuple(
                    DecisionOption(title=option.title, neutral=ends(option, claims))
                    for option in found.ways
                ),
                consequences=ends(chosen, claims),
                services=(conflict.subject,) if conflict.kind == "service" else (),
                specialists=(conflict.subject,) if conflict.kind == "specialist" else (),
            ),
        ),
    )


async def _tell(
    ctx: Context,
    uow: UnitOfWork,
    conflict: Conflict,
    rows: Sequence[ConflictClaim],
    message: str,
) -> None:
    """Tell the threads of the tasks that were in it; those of other channels learn nothing."""
    for row in rows:
        task = None if row.task_id is None else await uow.tasks.get(row.task_id)
        if task is None or task.channel_id != conflict.channel_id:
            continue
        text = f"{conflict.public_id} is resolved. {escape(message)}"
        await uow.outbox.add(
            workspace_id=conflict.workspace_id,
            channel_id=task.channel_id,
            task_id=task.id,
            key=f"conflict:{conflict.id}:told:{task.id}",
            method=POST,
            payload=text_post(text).payload(),
            now=ctx.clock.now(),
        )


async def _announce(ctx: Context, uow: UnitOfWork, conflict: Conflict) -> None:
    await uow.session.flush()
    await ctx.announcer.announce(uow, BoardMoved.of("conflict", conflict))


async def _note(ctx: Context, uow: UnitOfWork, conflict: Conflict, by: str, action: str) -> None:
    await uow.audit.add(
        conflict.workspace_id,
        by,
        action=action,
        noun="conflict",
        noun_id=conflict.id,
        at=ctx.clock.now(),
    )
