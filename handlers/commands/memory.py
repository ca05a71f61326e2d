"""`/lead remember` and `memory`: note something, look it up, correct it, have it forgotten."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.memory import Note, Query
from bot.domain.memory.baseline import Baseline, read_baseline
from bot.domain.memory.words import Spoken, read_note, read_number, read_search
from bot.errors import NotFound, UserFacingError
from bot.services import memory, memory_views
from bot.services.memory_baselines import KIND, remember_baseline
from bot.services.memory_search import search
from bot.slack.cards import text_post
from bot.slack.cards.memory import Said, found_list, thing_page
from bot.slack.post import Post
from bot.slack.text import escape, moment
from handlers.commands.table import Call
from handlers.links import permalink
from handlers.privacy import is_private
from storage.models import MemoryObservation
from storage.uow import UnitOfWork

SHOWN = 5
_EMPTY = "Nothing is remembered yet. E.g. `/lead remember orders: its tables are cut by month`."


async def run_remember(call: Call) -> Post:
    """Note something of something, or a service's baseline."""
    words = call.words.strip()
    first, _, rest = words.partition(" ")
    told = read_baseline(rest) if first.lower() == KIND else read_note(words)
    now = call.desk.ctx.clock.now()
    private = await is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    async with call.desk.ctx.database.begin() as uow:
        await uow.channels.ensure(call.workspace_id, call.channel_id, now=now, is_private=private)
        if not await uow.receipts.is_new(call.workspace_id, call.receipt, now=now):
            return text_post("That is remembered already.")
        if isinstance(told, Baseline):
            return text_post(await _keep_baseline(call, uow, told, now))
        return text_post(await _keep_note(call, uow, told, now))


async def _keep_note(call: Call, uow: UnitOfWork, told: Spoken, now: datetime) -> str:
    stored = await memory.remember(
        uow,
        Note(
            workspace_id=call.workspace_id,
            channel_id=call.channel_id,
            kind=told.kind,
            name=told.name,
            text=told.text,
            author=call.user_id,
            source="",
            at=now,
        ),
    )
    where = ", for this channel only" if stored.entity.scope else ""
    known = "" if stored.new else " I knew that."
    return f"Remembered of *{escape(stored.entity.name)}*{where}.{known}"


async def _keep_baseline(call: Call, uow: UnitOfWork, told: Baseline, now: datetime) -> str:
    found = await remember_baseline(
        uow,
        told,
        workspace_id=call.workspace_id,
        channel_id=call.channel_id,
        author=call.user_id,
        source="",
        at=now,
    )
    if found.since is None:
        return f"Remembered as `{escape(found.name)}`, the first one I know of it."
    since = moment(found.since, "{date_short_pretty}")
    lines = "\n".join(f"• {line}" for line in found.changes) or "• no figure that both have"
    return f"Remembered as `{escape(found.name)}`. Since {since}:\n{lines}"


async def run_memory(call: Call) -> Post:
    """Show what is remembered: the newest, a thing by its name, or what fits some words."""
    words = call.words.strip()
    verb, _, rest = words.partition(" ")
    act = _VERBS.get(verb.lower())
    if act is not None and rest.strip():
        return await act(call, rest.strip())
    if act is not None:
        raise UserFacingError(
            "Say of what.", hint=f"E.g. `/lead memory {_EXAMPLES[verb.lower()]}`."
        )
    return await _look(call, words)


async def _look(call: Call, words: str) -> Post:
    asked = read_search(words)
    query = Query(
        call.workspace_id,
        asked.text,
        call.channel_id,
        kinds=asked.kinds,
        service=asked.service,
        since=asked.since,
        here_only=asked.here_only,
        limit=SHOWN,
        offset=(asked.page - 1) * SHOWN,
    )
    async with call.desk.ctx.database.read() as uow:
        results = await search(uow, query, meanings=call.desk.ctx.meanings)
        things = [await memory_views.found_thing(uow, one) for one in results.found]
    if not things and not words:
        return text_post(_EMPTY)
    things = await _linked(call, things)
    more = f"More: the same words and `page:{asked.page + 1}`." if results.more else ""
    return found_list([thing.thing for thing in things], more=more)


