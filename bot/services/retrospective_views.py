"""A retrospective as its cards show it, made of its rows; what is hidden is not even in it."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.retrospective import Phase, ranked, standing
from bot.services.context import Context
from bot.services.retrospective_time import week_of
from bot.slack.cards.retrospective import (
    ActionLine,
    ColumnLine,
    LessonLine,
    RetrospectiveCard,
    TopicLine,
)
from storage.models import RetroAction, RetroCard, RetroGroup, Retrospective
from storage.uow import UnitOfWork


async def card_of(ctx: Context, uow: UnitOfWork, row: Retrospective) -> RetrospectiveCard:
    """Return a run: counts while cards are hidden, topics without votes while those are."""
    rows, phase = uow.retrospective_rows, Phase(row.state)
    counts = await rows.counts(row.id)
    shown = phase is not Phase.COLLECT
    cards = await rows.cards(row.id) if shown else ()
    groups = await rows.groups(row.id) if shown else ()
    counted = phase in (Phase.DISCUSS, Phase.CLOSED)
    votes = await rows.votes(row.id) if phase is Phase.VOTE else ()
    agreed = await uow.retro_actions.of(row.id)
    return RetrospectiveCard(
        retrospective_id=row.id,
        public_id=row.public_id,
        name=row.name,
        phase=phase,
        opens_at=row.opens_at.astimezone((await week_of(ctx, uow, row)).zone),
        ends_at=row.ends_at,
        columns=tuple(
            ColumnLine(name, counts.get(position, 0)) for position, name in enumerate(row.columns)
        ),
        writers=0 if shown else await rows.authors(row.id),
        before=await _before(uow, row),
        topics=tuple(
            _topic(item, cards, row.columns, counted=counted)
            for item in (ranked(groups) if counted else groups)
        ),
        votes_each=row.votes,
        votes=sum(item.votes for item in groups) if counted else len(votes),
        voters=row.voters if counted else len({vote.voter for vote in votes}),
        agreed=tuple(_line(item, row.opens_at, ctx.clock.now()) for item in agreed),
        lessons=tuple(LessonLine(item.kind, item.text) for item in await rows.lessons(row.id)),
    )


async def _before(uow: UnitOfWork, row: Retrospective) -> tuple[ActionLine, ...]:
    """Return the actions that it opened with, as they stood then."""
    tracked = await uow.retro_actions.tracked(
        row.workspace_id, row.channel_id, since=row.since, until=row.opens_at
    )
    return tuple(_line(item, row.since, row.opens_at) for item in tracked)


def action_line(row: RetroAction, *, now: datetime) -> ActionLine:
    """Return an action as it stands now."""
    return _line(row, now, now)


def _line(row: RetroAction, since: datetime, now: datetime) -> ActionLine:
    return ActionLine(
        action_id=row.id,
        public_id=row.public_id,
        text=row.text,
        owner_id=row.owner_id or "",
        due_on=row.due_on,
        standing=standing(
            row.state,
            due_on=row.due_on,
            changed_at=row.changed_at,
            since=since,
            today=now.date(),
        ),
    )


def _topic(
    item: RetroGroup, cards: Sequence[RetroCard], columns: Sequence[str], *, counted: bool
) -> TopicLine:
    mine = [card for card in cards if card.group_id == item.id]
    names = dict.fromkeys(columns[card.position] for card in mine if card.position < len(columns))
    return TopicLine(
        group_id=item.id,
        title=item.title,
        column=", ".join(names),
        cards=tuple(card.text for card in mine),
        votes=item.votes if counted else None,
    )
