"""Takes standups further when their moment has come: reminds who is missing, closes, reports.

A run is rows: whichever process finds it due locks it, so it is done once, and a process that dies
leaves it due for the next one.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from bot.domain.days import day_words
from bot.domain.decision import DecisionOption, DecisionProposal, DecisionState
from bot.domain.escalation import Policy
from bot.services import escalations, standup_news, standup_reminders, standup_risks
from bot.services.away import who_is_away
from bot.services.context import Context
from bot.services.escalation_policy import freeze
from bot.services.escalations import Report
from bot.services.recording import Record, store
from bot.services.standups import CLOSED, next_due
from bot.services.sweeps import stops_no_other
from bot.slack.text import clip
from storage.models import Standup, StandupBlocker
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

BATCH = 100
"""Ours: so many are taken further in one tick."""
FORCED_AT = 2
"""Named in so many standups, a blocker needs a decision (EXPERIENCE.md, "A standup")."""
ESCALATED_AT = 3
"""Named once more after that, it is escalated."""
_LEVEL = 2
"""The team's own people have known it for days: the next to ask is who leads."""


async def sweep(ctx: Context) -> int:
    """Take every run further that is due; returns how many."""
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        due = await uow.standups.due(now, limit=BATCH)
    moved = 0
    for workspace_id, standup_id in due:
        with stops_no_other("standup.broken", standup_id=standup_id):
            moved += await _move(ctx, workspace_id, standup_id, now=now)
    return moved


async def _move(ctx: Context, workspace_id: str, standup_id: str, *, now: datetime) -> bool:
    async with ctx.database.read() as uow:
        row = await uow.standups.get(workspace_id, standup_id)
    policy = await freeze(ctx, None, workspace_id=workspace_id, channel_id=row.channel_id)
    async with ctx.database.begin() as uow:
        row = await uow.standups.get(workspace_id, standup_id, lock=True)
        if row.due_at is None or row.due_at > now:
            return False
        await _remind(ctx, uow, row, now=now)
        if row.closes_at <= now:
            await _close(ctx, uow, row, policy, now=now)
        else:
            row.due_at = await next_due(uow, row)
    return True


async def _remind(ctx: Context, uow: UnitOfWork, row: Standup, *, now: datetime) -> None:
    """Remind those who are missing, once; never who is away or has an own quiet time."""
    heard = {answer.user_id for answer in await uow.standup_rows.answers(row.id) if answer.text}
    for member in await uow.standup_rows.members(row.id):
        if member.remind_at is None or member.remind_at > now:
            continue
        member.remind_at = None
        open_still = member.closes_at is not None and member.closes_at > now
        if member.user_id in heard or member.off or not open_still:
            continue
        day = now.astimezone(ZoneInfo(member.zone)).date()
        gone = (await who_is_away(uow, row.workspace_id, day)).get(member.user_id)
        if gone is None:
            await standup_reminders.remind(ctx, uow, row, member.user_id)
    await uow.session.flush()


async def _close(
    ctx: Context, uow: UnitOfWork, row: Standup, policy: Policy, *, now: datetime
) -> None:
    """Close a run: old blockers become decisions or escalations, then it is reported."""
    row.state, row.closed_at, row.due_at = CLOSED, now, None
    await uow.session.flush()
    for blocker in await uow.standup_rows.blockers_of(row.id):
        if blocker.solved_at is not None or blocker.escalation_id is not None:
            continue
        if blocker.times >= ESCALATED_AT and blocker.decision_id is not None:
            await _escalate(ctx, uow, row, blocker, policy)
        elif blocker.times >= FORCED_AT and blocker.decision_id is None:
            await _force(ctx, uow, row, blocker)
    await uow.session.flush()
    await standup_news.report(ctx, uow, row)
    await standup_risks.ask(ctx, uow, row)
    log.info("standup.closed", standup_id=row.id)


async def _force(ctx: Context, uow: UnitOfWork, row: Standup, blocker: StandupBlocker) -> None:
    """Propose a decision on a blocker that came back."""
    title = clip(f"How {blocker.public_id} is unblocked: {blocker.text}", 120)
    context = (
        f"Named in {blocker.times} standups, the first on"
        f" {day_words(blocker.created_at)}, now"
        f" {'in other words' if blocker.changed else 'unchanged'}:"
        f" {blocker.text}"
    )
    owner = "Whoever took it" if blocker.owner_id else "Somebody"
    outcome = f"{owner} unblocks it before the next standup, ahead of other work."
    decision = await store(
        ctx,
        uow,
        Record(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            root_ts="",
            user_id=blocker.user_id,
            title=title,
            context=context,
            outcome=outcome,
            source_url="",
            key=f"standup-blocker:{blocker.id}:decision",
            more=DecisionProposal(
                title=title,
                context=context,
                outcome=outcome,
                drivers=(f"It blocks for {blocker.times} standups.",),
                options=(
                    DecisionOption(title="Somebody takes it now", bad=("other work waits",)),
                    DecisionOption(title="It waits, with a date", bad=("it blocks until then",)),
                    DecisionOption(title="It is escalated", good=("who leads is asked",)),
                ),
                confirmation="The next standup does not name it.",
            ),
        ),
    )
    blocker.decision_id = decision.id


async def _escalate(
    ctx: Context, uow: UnitOfWork, row: Standup, blocker: StandupBlocker, policy: Policy
) -> None:
    """Escalate a blocker whose decision changed nothing."""
    decision = await uow.decisions.get(blocker.decision_id or "")
    undecided = decision.state is DecisionState.PROPOSED
    what = "nobody decided" if undecided else f"it was {decision.state.value}"
    case = await escalations.store(
        ctx,
        uow,
        Report(
            workspace_id=row.workspace_id,
            channel_id=row.channel_id,
            title=f"{blocker.public_id} {blocker.text}",
            level=_LEVEL,
            key=f"standup-blocker:{blocker.id}:escalation",
            user_id=blocker.user_id,
            impact=f"Named in {blocker.times} standups.",
            tried=f"{decision.public_id}: {what}.",
            source="standup",
        ),
        policy,
        policy.others,
    )
    blocker.escalation_id = case.id
