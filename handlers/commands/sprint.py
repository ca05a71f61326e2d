"""`/lead sprint`: how it stands, plan one, add, order, estimate, start, burndown, end, a file."""

import re
from collections.abc import Awaitable, Callable

from bot.domain.access import Act
from bot.domain.sprint.lines import read_numbers
from bot.domain.sprint.states import SprintState
from bot.errors import UserFacingError
from bot.services import sprint_export, sprint_items, sprint_views, sprints
from bot.services.sprint_items import NewItem
from bot.slack.cards import text_post
from bot.slack.cards.sprint import day, sprint_card
from bot.slack.cards.sprint_export import sprint_line
from bot.slack.post import Post
from handlers.commands.table import Call, number
from handlers.rooms import room_is_private
from handlers.sprints import ballot, new_form, post_burndown, requirements_of
from storage.models import Sprint

_NAMED = re.compile(r"\bSP-(\d{1,9})\b", re.IGNORECASE)
_TASK, _HAND_OFF = re.compile(r"T-\d{1,9}", re.I), re.compile(r"H-\d{1,9}", re.I)
_WORDS = "`plan`, `add`, `needs`, `estimate`, `start`, `burndown`, `end`, `export` or `list`"
_LISTED = 15
_ALL = tuple(SprintState)


async def run_sprint(call: Call) -> Post:
    """Show this channel's sprint, or do what the first word says."""
    word, _, rest = call.words.strip().partition(" ")
    if word.lower() in _ACTS:
        return await _ACTS[word.lower()](call, rest.strip())
    if word and not _NAMED.fullmatch(word):
        raise UserFacingError(
            f"I know no `/lead sprint {word[:30]}`.", hint=f"Say nothing behind it, SP-1, {_WORDS}."
        )
    return await _state(call)


async def _state(call: Call) -> Post:
    ctx = call.desk.ctx
    async with ctx.database.read() as uow:
        named = _NAMED.search(call.words)
        if named is None:
            newest = await uow.sprints.newest(call.workspace_id, call.channel_id, states=_ALL)
            if not newest:
                return text_post("No sprint here yet. `/lead sprint plan` plans one.")
            sprint = newest[0]
        else:
            sprint = await uow.sprints.by_number(
                call.workspace_id, int(named[1]), seen_from=call.channel_id
            )
        return sprint_card(await sprint_views.card_of(ctx, uow, sprint))


async def _list(call: Call, _words: str) -> Post:
    async with call.desk.ctx.database.read() as uow:
        rows = await uow.sprints.listed(call.workspace_id, seen_from=call.channel_id, limit=_LISTED)
    if not rows:
        return text_post("No sprint yet. `/lead sprint plan` plans one.")
    lines = [
        sprint_line(row.public_id, row.goal, row.state.value, day(row.ends_on)) for row in rows
    ]
    return text_post("\n".join(lines))


async def _plan(call: Call, words: str) -> Post:
    await call.require("ask", channel_id=call.channel_id)
    await room_is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    requirements, hand_off_id = await _requirements(call, words)
    place = (call.desk, call.workspace_id, call.channel_id)
    view = await new_form(*place, requirements, hand_off_id=hand_off_id)
    await call.open(view)
    return text_post(
        "Fill in the form; the card appears in this channel. With a file: mention me with it and"
        " say *plan a sprint*."
    )


async def _requirements(call: Call, words: str) -> tuple[str, str]:
    """Return what a task was about, what another team asks, or the words themselves."""
    async with call.desk.ctx.database.read() as uow:
        if _TASK.fullmatch(words):
            wanted = number(words, "T", noun="task")
            task = await uow.tasks.by_number(call.workspace_id, wanted, seen_from=call.channel_id)
            return requirements_of(task), ""
        if _HAND_OFF.fullmatch(words):
            wanted = number(words, "H", noun="handoff")
            row = await uow.hand_offs.by_number(
                call.workspace_id, wanted, seen_from=call.channel_id
            )
            return row.text, row.id
    return words, ""


async def _add(call: Call, words: str) -> Post:
    sprint = await _find(call, words, "ask")
    title = _NAMED.sub("", words).strip()
    item = await sprint_items.add_item(
        call.desk.ctx, sprint, NewItem(title=title), by=call.user_id, receipt=call.receipt
    )
    if item is None:
        return text_post("That is added already.")
    return text_post(f"Item {item.position} of {sprint.public_id} is added.")


async def _needs(call: Call, words: str) -> Post:
    sprint = await _find(call, words, "ask")
    said = re.sub(r"\b(after|needs|on)\b|:", " ", _NAMED.sub("", words), flags=re.I)
    found = read_numbers(said)
    if not found:
        raise UserFacingError(
            "Say which item comes after which.", hint="E.g. `/lead sprint needs 3: 1, 2`."
        )
    own, *needs = found
    await sprint_items.set_needs(
        call.desk.ctx, sprint, own, needs, by=call.user_id, receipt=call.receipt
    )
    if not needs:
        return text_post(f"Item {own} of {sprint.public_id} waits for nothing.")
    return text_post(f"Item {own} of {sprint.public_id} comes after {', '.join(map(str, needs))}.")


async def _estimate(call: Call, words: str) -> Post:
    sprint = await _find(call, words, "ask")
    view = await ballot(call.desk, sprint, call.user_id)
    await call.open(view)
    return text_post("Vote in the form; nobody sees it before the reveal.")


async def _start(call: Call, words: str) -> Post:
    sprint = await _find(call, words, "approve")
    row = await sprints.accept(call.desk.ctx, sprint, by=call.user_id, receipt=call.receipt)
    return text_post(f"{row.public_id} runs until {day(row.ends_on)}.")


async def _end(call: Call, words: str) -> Post:
    sprint = await _find(call, words, "approve")
    row = await sprints.end(call.desk.ctx, sprint, by=call.user_id, receipt=call.receipt)
    return text_post(f"{row.public_id} is ended.")


async def _burndown(call: Call, words: str) -> Post:
    sprint = await _find(call, words, "ask", states=_ALL)
    await post_burndown(call.desk, sprint, receipt=call.receipt)
    return text_post(f"I post the burndown in the thread of {sprint.public_id}.")


async def _export(call: Call, words: str) -> Post:
    sprint = await _find(call, words, "ask", states=_ALL)
    await sprint_export.export(call.desk.ctx, sprint, receipt=call.receipt)
    return text_post(f"I post {sprint.public_id} as a Markdown file where it was held.")


async def _find(
    call: Call, words: str, act: Act, *, states: tuple[SprintState, ...] | None = None
) -> Sprint:
    """Return the sprint that is named, or this channel's newest one that has not ended."""
    async with call.desk.ctx.database.read() as uow:
        named = _NAMED.search(words)
        if named is not None:
            found = await uow.sprints.by_number(
                call.workspace_id, int(named[1]), seen_from=call.channel_id
            )
        else:
            place = (call.workspace_id, call.channel_id)
            rows = await (
                uow.sprints.newest(*place, states=states) if states else uow.sprints.newest(*place)
            )
            if not rows:
                raise UserFacingError(
                    "There is no sprint here.", hint="`/lead sprint plan` plans one."
                )
            found = rows[0]
    await call.require(act, channel_id=found.channel_id)
    return found


_ACTS: dict[str, Callable[[Call, str], Awaitable[Post]]] = {
    "plan": _plan,
    "list": _list,
    "add": _add,
    "needs": _needs,
    "estimate": _estimate,
    "start": _start,
    "end": _end,
    "burndown": _burndown,
    "export": _export,
}