async def _open(call: Call, words: str) -> Post:
    async with call.desk.ctx.database.read() as uow:
        node = await _node(uow, call, words)
        thing = await memory_views.thing_of(uow, node, seen_from=call.channel_id)
    (linked,) = await _linked(call, [thing])
    return thing_page(linked.thing)


async def _node(uow: UnitOfWork, call: Call, name: str) -> memory.Node:
    found = await memory.open_nodes(uow, call.workspace_id, [name], seen_from=call.channel_id)
    if not found:
        raise NotFound("note", name[:60], hint="`/lead memory <words>` searches.")
    # A private channel's own thing comes before everybody's of the same name.
    return next((one for one in found if one.entity.scope == call.channel_id), found[0])


async def _linked(call: Call, things: Sequence[memory_views.Shown]) -> list[memory_views.Shown]:
    """Return the things with the addresses of the messages, asked of Slack."""

    async def link(said: Said, place: tuple[str, str]) -> Said:
        channel_id, ts = place
        url = await permalink(call.client, channel_id, ts) if channel_id and ts else ""
        return replace(said, url=url)

    async def one(shown: memory_views.Shown) -> memory_views.Shown:
        said = await asyncio.gather(
            *(link(said, place) for said, place in zip(shown.thing.said, shown.places, strict=True))
        )
        return replace(shown, thing=replace(shown.thing, said=tuple(said)))

    return list(await asyncio.gather(*(one(shown) for shown in things)))


async def _correct(call: Call, words: str) -> Post:
    found = read_number(words)
    if found is None or not found[1]:
        raise UserFacingError(
            "Which note, and what is right?", hint="E.g. `/lead memory correct #12 it is Go 1.25`."
        )
    old = await _said(call, found[0])
    await _require(call, old)
    private = await is_private(call.desk, call.client, call.workspace_id, call.channel_id)
    if private and old.channel_id != call.channel_id:
        raise UserFacingError(
            f"#{old.id} is known elsewhere, and this channel is private.",
            hint="Correct it in a public channel.",
        )
    ctx = call.desk.ctx
    now = ctx.clock.now()
    async with ctx.database.begin() as uow:
        if not await uow.receipts.is_new(call.workspace_id, call.receipt, now=now):
            return text_post("That is corrected already.")
        new = await memory.correct(
            uow,
            call.workspace_id,
            found[0],
            found[1],
            by=call.user_id,
            at=now,
            seen_from=call.channel_id,
        )
    return text_post(f"Corrected; it is `#{new.id}` now, and the old words stay as history.")


async def _forget(call: Call, words: str) -> Post:
    found = read_number(words)
    ctx = call.desk.ctx
    now = ctx.clock.now()
    if found is not None and not found[1]:
        await _require(call, await _said(call, found[0]))
        async with ctx.database.begin() as uow:
            entity = await memory.forget_observation(
                uow,
                call.workspace_id,
                found[0],
                by=call.user_id,
                at=now,
                seen_from=call.channel_id,
            )
        return text_post(f"`#{found[0]}` of *{escape(entity.name)}* is forgotten.")
    async with ctx.database.read() as uow:
        node = await _node(uow, call, words)
    # What everybody may see is forgotten for everybody.
    await call.require("decide", channel_id=node.entity.scope)
    name = node.entity.name
    async with ctx.database.begin() as uow:
        await memory.forget_entity(uow, call.workspace_id, node.entity, by=call.user_id, at=now)
    return text_post(f"*{escape(name)}* is forgotten, with all that was said of it.")


async def _said(call: Call, number: int) -> MemoryObservation:
    async with call.desk.ctx.database.read() as uow:
        row, _ = await memory.find_observation(
            uow, call.workspace_id, number, seen_from=call.channel_id
        )
    return row


async def _require(call: Call, row: MemoryObservation) -> None:
    """One's own words anybody may change; others' need the right to decide."""
    own = row.author_id == call.user_id
    await call.require("ask" if own else "decide", channel_id=row.channel_id)


_VERBS = {"open": _open, "correct": _correct, "forget": _forget}
_EXAMPLES = {
    "open": "open orders",
    "correct": "correct #12 it is Go 1.25",
    "forget": "forget #12",
}
