"""Retrospectives: opened at their time or by hand, taken from phase to phase, closed."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.retrospective import Card, Phase, Topic, after, group, length, read_columns
from bot.domain.retrospective.phases import REMIND_AT
from bot.domain.schedule.draft import LONGEST_WINDOW, SHORTEST_WINDOW
from bot.domain.setting import Effective
from bot.errors import UserFacingError
from bot.services import retrospective_news
from bot.services.ceremony import Ceremony, DueSlot
from bot.services.context import Context, Starter
from bot.services.retrospective_asking import ask
from bot.services.retrospective_marks import new_secret
from bot.services.retrospective_time import end_of
from bot.services.workspace_settings import effective
from bot.slack.cards import text_post
from bot.slack.post import Post
from bot.slack.text import escape
from storage.models import RetroGroup, Retrospective, Schedule, Task, new_id
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

KIND = "retrospective"
USUAL_MINUTES = 2 * 24 * 60
"""Ours: a day to write cards, the rest of two days to sort, vote and talk."""
FIRST_LOOK_BACK = timedelta(days=30)
"""A channel's first retrospective tells of actions so far back."""


@dataclass(frozen=True)
class Opening:
    """What opens a retrospective; `key` names the act, so that its second delivery opens none."""

    workspace_id: str
    channel_id: str
    key: str
    name: str = "Retrospective"
    minutes: int = USUAL_MINUTES
    by: str = ""
    schedule_id: str | None = None


async def open_at_slot(ctx: Context, _starter: Starter, slot: DueSlot) -> None:
    """Open the run of a slot; done again it changes nothing.

    While another is open here it says so in that one's thread, and opens none.
    """
    schedule = slot.schedule
    opening = Opening(
        workspace_id=schedule.workspace_id,
        channel_id=schedule.channel_id,
        key=slot.key,
        name=schedule.name,
        minutes=schedule.window_minutes or USUAL_MINUTES,
        by=slot.by,
        schedule_id=schedule.id,
    )
    async with ctx.database.begin() as uow:
        await uow.channels.lock_workspace(schedule.workspace_id)
        there = await uow.retrospectives.open_in(schedule.workspace_id, schedule.channel_id)
        if there is None:
            await open_one(ctx, uow, opening)
        elif there.slot_key != slot.key:
            await retrospective_news.still_open(ctx, uow, there, slot.key)
            log.info("retrospective.still_open", retrospective_id=there.id, schedule=schedule.id)


async def open_one(ctx: Context, uow: UnitOfWork, opening: Opening) -> Retrospective:
    """Open a retrospective in the transaction of `uow`; its second call returns the same one.

    Raises UserFacingError when another one is open in the channel.
    """
    place = (opening.workspace_id, opening.channel_id)
    number = await uow.numbers.next(Retrospective, opening.workspace_id)
    known = await uow.retrospectives.of_slot(opening.workspace_id, opening.key[:120])
    if known is not None:
        return known
    there = await uow.retrospectives.open_in(*place)
    if there is not None:
        raise UserFacingError(
            f"{there.public_id} is still open here.", hint="`/lead retro` shows it."
        )
    now = ctx.clock.now()
    settings = await effective(ctx, uow, place[0], channel_id=place[1])
    before = await uow.retrospectives.newest(*place)
    collect = length(Phase.COLLECT, opening.minutes)
    row = Retrospective(
        id=new_id(),
        workspace_id=opening.workspace_id,
        channel_id=opening.channel_id,
        schedule_id=opening.schedule_id,
        slot_key=opening.key[:120],
        number=number,
        name=opening.name[:200] or "Retrospective",
        state=Phase.COLLECT.value,
        columns=list(_columns(settings)),
        votes=int(str(settings.values["retro_votes"].value)),
        minutes=opening.minutes,
        secret=new_secret(),
        since=before[0].opens_at if before else now - FIRST_LOOK_BACK,
        opens_at=now,
        opened_by=opening.by or None,
        created_at=now,
    )
    row.ends_at = await end_of(ctx, uow, row, collect, start=now)
    row.due_at = await end_of(ctx, uow, row, collect * REMIND_AT, start=now)
    await uow.retrospectives.add(row)
    await retrospective_news.begin(ctx, uow, row)
    log.info("retrospective.opened", retrospective_id=row.id)
    return row


async def follow(ctx: Context, uow: UnitOfWork, opening: Opening) -> str:
    """Open a retrospective after something that ended; returns a sentence on it.

    Where another one is open it takes that one's place, and none is opened.
    """
    await uow.channels.lock_workspace(opening.workspace_id)
    there = await uow.retrospectives.open_in(opening.workspace_id, opening.channel_id)
    if there is not None:
        return f"Look back in {there.public_id}, which is open in this channel."
    row = await open_one(ctx, uow, opening)
    return f"{row.public_id} begins in this channel: write your cards."


async def start(
    ctx: Context, opening: Opening, *, receipt: str, is_private: bool
) -> Retrospective | None:
    """Open a retrospective by hand; None when this act did it before.

    Raises UserFacingError when one is open in the channel, or for a strange length.
    """
    if not SHORTEST_WINDOW <= opening.minutes <= LONGEST_WINDOW:
        raise UserFacingError("It can be open for five minutes up to seven days.")
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        await uow.channels.ensure(
            opening.workspace_id, opening.channel_id, now=now, is_private=is_private
        )
        if not await uow.receipts.is_new(opening.workspace_id, receipt, now=now):
            return None
        row = await open_one(ctx, uow, opening)
        await note(uow, row, opening.by, "start", now=now)
    return row


