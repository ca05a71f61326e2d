"""Surveys: opened at their time or by hand, answered once by each, closed; only counts are kept.

An answer adds one to a count in the transaction that notes who has answered. No row is anybody's
answer, nothing says when it was given, and who has answered is removed when the survey closes. Of
fewer answers than the minimum, which is fixed when it opens, nothing is shown or kept.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog

from bot.domain.days import day_words
from bot.domain.events import PostsQueued
from bot.domain.survey import SurveyKind, next_due, reminds_from
from bot.errors import UserFacingError
from bot.services import quiet, survey_news
from bot.services.context import Context
from bot.services.sweeps import stops_no_other
from bot.services.workspace_settings import effective
from bot.slack.cards import text_post
from bot.slack.text import count, escape
from storage.models import Schedule, Survey, new_id
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)

BATCH = 100
"""Ours: so many are taken further in one tick."""
MOST_PEOPLE = 500
"""Ours: each gets a direct message."""
_FIELDS = ("ones", "twos", "threes", "fours", "fives")


@dataclass(frozen=True)
class Opening:
    """What opens a survey; `key` names the act, so that its second delivery opens none."""

    workspace_id: str
    channel_id: str
    kind: SurveyKind
    key: str
    minutes: int
    people: Collection[str] = field(default_factory=frozenset)
    """Stakeholders by id; nobody for the team's survey, which asks whoever is in the channel."""
    members: int | None = None
    """How many people a team survey could have answers of; None: Slack did not say."""
    by: str = ""
    is_private: bool | None = None
    """None: the channel is known already."""


