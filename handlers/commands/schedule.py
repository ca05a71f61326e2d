"""`/lead schedule`: what comes in this channel, a new one with its next times, acts on one."""

from collections.abc import Awaitable, Callable
from datetime import date

from bot.domain.schedule.draft import Draft
from bot.domain.schedule.request import read_request
from bot.domain.setting.kinds import OFF
from bot.errors import UserFacingError
from bot.services import schedule_views, schedules
from bot.services.ceremonies import CEREMONIES, ceremony_of
from bot.services.directory import person_or_blank
from bot.services.schedule_firing import Firing
from bot.services.schedules import By
from bot.services.workspace_settings import effective
from bot.slack.cards import text_post
from bot.slack.cards.schedule import draft_card, schedule_card, schedule_list
from bot.slack.cards.schedule_modals import schedule_modal
from bot.slack.post import Post
from handlers.commands.table import Call, number
from handlers.rooms import room_is_private
from storage.models import Schedule

Act = Callable[[Call, Schedule, By], Awaitable[str]]


async def run_schedule(call: Call) -> Post:
    """List what is scheduled here, show one, act on one, or preview a new one."""
    word, _, rest = call.words.strip().partition(" ")
    if not word:
        await call.require("look", channel_id=call.channel_id)
        return await _list(call)
    if _is_id(word) and not rest:
        await call.require("look", channel_id=call.channel_id)
        return await _show(call, await _find(call, word))
    if word.lower() == "preview":
        await call.require("look", channel_id=call.channel_id)
        return await _preview(call, await _find(call, rest))
    act = _ACTS.get(word.lower())
    if act is not None:
        row = await _find(call, rest)
        await call.require("configure", channel_id=row.channel_id)
        return text_post(await act(call, row, By(call.user_id, call.receipt)))
    return await _draft(call, word.lower(), rest.strip())


async def _list(call: Call) -> Post:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        rows = await uow.schedules.of_channel(call.workspace_id, call.channel_id)
    cards = [schedule_views.line_of(row, now=ctx.clock.now()) for row in rows]
    return schedule_list(cards, schedule_views.kinds())


async def _show(call: Call, row: Schedule) -> Post:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        return schedule_card(await schedule_views.card_of(uow, row, now=ctx.clock.now()))


async def _preview(call: Call, row: Schedule) -> Post:
    """Show what would open now, to whoever asks; a ceremony without one shows its times."""
    ceremony = ceremony_of(row.kind)
    if ceremony.preview is None:
        return await _show(call, row)
    return await ceremony.preview(call.desk.ctx, row)


async def _find(call: Call, words: str) -> Schedule:
    wanted = number(words, "S", noun="schedule")
    async with call.desk.ctx.database.read() as uow:
        return await uow.schedules.by_number(call.workspace_id, wanted, seen_from=call.channel_id)


async def _draft(call: Call, kind: str, words: str) -> Post:
    """Show the next times of what was typed; without times, open the form."""
    now = call.desk.ctx.clock.now()
    if kind not in CEREMONIES and _is_time(call.words, now.date()):
        raise UserFacingError(
            "Say first what happens then.",
            hint=f"E.g. `/lead schedule {next(iter(CEREMONIES))} {call.words}`.",
        )
    ceremony = ceremony_of(kind)
    await call.require("configure", channel_id=call.channel_id)
    await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    usual = Draft(
        kind=kind,
        words="weekdays 09:30",
        made_on=now.date(),
        zones=(await _zone_of(call),),
        regions=await _regions(call),
        window_minutes=ceremony.window_minutes,
    )
    if not words:
        view = schedule_modal(usual, channel_id=call.channel_id, kinds=schedule_views.titles())
        await call.open(view)
        return text_post("Fill in the form; nothing is saved before you have seen the next times.")
    said = read_request(words, today=now.date())
    draft = usual.model_copy(
        update={
            "words": said.when.words,
            "name": said.name,
            "zones": said.when.zones or usual.zones,
            "regions": said.regions or usual.regions,
            "days_off": said.days_off,
            "window_minutes": said.window_minutes or usual.window_minutes,
        }
    )
    coming = schedule_views.coming_of(draft, now=now)
    return draft_card(draft, title=ceremony.title, coming=coming, channel_id=call.channel_id)


async def _zone_of(call: Call) -> str:
    """Return the person's zone, else the one for whom Slack names none."""
    directory = call.desk.directory(call.client, call.workspace_id)
    person = await person_or_blank(directory, call.user_id)
    return person.timezone or call.desk.ctx.settings.escalation.timezone


async def _regions(call: Call) -> tuple[str, ...]:
    """Return the region whose holidays people here have."""
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        settings = await effective(ctx, uow, call.workspace_id, channel_id=call.channel_id)
    region = str(settings.values["holidays"].value or "")
    return () if region in ("", OFF) else (region,)


async def _run(call: Call, row: Schedule, by: By) -> str:
    fire = Firing(call.desk.ctx, call.desk.starter, call.desk.ctx.caller.worker_id)
    ran = await fire.run_now(row, by)
    return f"{row.public_id} runs now." if ran else f"{row.public_id} runs already."


async def _skip(call: Call, row: Schedule, by: By) -> str:
    changed = await schedules.skip(call.desk.ctx, row, by)
    return f"{row.public_id} skips its next time, {_after(call, changed)}."


async def _pause(call: Call, row: Schedule, by: By) -> str:
    await schedules.pause(call.desk.ctx, row, by)
    return f"{row.public_id} is paused. `/lead schedule resume {row.public_id}` lets it go on."


async def _resume(call: Call, row: Schedule, by: By) -> str:
    changed = await schedules.resume(call.desk.ctx, row, by)
    return f"{row.public_id} goes on, {_after(call, changed)}."


async def _remove(call: Call, row: Schedule, by: By) -> str:
    await schedules.remove(call.desk.ctx, row, by)
    return f"{row.public_id} is removed. What it did stays on record."


def _after(call: Call, row: Schedule) -> str:
    return schedule_views.line_of(row, now=call.desk.ctx.clock.now()).next_slot


def _is_time(text: str, today: date) -> bool:
    try:
        read_request(text, today=today)
    except UserFacingError:
        return False
    return True


def _is_id(word: str) -> bool:
    letter, _, digits = word.upper().partition("-")
    return letter == "S" and digits.isdigit()


_ACTS: dict[str, Act] = {
    "run": _run,
    "skip": _skip,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
}