async def go_on(
    ctx: Context, workspace_id: str, retrospective_id: str, *, seen: str, by: str, receipt: str
) -> Task | None:
    """Begin the next phase before its time; returns the task that asks a model, if one does.

    Raises UserFacingError when it went on already, since `seen` is another phase, and where
    nobody has written a card yet.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.retrospectives.get(workspace_id, retrospective_id, lock=True)
        if not await uow.receipts.is_new(workspace_id, receipt, now=now):
            return None
        if row.state != seen:
            raise UserFacingError(f"{row.public_id} went on already.", hint="Look at its message.")
        if row.state == Phase.COLLECT and not await uow.retrospective_rows.counts(row.id):
            raise UserFacingError("Nobody has written a card yet.")
        task = await move(ctx, uow, row, now=now)
        await note(uow, row, by, "go_on", now=now)
    return task


async def move(ctx: Context, uow: UnitOfWork, row: Retrospective, *, now: datetime) -> Task | None:
    """Take a locked run into its next phase, and say so; without any card it ends.

    Returns the task in which a model looks for topics: whoever can, starts it; else its turn comes.
    """
    was, task = Phase(row.state), None
    if was is Phase.COLLECT:
        task = await _sort(ctx, uow, row)
    elif was is Phase.VOTE:
        await _count(uow, row)
    nothing = was is Phase.COLLECT and not await uow.retrospective_rows.groups(row.id)
    phase = Phase.CLOSED if nothing else after(was)
    row.state = phase.value
    if phase is Phase.CLOSED:
        row.secret, row.due_at, row.closed_at = None, None, now
    else:
        span = length(phase, row.minutes)
        row.ends_at = row.due_at = await end_of(ctx, uow, row, span, start=now)
    await uow.session.flush()
    await retrospective_news.went_on(ctx, uow, row)
    log.info("retrospective.went_on", retrospective_id=row.id, phase=phase.value)
    return task


async def _sort(ctx: Context, uow: UnitOfWork, row: Retrospective) -> Task | None:
    """Propose topics by rule, forget whose cards they are, and ask a paid model as well."""
    rows = uow.retrospective_rows
    await rows.forget_authors(row.id)
    cards = await rows.cards(row.id)
    await arrange(uow, row, group([Card(c.id, c.position, c.text) for c in cards]))
    return await ask(ctx, uow, row, cards=len(cards))


async def arrange(uow: UnitOfWork, row: Retrospective, topics: list[Topic]) -> None:
    """Put the run's cards into these topics in place of those that there were."""
    rows = uow.retrospective_rows
    before = await rows.groups(row.id)
    cards = {card.id: card for card in await rows.cards(row.id)}
    for position, topic in enumerate(topics):
        made = RetroGroup(
            id=new_id(),
            workspace_id=row.workspace_id,
            retrospective_id=row.id,
            position=position,
            title=topic.title[:300],
        )
        uow.session.add(made)
        await uow.session.flush()
        for card_id in topic.card_ids:
            cards[card_id].group_id = made.id
    await uow.session.flush()
    for old in before:
        await uow.session.delete(old)
    await uow.session.flush()


async def _count(uow: UnitOfWork, row: Retrospective) -> None:
    """Count the votes, then remove them and the key that people's marks were made with."""
    votes = await uow.retrospective_rows.votes(row.id)
    counted = Counter(vote.group_id for vote in votes)
    row.voters = len({vote.voter for vote in votes})
    for topic in await uow.retrospective_rows.groups(row.id):
        topic.votes = counted[topic.id]
    await uow.session.flush()
    await uow.retrospective_rows.drop_votes(row.id)
    row.secret = None


async def note(uow: UnitOfWork, row: Retrospective, by: str, act: str, *, now: datetime) -> None:
    """Put what somebody did on the audit log."""
    await uow.audit.add(
        row.workspace_id,
        by,
        action=f"retrospective.{act}",
        noun="retrospective",
        noun_id=row.id,
        at=now,
        details={"phase": row.state},
    )


async def preview(ctx: Context, schedule: Schedule) -> Post:
    """Return what would be asked, and what it would open with."""
    place = (schedule.workspace_id, schedule.channel_id)
    async with ctx.database.read() as uow:
        settings = await effective(ctx, uow, place[0], channel_id=place[1])
        actions = await uow.retro_actions.open_in(*place)
    columns = ", ".join(map(escape, _columns(settings)))
    opens = f"It opens with {len(actions)} open action{'s' * (len(actions) != 1)}."
    return text_post(f"*Retrospective* asks for: {columns}. {opens}")


def _columns(settings: Effective) -> tuple[str, ...]:
    return read_columns(str(settings.values["retro_columns"].value))


RETROSPECTIVE = Ceremony(
    kind=KIND,
    title="Retrospective",
    about="asks for anonymous cards, has them grouped and voted on, tracks what comes of it",
    window_minutes=USUAL_MINUTES,
    run=open_at_slot,
    preview=preview,
)
