"""`/lead retro`: begin one, how it stands, actions and what became of them, past ones, a file."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.domain.learning import read_wanted
from bot.domain.retrospective import ActionState
from bot.domain.schedule.request import read_window
from bot.errors import UserFacingError
from bot.services import retro_actions, retrospective_history, retrospective_views, retrospectives
from bot.services.retro_actions import NewAction
from bot.services.retrospectives import Opening
from bot.slack.cards import text_post
from bot.slack.cards.retro_action import action_list
from bot.slack.cards.retrospective import (
    LessonLine,
    history,
    lessons,
    report_card,
    retrospective_card,
)
from bot.slack.post import Post
from handlers.commands.table import Call
from handlers.rooms import room_is_private
from handlers.texts import command_text

_YEAR = timedelta(days=366)
_NUMBER = re.compile(r"(?:RT|RA)?-?(\d{1,9})", re.IGNORECASE)


async def run_retro(call: Call) -> Post:
    """Show the retrospective that is open here, or the last one; or do what the words say."""
    word, _, rest = call.words.strip().partition(" ")
    if re.fullmatch(r"RT-?\d{1,9}", word, re.IGNORECASE):
        return await _show(call, word)
    act = _ACTS.get(word.lower())
    if act is None:
        known = ", ".join(f"`{name}`" for name in _ACTS if name)
        raise UserFacingError(f"I know no `/lead retro {word[:30]}`.", hint=f"I know {known}.")
    return await act(call, rest.strip())


async def _state(call: Call, _rest: str) -> Post:
    ctx, place = call.desk.ctx, (call.workspace_id, call.channel_id)
    async with ctx.database.read() as uow:
        found = await uow.retrospectives.newest(*place)
        if not found:
            return text_post("No retrospective here yet. `/lead retro start` begins one.")
        card = await retrospective_views.card_of(ctx, uow, found[0])
    return report_card(card) if found[0].closed_at else retrospective_card(card)


async def _show(call: Call, word: str) -> Post:
    ctx, number = call.desk.ctx, _number(word, "RT-3")
    async with ctx.database.read() as uow:
        row = await uow.retrospectives.by_number(call.workspace_id, call.channel_id, number)
        card = await retrospective_views.card_of(ctx, uow, row)
    return report_card(card) if row.closed_at else retrospective_card(card)


async def _start(call: Call, rest: str) -> Post:
    await call.require("ask", channel_id=call.channel_id)
    minutes = read_window(rest.removeprefix("for ")) if rest else retrospectives.USUAL_MINUTES
    opening = Opening(
        workspace_id=call.workspace_id,
        channel_id=call.channel_id,
        key=f"start:{call.receipt}",
        minutes=minutes,
        by=call.user_id,
    )
    private = await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    row = await retrospectives.start(
        call.desk.ctx, opening, receipt=call.receipt, is_private=private
    )
    if row is None:
        return text_post("It is begun already.")
    return text_post(f"{row.public_id} begins; its message is in this channel.")


async def _actions(call: Call, _rest: str) -> Post:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        rows = await uow.retro_actions.open_in(call.workspace_id, call.channel_id)
    now = ctx.clock.now()
    return action_list([retrospective_views.action_line(row, now=now) for row in rows])


async def _add(call: Call, rest: str) -> Post:
    private = await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    said = read_wanted(rest, today=call.desk.ctx.clock.now().date())
    wanted = NewAction(
        workspace_id=call.workspace_id,
        channel_id=call.channel_id,
        text=command_text(said.text),
        by=call.user_id,
        owner_id=said.person_id,
        due_on=said.due_on,
        is_private=private,
    )
    row = await retro_actions.add(call.desk.ctx, wanted, receipt=call.receipt)
    return text_post(f"{row.public_id} is noted." if row else "That is noted already.")


async def _done(call: Call, rest: str) -> Post:
    return await _end(call, rest, ActionState.DONE)


async def _drop(call: Call, rest: str) -> Post:
    return await _end(call, rest, ActionState.DROPPED)


async def _end(call: Call, rest: str, state: ActionState) -> Post:
    ctx, number = call.desk.ctx, _number(rest, "RA-3")
    async with ctx.database.read() as uow:
        row = await uow.retro_actions.by_number(call.workspace_id, call.channel_id, number)
    row = await retro_actions.end(
        ctx, call.workspace_id, row.id, state, by=call.user_id, receipt=call.receipt
    )
    return text_post(f"{row.public_id} is {row.state}.")


async def _history(call: Call, _rest: str) -> Post:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        cards = await retrospective_history.newest(ctx, uow, call.workspace_id, call.channel_id)
    return history(cards)


async def _lessons(call: Call, _rest: str) -> Post:
    now = call.desk.ctx.clock.now()
    async with call.desk.ctx.database.read() as uow:
        rows = await uow.retrospective_rows.lessons_between(
            call.workspace_id, call.channel_id, since=now - _YEAR, until=now
        )
    return lessons([LessonLine(row.kind, row.text) for row in rows])


async def _export(call: Call, rest: str) -> Post:
    ctx, place = call.desk.ctx, (call.workspace_id, call.channel_id)
    async with ctx.database.read() as uow:
        if rest:
            row = await uow.retrospectives.by_number(*place, _number(rest, "RT-3"))
        else:
            newest = await uow.retrospectives.newest(*place)
            if not newest:
                return text_post("No retrospective here yet.")
            row = newest[0]
    await retrospective_history.export(ctx, row, receipt=call.receipt)
    return text_post(f"I post {row.public_id} here as a Markdown file.")


def _number(words: str, example: str) -> int:
    found = _NUMBER.fullmatch(words.strip())
    if found is None:
        raise UserFacingError("I need its number.", hint=f"E.g. {example}.")
    return int(found[1])


_ACTS: dict[str, Callable[[Call, str], Awaitable[Post]]] = {
    "": _state,
    "start": _start,
    "actions": _actions,
    "add": _add,
    "done": _done,
    "drop": _drop,
    "lessons": _lessons,
    "history": _history,
    "export": _export,
}
