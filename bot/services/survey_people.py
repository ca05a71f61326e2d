"""Whom a stakeholder survey asks, and the ceremonies that open surveys at their time."""

import asyncio
from collections.abc import Collection
from contextlib import suppress

import structlog

from bot.domain.setting import ADMINS, ANYONE
from bot.domain.survey import QUESTIONS, SurveyKind
from bot.errors import PersonUnknown, UserFacingError
from bot.services import surveys
from bot.services.ceremony import Ceremony, DueSlot, Previewer, Runner
from bot.services.context import Context, Starter
from bot.services.directory import Directory, person_or_blank
from bot.services.sources import Unreadable
from bot.services.standup_people import chosen_people
from bot.services.surveys import Opening
from bot.services.workspace_settings import effective
from bot.slack.cards import text_post
from bot.slack.post import Post
from storage.models import Schedule

log = structlog.get_logger(__name__)

SETTING = "survey_stakeholders"
WEEK = 7 * 24 * 60


async def people_of(
    ctx: Context,
    directory: Directory,
    workspace_id: str,
    channel_id: str,
    *,
    by: str,
    named: Collection[str] = (),
) -> frozenset[str]:
    """Return whom a stakeholder survey asks: those named, or those of the setting, without bots.

    `anyone` are the channel's members, `admins` those of them who are admins. Raises
    UserFacingError where the members of another channel are wanted that is not known as public and
    `by` is not in: how many are asked is told, and how many are in there is theirs.
    """
    async with ctx.database.read() as uow:
        settings = await effective(ctx, uow, workspace_id, channel_id=channel_id)
    wanted = tuple(named) or settings.people(SETTING)
    words = [word for word in wanted if word in (ANYONE, ADMINS)]
    found = (
        {p.user_id for p in await chosen_people(directory, channel_id, words)} if words else set()
    )
    for item in wanted:
        if item[0] in "UW":
            found.add(item)
        elif item[0] in "SCG":
            members = await directory.members(item)
            if item[0] != "S" and item != channel_id and by not in members:
                await _check_public(ctx, workspace_id, item)
            found |= members
    people = await asyncio.gather(*(person_or_blank(directory, user) for user in sorted(found)))
    return frozenset(person.user_id for person in people if not person.is_bot)


async def _check_public(ctx: Context, workspace_id: str, channel_id: str) -> None:
    async with ctx.database.read() as uow:
        known = await uow.channels.find(workspace_id, channel_id)
    if known is None or known.is_private:
        raise UserFacingError(
            "I ask a channel's members only where I am in it, of a private one only for a member.",
            hint="Name people or a user group, or let a member open the survey.",
        )


async def team_size(directory: Directory, channel_id: str) -> int | None:
    """Return how many people a channel's survey asks; None where Slack does not say."""
    return len(await chosen_people(directory, channel_id, (ANYONE,))) or None


def _runner(kind: SurveyKind) -> Runner:
    async def run(ctx: Context, _starter: Starter, slot: DueSlot) -> None:
        """Open a slot's survey; done again it changes nothing. What is in its way is said."""
        schedule = slot.schedule
        try:
            people = await _asked(ctx, schedule, kind, by=slot.by or schedule.created_by)
            members = await _here(ctx, schedule) if kind is SurveyKind.TEAM else None
            await surveys.start(
                ctx,
                Opening(
                    workspace_id=schedule.workspace_id,
                    channel_id=schedule.channel_id,
                    kind=kind,
                    key=slot.key,
                    minutes=schedule.window_minutes or WEEK,
                    people=people,
                    members=members,
                    by=slot.by or schedule.created_by,
                ),
            )
        except UserFacingError as refused:
            log.info("survey.not_opened", schedule=schedule.id)
            await surveys.say_refused(ctx, schedule, slot.key, refused)

    return run


async def _asked(ctx: Context, schedule: Schedule, kind: SurveyKind, *, by: str) -> frozenset[str]:
    if kind is SurveyKind.TEAM or ctx.sources is None:
        return frozenset()
    try:
        directory = await ctx.sources.directory(schedule.workspace_id)
        place = (schedule.workspace_id, schedule.channel_id)
        return await people_of(ctx, directory, *place, by=by)
    except (Unreadable, TimeoutError):
        raise UserFacingError(
            "Slack did not say whom the survey should ask.",
            hint="`/lead survey stakeholders` opens it by hand.",
        ) from None


async def _here(ctx: Context, schedule: Schedule) -> int | None:
    if ctx.sources is None:
        return None
    with suppress(Unreadable, PersonUnknown, TimeoutError):
        directory = await ctx.sources.directory(schedule.workspace_id)
        return await team_size(directory, schedule.channel_id)
    return None


def _previewer(kind: SurveyKind) -> Previewer:
    async def preview(ctx: Context, schedule: Schedule) -> Post:
        """Return what would be asked."""
        who = "whoever is in this channel" if kind is SurveyKind.TEAM else "the stakeholders"
        return text_post(f"It asks {who}, anonymously, from 1 to 5: {QUESTIONS[kind]}")

    return preview


SURVEYS = tuple(
    Ceremony(
        kind=name,
        title=title,
        about=about,
        window_minutes=WEEK,
        run=_runner(kind),
        preview=_previewer(kind),
    )
    for name, kind, title, about in (
        ("survey", SurveyKind.TEAM, "Team survey", "asks anonymously how content the team is"),
        (
            "stakeholder-survey",
            SurveyKind.STAKEHOLDERS,
            "Stakeholder survey",
            "asks the stakeholders anonymously whether they approve",
        ),
    )
)
