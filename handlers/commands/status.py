"""`/lead status`: load, money left, whether anything is stuck."""

from bot import __version__
from bot.domain.decision import DecisionState
from bot.domain.usage import MICROS
from bot.services import conflict_views
from bot.services.budgets import day_start
from bot.services.escalation_audit import timers_of
from bot.services.workspace_settings import effective
from bot.slack.cards import status_card
from bot.slack.cards.conflict_note import standing_words
from bot.slack.post import Post
from bot.slack.views import StatusCard
from handlers.commands.table import Call


async def show_status(call: Call) -> Post:
    """Show how the bot is doing, from its tables."""
    ctx = call.desk.ctx
    now = ctx.clock.now()
    since = day_start(now)
    async with ctx.database.read() as uow:
        settings = await effective(ctx, uow, call.workspace_id, channel_id=call.channel_id)
        open_tasks = await uow.tasks.open_in(call.workspace_id)
        proposed = await uow.decisions.count(call.workspace_id, DecisionState.PROPOSED)
        channel = await uow.ledger.committed_by_channel(
            call.workspace_id, call.channel_id, since=since
        )
        day = await uow.ledger.committed_by_workspace(call.workspace_id, since=since)
        words = await uow.feedback.count(call.workspace_id)
        depth = await uow.outbox.depth()
        oldest = await uow.outbox.oldest_waiting()
        escalated = await uow.escalations.open_by_level(call.workspace_id)
        timers = await timers_of(uow, now=now, workspace_id=call.workspace_id)
        conflicts = await conflict_views.standing(
            uow,
            call.workspace_id,
            (call.channel_id,),
            now=now,
            apart=await uow.channels.is_shared(call.workspace_id, call.channel_id),
        )
        records = await uow.decision_exports.problem(call.workspace_id)
    budget = settings.budget
    channel_limit = round(budget.per_channel_day * MICROS)
    day_limit = round(budget.per_day * MICROS)
    return status_card(
        StatusCard(
            open_tasks=len(open_tasks),
            waiting_decisions=proposed,
            model_label=ctx.models.label_of(settings.model),
            channel_left_micros=max(0, channel_limit - channel),
            channel_limit_micros=channel_limit,
            day_left_micros=max(0, day_limit - day),
            day_limit_micros=day_limit,
            outbox_depth=depth,
            oldest_waiting_seconds=(now - oldest).total_seconds() if oldest else None,
            database=ctx.database.dialect,
            version=__version__,
            good=words.get("good", 0),
            bad=words.get("bad", 0),
            escalations=tuple(sorted(escalated.items(), reverse=True)),
            timers=timers.sentence(),
            conflicts=standing_words(conflicts.named, conflicts.wanted),
            records_behind=bool(records),
        )
    )
