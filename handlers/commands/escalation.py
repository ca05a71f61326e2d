"""`/lead escalate`, `escalations` and `escalation`."""

import re
from contextlib import suppress

from bot.domain.escalation import EscalationState
from bot.errors import NotFound, UserFacingError
from bot.services import escalation_views
from bot.services.escalation_news import card_key
from bot.services.escalations import check_place
from bot.slack.cards import text_post
from bot.slack.cards.escalation_lists import escalation_details, escalation_list
from bot.slack.cards.escalation_modals import escalation_modal
from bot.slack.payloads import EscalationDraft
from bot.slack.post import Post
from handlers.commands.table import Call, number
from handlers.rooms import room_is_private
from storage.models import Escalation
from storage.uow import UnitOfWork

SHOWN = 20
_TASK = re.compile(r"\bT-(\d{1,9})\b", re.IGNORECASE)


async def escalate(call: Call) -> Post:
    """Open the form, with what was typed as what is blocked."""
    check_place(call.channel_id)
    await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    draft = await _draft(call)
    view = escalation_modal(draft, text=call.words, owner_id=call.user_id)
    await call.open(view)
    return text_post("Fill in the form; the card appears in this channel.")


async def _draft(call: Call) -> EscalationDraft:
    """Return where it is escalated, with the first task of this channel that the words name."""
    named = _TASK.search(call.words)
    if named is not None:
        async with call.desk.ctx.database.read() as uow:
            with suppress(NotFound):
                task = await uow.tasks.by_number(
                    call.workspace_id, int(named[1]), seen_from=call.channel_id
                )
                if task.channel_id == call.channel_id:
                    return EscalationDraft(channel_id=call.channel_id, task_id=task.id)
    return EscalationDraft(channel_id=call.channel_id)


async def list_escalations(call: Call) -> Post:
    """Show the cases that may be seen from here: open ones, the person's own, or all."""
    which = call.words.lower() or "open"
    if which not in ("mine", "open", "all"):
        raise UserFacingError(
            f"I know no `/lead escalations {which[:40]}`.", hint="Say `mine`, `open` or `all`."
        )
    async with call.desk.ctx.database.read() as uow:
        rows = await uow.escalations.listed(
            call.workspace_id,
            seen_from=call.channel_id,
            limit=SHOWN,
            owner_id=call.user_id if which == "mine" else "",
            with_resolved=which == "all",
        )
        return escalation_list([await escalation_views.card_view(uow, row) for row in rows])


async def show_escalation(call: Call) -> Post:
    """Show one case with its timeline; resolved ones with their summary."""
    wanted = number(call.words, "X", noun="escalation")
    async with call.desk.ctx.database.read() as uow:
        row = await uow.escalations.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
        return await details_of(uow, row)


async def details_of(uow: UnitOfWork, row: Escalation) -> Post:
    """Return all that is known of a case."""
    resolved = row.state is EscalationState.RESOLVED
    events = await uow.escalations.timeline(row.id)
    return escalation_details(
        await escalation_views.card_view(uow, row),
        escalation_views.lines_of(events),
        summary=await escalation_views.summary_of(uow, row) if resolved else None,
        undelivered=await uow.outbox_many.problems(row.workspace_id, card_key(row.id)),
    )