async def start(ctx: Context, opening: Opening) -> Survey:
    """Open a survey, once; a second call with the same key returns the first one's.

    Raises UserFacingError when one of its kind is open here, or for too few or too many people.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        if opening.is_private is not None:
            await uow.channels.ensure(
                opening.workspace_id, opening.channel_id, now=now, is_private=opening.is_private
            )
        number = await uow.numbers.next(Survey, opening.workspace_id)
        known = await uow.surveys.of_slot(opening.workspace_id, opening.key[:120])
        if known is not None:
            return known
        await _check_alone(uow, opening)
        await _check_pause(uow, opening, ctx.settings.survey.pause_days, today=now.date())
        settings = await effective(ctx, uow, opening.workspace_id)
        minimum = int(str(settings.values["survey_minimum"].value))
        if opening.kind is SurveyKind.STAKEHOLDERS:
            _check_people(opening.people, minimum)
            await _check_apart(uow, opening)
        elif opening.members is not None:
            _check_members(opening.members, minimum)
        reminders = ctx.settings.survey.reminders
        closes_at = now + timedelta(minutes=opening.minutes)
        row = await uow.surveys.add(
            Survey(
                id=new_id(),
                workspace_id=opening.workspace_id,
                channel_id=opening.channel_id,
                slot_key=opening.key[:120],
                number=number,
                kind=opening.kind.value,
                state="open",
                minimum=minimum,
                reminders_left=reminders,
                opens_at=now,
                closes_at=closes_at,
                due_at=next_due(now, opens_at=now, closes_at=closes_at, left=reminders),
                opened_by=opening.by or None,
                created_at=now,
            ),
            opening.people,
        )
        await survey_news.begin(ctx, uow, row, opening.people)
    log.info("survey.opened", survey_id=row.id, kind=row.kind)
    return row


async def _check_alone(uow: UnitOfWork, opening: Opening) -> None:
    there = await uow.surveys.open_in(opening.workspace_id, opening.channel_id, opening.kind.value)
    if there is not None:
        raise UserFacingError(
            f"{there.public_id} is still open here.",
            hint=f"`/lead survey close {there.public_id}` ends it.",
        )


async def _check_pause(uow: UnitOfWork, opening: Opening, days: int, *, today: date) -> None:
    """Refuse a result so soon after another one that what changed would be one person's answer.

    Whom the last one asked is not known any more: all of a workspace's stakeholders are one group.
    Days are counted, not hours, so that one of every week comes whatever the minute it opens.
    """
    of_team = opening.kind is SurveyKind.TEAM
    place = opening.channel_id if of_team else ""
    last = await uow.surveys.last_shown(opening.workspace_id, opening.kind.value, place)
    if last is None or (today - last.opens_at.date()).days >= days:
        return
    first = last.opens_at.date() + timedelta(days=days)
    who, where = "The team", ""
    if not of_team:
        # As whom the last one asked is forgotten, it may have been these.
        who, where = "Stakeholders in this workspace", ", in any channel"
    raise UserFacingError(
        f"{who} answered one that began on {day_words(last.opens_at)}: two results so close"
        f" could tell"
        " whose answer is whose.",
        hint=f"The next can open on {day_words(first)}{where}.",
    )


def _check_members(members: int, minimum: int) -> None:
    """Refuse what could never show anything, before people have answered for nothing."""
    if members < minimum:
        raise UserFacingError(
            f"{count(members, 'person is', 'people are')} here, and I show nothing of fewer than"
            f" {minimum} answers.",
            hint="`/lead settings survey_minimum` is at least 3.",
        )


def _check_people(people: Collection[str], minimum: int) -> None:
    if len(people) < minimum:
        raise UserFacingError(
            f"I would ask {count(len(people), 'person', 'people')}, and show nothing of fewer than"
            f" {minimum} answers.",
            hint="Name more: people, user groups, or channels for their members.",
        )
    if len(people) > MOST_PEOPLE:
        raise UserFacingError(
            f"These are {len(people)} people; I ask at most {MOST_PEOPLE}.", hint="Name fewer."
        )


async def _check_apart(uow: UnitOfWork, opening: Opening) -> None:
    """Two results at once of nearly the same people would say what the others chose."""
    other = await uow.surveys.overlapping(opening.workspace_id, opening.people)
    if other is not None:
        raise UserFacingError(
            "Another open survey asks some of these people already.",
            hint="Two results side by side could tell whose answer is whose; wait for its end.",
        )


async def check_open(ctx: Context, uow: UnitOfWork, row: Survey, user_id: str) -> None:
    """Raise UserFacingError unless somebody may answer a survey now."""
    if row.state != "open" or row.closes_at <= ctx.clock.now():
        raise UserFacingError(f"{row.public_id} is closed.", hint="The next one asks you again.")
    member = await uow.surveys.member(row.id, user_id)
    if member is not None and member.answered:
        raise UserFacingError(
            f"You have answered {row.public_id}.",
            hint="It cannot be changed: I do not know which answer is yours.",
        )
    if member is None and row.kind == SurveyKind.STAKEHOLDERS:
        raise UserFacingError(f"{row.public_id} asks other people.", hint="Nothing was counted.")


async def answer(
    ctx: Context, workspace_id: str, survey_id: str, score: int, *, user_id: str, receipt: str
) -> None:
    """Count a person's answer, 1 to 5; its second delivery changes nothing.

    Raises UserFacingError for who has answered, is not asked, comes late or says no such score.
    """
    if not 1 <= score <= len(_FIELDS):
        raise UserFacingError("Choose one of the five answers.")
    async with ctx.database.begin(urgent=True) as uow:
        row = await uow.surveys.get(workspace_id, survey_id, lock=True)
        if not await uow.receipts.is_new(workspace_id, receipt, now=ctx.clock.now()):
            return
        await check_open(ctx, uow, row, user_id)
        if await uow.surveys.claim(workspace_id, row.id, user_id):
            name = _FIELDS[score - 1]
            setattr(row, name, getattr(row, name) + 1)


async def close(ctx: Context, workspace_id: str, survey_id: str, *, by: str, receipt: str) -> None:
    """Close a survey before its time; raises UserFacingError when it is closed."""
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        row = await uow.surveys.get(workspace_id, survey_id, lock=True)
        if not await uow.receipts.is_new(workspace_id, receipt, now=now):
            return
        if row.state != "open":
            raise UserFacingError(f"{row.public_id} is closed already.")
        await _close(ctx, uow, row, now=now)
        await uow.audit.add(
            workspace_id, by, action="survey.close", noun="survey", noun_id=row.id, at=now,
            details={},
        )  # fmt: skip


async def _close(
    ctx: Context, uow: UnitOfWork, row: Survey, *, now: datetime, unseen: str = ""
) -> None:
    """Keep the counts if they are enough, else nothing; forget who has answered.

    `unseen` is why its channel never saw it, e.g. as it is archived: who opened it is told.
    """
    given = sum(row.scores)
    row.answers = given if given >= row.minimum else None
    if row.answers is None:
        for name in _FIELDS:
            setattr(row, name, 0)
    row.state, row.due_at, row.closed_at = "closed", None, now
    await uow.session.flush()
    await uow.surveys.forget_members(row.workspace_id, row.id)
    if unseen:
        await survey_news.ended(ctx, uow, row, unseen)
    else:
        await survey_news.closed(ctx, uow, row)
    log.info("survey.closed", survey_id=row.id, shown=row.answers is not None, unseen=unseen)


async def say_refused(
    ctx: Context, schedule: Schedule, slot_key: str, refused: UserFacingError
) -> None:
    """Say in the channel, once for the slot, why its survey was not opened."""
    async with ctx.database.begin() as uow:
        said = text_post(escape(refused.sentence())).payload()
        await quiet.say(ctx, uow, schedule, f"survey-refused:{slot_key}", payload=said)
        await ctx.announcer.announce(uow, PostsQueued())


async def sweep(ctx: Context) -> int:
    """Remind and close what is due; returns how many surveys."""
    now = ctx.clock.now()
    async with ctx.database.read() as uow:
        due = await uow.surveys.due(now, limit=BATCH)
    moved = 0
    for workspace_id, survey_id in due:
        with stops_no_other("survey.broken", survey_id=survey_id):
            moved += await _move(ctx, workspace_id, survey_id, now=now)
    return moved


async def _move(ctx: Context, workspace_id: str, survey_id: str, *, now: datetime) -> bool:
    async with ctx.database.begin() as uow:
        row = await uow.surveys.get(workspace_id, survey_id, lock=True)
        if row.due_at is None or row.due_at > now:
            return False
        unseen = await survey_news.unseen(uow, row)
        if unseen or row.closes_at <= now:
            await _close(ctx, uow, row, now=now, unseen=unseen)
            return True
        if row.reminders_left > 0 and now >= reminds_from(row.opens_at, row.closes_at):
            row.reminders_left -= 1
            await survey_news.remind(ctx, uow, row)
        row.due_at = next_due(
            now, opens_at=row.opens_at, closes_at=row.closes_at, left=row.reminders_left
        )
    return True
