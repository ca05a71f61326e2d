"""Assessments: a channel's week, month, quarter or year, counted, told, and read by a model."""

from dataclasses import dataclass, replace

import structlog

from bot.domain.assessment import Findings, Period, figures, headline, proposals, span
from bot.domain.assessment.period import TITLES
from bot.domain.events import PostsQueued
from bot.domain.roots import provisional
from bot.services import quiet
from bot.services.assessment_reading import ask, card_of
from bot.services.assessment_tally import tally, topics
from bot.services.ceremony import Ceremony, DueSlot, Previewer, Runner
from bot.services.context import Context, Starter
from bot.services.text_files import TextFile, post_file
from bot.services.workspace_settings import effective
from bot.slack.cards.assessment import as_markdown, assessment_card
from bot.slack.post import Post
from storage.models import Assessment, Schedule, Task, new_id
from storage.uow import UnitOfWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Wanted:
    """What is to be assessed; `key` names the act, so that its second delivery makes none."""

    workspace_id: str
    channel_id: str
    period: Period
    key: str
    by: str
    is_private: bool | None = None
    """None: the channel is known already."""


async def make(ctx: Context, wanted: Wanted) -> tuple[Assessment, Task | None]:
    """Count, store and post an assessment, once; a task is returned where a model reads it.

    A second call with the same key returns the first one's, and stores nothing.
    """
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        if wanted.is_private is not None:
            await uow.channels.ensure(
                wanted.workspace_id, wanted.channel_id, now=now, is_private=wanted.is_private
            )
        number = await uow.numbers.next(Assessment, wanted.workspace_id)
        known = await uow.assessments.of_slot(wanted.workspace_id, wanted.key[:120])
        if known is not None:
            task = await uow.tasks.get(known.task_id) if known.task_id else None
            return known, task
        since, _ = span(wanted.period, now)
        row = await uow.assessments.add(
            Assessment(
                id=new_id(),
                workspace_id=wanted.workspace_id,
                channel_id=wanted.channel_id,
                slot_key=wanted.key[:120],
                number=number,
                kind=wanted.period.value,
                since=since,
                until=now,
                body={},
                asked_by=wanted.by or None,
                created_at=now,
            )
        )
        row.body = (await findings(ctx, uow, row)).model_dump(mode="json")
        task = await ask(ctx, uow, row, by=wanted.by)
        shown = assessment_card(card_of(row)).payload()
        await quiet.say(ctx, uow, row, provisional(row.id), payload=shown)
        await ctx.announcer.announce(uow, PostsQueued())
    log.info("assessment.made", assessment_id=row.id, kind=row.kind)
    return row, task


async def findings(ctx: Context, uow: UnitOfWork, row: Assessment) -> Findings:
    """Return what the rows of an assessment's time say, compared with the time before."""
    place, period = (row.workspace_id, row.channel_id), Period(row.kind)
    settings = await effective(ctx, uow, place[0], channel_id=place[1])
    enough = int(str(settings.values["assessment_enough"].value))
    since, before = span(period, row.until)
    now = await tally(uow, *place, since=since, until=row.until, period=period)
    then = await tally(uow, *place, since=before, until=since)
    proposed = proposals(period, now, enough=enough)
    return Findings(
        headline=headline(now, proposed),
        figures=figures(period, now, then, enough=enough),
        proposals=proposed,
        topics=tuple(await topics(uow, place, since=since, until=row.until)),
    )


def _runner(period: Period) -> Runner:
    async def run(ctx: Context, starter: Starter, slot: DueSlot) -> None:
        """Assess a slot's time; done again it changes nothing."""
        schedule = slot.schedule
        wanted = Wanted(
            schedule.workspace_id,
            schedule.channel_id,
            period,
            key=slot.key,
            by=slot.by or schedule.created_by,
        )
        _, task = await make(ctx, wanted)
        if task is not None:
            await starter.start_task(task.id, task.workflow_id)

    return run


def _previewer(period: Period) -> Previewer:
    async def preview(ctx: Context, schedule: Schedule) -> Post:
        """Return what would be told now."""
        now = ctx.clock.now()
        row = Assessment(
            id=new_id(),
            workspace_id=schedule.workspace_id,
            channel_id=schedule.channel_id,
            slot_key="",
            number=0,
            kind=period.value,
            since=span(period, now)[0],
            until=now,
            reading=None,
            model="",
        )
        async with ctx.database.read() as uow:
            row.body = (await findings(ctx, uow, row)).model_dump(mode="json")
        return assessment_card(replace(card_of(row), assessment_id=""), buttons=False)

    return preview


async def export(ctx: Context, row: Assessment, *, receipt: str) -> None:
    """Post an assessment as a file in its own channel, once for each time it is asked for."""
    async with ctx.database.begin() as uow:
        file = TextFile(
            name=f"assessment-{row.public_id}.md",
            title=f"{TITLES[Period(row.kind)]} {row.public_id}",
            comment=f"{TITLES[Period(row.kind)]} {row.public_id}.",
            content=as_markdown(card_of(row)),
        )
        place = (row.workspace_id, row.channel_id)
        await post_file(
            uow, file, place=place, key=f"assessment:{row.id}:export:{receipt}", now=ctx.clock.now()
        )


def _ceremony(kind: str, period: Period, about: str) -> Ceremony:
    return Ceremony(
        kind=kind,
        title=TITLES[period],
        about=about,
        window_minutes=0,
        run=_runner(period),
        preview=_previewer(period),
    )


CEREMONIES = (
    _ceremony("assessment", Period.WEEKLY, "counts the week here and says what follows from it"),
    _ceremony(
        "monthly-review",
        Period.MONTHLY,
        "counts the month: delivery, architecture, debt, technology, learning",
    ),
    _ceremony(
        "quarterly-planning",
        Period.QUARTERLY,
        "counts the quarter month by month and says what the next one should take on",
    ),
    _ceremony(
        "annual-retrospective",
        Period.ANNUAL,
        "counts the year quarter by quarter, with what people voted for most",
    ),
)
