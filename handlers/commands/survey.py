"""`/lead survey`: open one for the team or for stakeholders, close it, read past ones."""

import re

from bot.domain.access import Act
from bot.domain.setting.kinds import People
from bot.domain.survey import SurveyKind
from bot.errors import UserFacingError
from bot.services import surveys
from bot.services.survey_news import card_of
from bot.services.survey_people import people_of, team_size
from bot.services.surveys import Opening
from bot.services.text_files import TextFile, post_file
from bot.slack.cards import text_post
from bot.slack.cards.survey import as_csv, result_post, survey_card, survey_list
from bot.slack.post import Post
from handlers.commands.table import Call
from handlers.rooms import room_is_private

SHOWN, EXPORTED = 10, 200
_NUMBER = re.compile(r"SV-?(\d{1,9})", re.IGNORECASE)
_DAYS = re.compile(r"(\d{1,3})\s*d(?:ays?)?", re.IGNORECASE)
MOST_DAYS = 30
_HINT = "E.g. `/lead survey team 5d`, `/lead survey stakeholders @ann @group`."


async def run_survey(call: Call) -> Post:
    """List the surveys here, or do what the words say."""
    word, _, rest = call.words.strip().partition(" ")
    match word.lower():
        case "":
            return await _list(call)
        case "team" | "start":
            return await _start(call, SurveyKind.TEAM, rest)
        case "stakeholders":
            return await _start(call, SurveyKind.STAKEHOLDERS, rest)
        case "close":
            return await _close(call, rest)
        case "export":
            return await _export(call)
    if found := _NUMBER.fullmatch(word):
        return await _show(call, int(found[1]))
    raise UserFacingError(f"I know no `/lead survey {word[:30]}`.", hint=_HINT)


async def _list(call: Call) -> Post:
    async with call.desk.ctx.database.read() as uow:
        rows = await uow.surveys.newest(call.workspace_id, call.channel_id, limit=SHOWN)
    return survey_list([card_of(row) for row in rows])


async def _show(call: Call, number: int) -> Post:
    async with call.desk.ctx.database.read() as uow:
        row = await uow.surveys.by_number(call.workspace_id, call.channel_id, number)
    card = card_of(row)
    return survey_card(card) if card.is_open else result_post(card)


def _act(kind: SurveyKind) -> Act:
    """Return what one must be allowed for opening or ending a survey: one writes to people
    elsewhere.
    """
    return "ask" if kind is SurveyKind.TEAM else "configure"


async def _start(call: Call, kind: SurveyKind, rest: str) -> Post:
    await call.require(_act(kind), channel_id=call.channel_id)
    ctx = call.desk.ctx
    names, days = _read(rest, ctx.settings.survey.days)
    if names and kind is SurveyKind.TEAM:
        raise UserFacingError("A team survey asks whoever is in the channel.", hint=_HINT)
    private = await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    people: frozenset[str] = frozenset()
    members: int | None = None
    directory = call.desk.directory(call.client, call.workspace_id)
    if kind is SurveyKind.TEAM:
        members = await team_size(directory, call.channel_id)
    else:
        people = await people_of(
            ctx,
            directory,
            call.workspace_id,
            call.channel_id,
            by=call.user_id,
            named=_people(names),
        )
    row = await surveys.start(
        ctx,
        Opening(
            workspace_id=call.workspace_id,
            channel_id=call.channel_id,
            kind=kind,
            key=f"survey:{call.receipt}",
            minutes=days * 24 * 60,
            people=people,
            members=members,
            by=call.user_id,
            is_private=private,
        ),
    )
    return text_post(f"{row.public_id} is open; its message is in this channel.")


def _read(rest: str, usual: int) -> tuple[str, int]:
    names, days = [], usual
    for word in rest.split():
        if found := _DAYS.fullmatch(word):
            days = int(found[1])
        else:
            names.append(word)
    if not 1 <= days <= MOST_DAYS:
        raise UserFacingError(f"A survey is open 1 to {MOST_DAYS} days.", hint=_HINT)
    return " ".join(names), days


def _people(names: str) -> tuple[str, ...]:
    if not names:
        return ()
    found = People().parse(names)
    return tuple(str(item) for item in found) if isinstance(found, tuple) else (str(found),)


async def _close(call: Call, rest: str) -> Post:
    found = _NUMBER.fullmatch(rest.strip())
    if found is None:
        raise UserFacingError("I need its number.", hint="E.g. `/lead survey close SV-3`.")
    async with call.desk.ctx.database.read() as uow:
        row = await uow.surveys.by_number(call.workspace_id, call.channel_id, int(found[1]))
    await call.require(_act(SurveyKind(row.kind)), channel_id=call.channel_id)
    await surveys.close(
        call.desk.ctx, call.workspace_id, row.id, by=call.user_id, receipt=call.receipt
    )
    return text_post(f"{row.public_id} is closed; its result is in its thread.")


async def _export(call: Call) -> Post:
    await call.require("ask", channel_id=call.channel_id)
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        rows = await uow.surveys.newest(call.workspace_id, call.channel_id, limit=EXPORTED)
    cards = [card_of(row) for row in rows if row.state == "closed"]
    if not cards:
        return text_post("No survey is closed here yet.")
    async with ctx.database.begin() as uow:
        file = TextFile(
            name="surveys.csv",
            title="Surveys",
            comment="The surveys of this channel.",
            content=as_csv(cards),
        )
        place = (call.workspace_id, call.channel_id)
        await post_file(
            uow, file, place=place, key=f"survey-export:{call.receipt}", now=ctx.clock.now()
        )
    return text_post("I post them here as a CSV file.")
