"""What escalations say: a card edited in place, a message a step, the call of level 4 elsewhere.

All of it is rendered when it is sent, so a sweep over thousands of cases only queues rows, and a
reminder that somebody has answered meanwhile is not sent at all.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bot.domain.escalation import HIGHEST, Kind
from bot.domain.lanes import POST, UPDATE
from bot.services.context import Context
from bot.services.escalation_views import card_view, step_view
from bot.slack.cards.escalation import escalation_call, escalation_card, escalation_step
from storage.models import Escalation, EscalationEvent, OutboxRow
from storage.uow import UnitOfWork

CARD, STEP, CALL = "escalation_card", "escalation_step", "escalation_call"
"""Views of outbox rows."""

_ON_CARD = frozenset({Kind.OPENED, Kind.LINKED})
"""What the card says already."""
_CALLS = frozenset(
    {Kind.OPENED, Kind.RAISED, Kind.PAGED, Kind.LAPSED, Kind.ACKNOWLEDGED, Kind.RESOLVED}
)
_WANTS = frozenset({Kind.REMINDED, Kind.ASKED, Kind.PAGED})
"""What is not worth saying once the case has moved on."""

Json = dict[str, Any]


class Told(NamedTuple):
    """What is to be said, of which case, where."""

    escalation_id: str
    workspace_id: str
    channel_id: str
    root_ts: str
    page_channel: str
    kind: Kind
    level: int
    seq: int


def card_key(escalation_id: str) -> str:
    """Return the outbox key of a case's card."""
    return f"escalation:{escalation_id}"


async def queue(uow: UnitOfWork, told: Sequence[Told], *, now: datetime) -> None:
    """Queue what these events show: at most two statements, however many they are."""
    posts: list[Json] = []
    edits: list[Json] = []
    for item in told:
        card = card_key(item.escalation_id)
        place = {"workspace_id": item.workspace_id, "channel_id": item.channel_id, "now": now}
        if item.kind is Kind.OPENED:
            thread = {"thread_ts": item.root_ts or None}
            posts.append({**place, **thread, "key": card, "method": POST, "view": CARD})
        else:
            edit = {"key": f"{card}:edit", "method": UPDATE, "target_key": card, "view": CARD}
            edits.append(place | edit)
        key = f"{card}:{item.seq}"
        called = item.level == HIGHEST and item.kind in _CALLS
        if item.kind not in _ON_CARD or (called and item.kind is Kind.OPENED):
            step = {"key": key, "method": POST, "target_key": card, "view": STEP}
            posts.append(place | step)
        if called and item.page_channel not in ("", item.channel_id):
            call = {"key": f"{key}:call", "method": POST, "view": CALL}
            posts.append(place | call | {"channel_id": item.page_channel})
    await uow.outbox_many.add(posts)
    await uow.outbox_many.edit(edits)


async def draw_card(_ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return the card as the case stands now."""
    case = await _case(uow, row)
    return escalation_card(await card_view(uow, case)).payload()


async def draw_step(_ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return what happened; None for a question that was answered before it was asked."""
    case, event = await _event(uow, row)
    if event.kind in _WANTS and event.seq != case.seq:
        return None
    return escalation_step(await step_view(uow, case, event, elsewhere=False)).payload()


async def draw_call(_ctx: Context, uow: UnitOfWork, row: OutboxRow) -> Json | None:
    """Return what is said where level 4 is called."""
    case, event = await _event(uow, row)
    if event.kind in _WANTS and event.seq != case.seq:
        return None
    return escalation_call(await step_view(uow, case, event, elsewhere=True)).payload()


async def _case(uow: UnitOfWork, row: OutboxRow) -> Escalation:
    escalation_id = row.key.split(":")[1]
    return await uow.escalations.find(row.workspace_id, escalation_id)


async def _event(uow: UnitOfWork, row: OutboxRow) -> tuple[Escalation, EscalationEvent]:
    case = await _case(uow, row)
    return case, await uow.escalations.event(case.id, int(row.key.split(":")[2]))
