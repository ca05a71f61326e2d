"""Tools that list a channel's standups and tell one with its report."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.days import Span
from bot.errors import NotFound, UserFacingError
from bot.mcp import record_shapes as shapes
from bot.mcp.tool import Call, Tool
from bot.services.standup_history import fortnight
from bot.services.standup_views import card_of, report_of
from bot.slack.cards.standup import BlockerLine, PersonLine, StandupCard

MOST_DAYS = 92
MOST_SHOWN = 50
"""Ours: each is several questions to the database."""
_AGE = timedelta(days=36_525)
"""Ours, a century: the calendar ends where it ends."""


async def _list(call: Call, asked: shapes.ListStandups) -> shapes.StandupList:
    view = await call.view(asked)
    today = call.ctx.clock.now().date()
    until = asked.until or today
    if abs(until - today) > _AGE:
        raise UserFacingError("That day is none of this age.", hint="Write it e.g. 2026-03-02.")
    span = Span(asked.since or fortnight(until).first, until)
    if not timedelta() <= span.last - span.first <= timedelta(days=MOST_DAYS):
        raise UserFacingError(f"Name a span of at most {MOST_DAYS} days, the first day first.")
    async with call.ctx.database.read() as uow:
        rows = await uow.standups.between(view.workspace_id, view.channel_id, span.first, span.last)
        shown = rows[-MOST_SHOWN:]
        cards = [await card_of(call.ctx, uow, row) for row in shown]
    left = len(rows) - len(shown)
    return shapes.StandupList(
        standups=[shapes.StandupLine(**_line(card)) for card in cards],
        left_out=f"{left} before {cards[0].day} are left out: set `until`." if left else "",
    )


async def _get(call: Call, asked: shapes.GetStandup) -> shapes.StandupReport:
    view = await call.view(asked)
    async with call.ctx.database.read() as uow:
        row = await uow.standups.get(view.workspace_id, asked.id.strip())
        if row.channel_id != view.channel_id or row.state == "planned":
            raise NotFound("standup", asked.id, hint="list_standups tells a channel's.")
        report = await report_of(call.ctx, uow, row)
    card = report.card
    return shapes.StandupReport.model_validate(
        _line(card)
        | {
            "blockers_named": list(map(_blocker, card.blockers)),
            "still_open": list(map(_blocker, card.left_open)),
            "people": list(map(_answers, card.people)),
            "missing": [one.who for one in card.missing],
            "done": list(card.moved.done),
            "failed": list(card.moved.failed),
            "running": list(card.moved.running),
            "waiting": list(card.moved.waiting),
            "risks": [f"{one.text} {one.mitigation}".strip() for one in report.risks],
            "milestone": report.milestone,
        }
    )


def _line(card: StandupCard) -> dict[str, object]:
    return {
        "id": card.standup_id,
        "name": card.name,
        "day": card.day,
        "state": card.state,
        "asked": card.asked,
        "answered": card.answered,
        "blockers": len(card.blockers),
    }


def _blocker(one: BlockerLine) -> shapes.Blocker:
    return shapes.Blocker(
        id=one.public_id, text=one.text, who=one.who, times=one.times, solved=one.solved
    )


def _answers(one: PersonLine) -> shapes.Answers:
    return shapes.Answers(who=one.who, answers=dict((*one.answers, *one.blocked)), late=one.late)


TOOLS: Sequence[Tool] = (
    Tool(
        name="list_standups",
        title="List standups",
        description="List a channel's standups of the last two weeks, or of the days named.",
        scope="records:read",
        arguments=shapes.ListStandups,
        result=shapes.StandupList,
        run=_list,
    ),
    Tool(
        name="get_standup",
        title="Get a standup's report",
        description="Tell one standup: blockers, what people said, who is missing, how the"
        " channel's tasks moved, risks.",
        scope="records:read",
        arguments=shapes.GetStandup,
        result=shapes.StandupReport,
        run=_get,
    ),
)
