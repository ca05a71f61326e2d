"""Forgets a person or a channel: in batches, safe to run again, counted, with one audit entry.

What becomes of which column is said in `storage.personal`, and for people in docs/forget.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Table
from sqlalchemy.exc import IntegrityError

from bot.domain.forget import REMOVED, id_remover, new_pseudonym, quote_remover
from bot.errors import UserFacingError
from bot.services import tasks
from bot.services.context import Context
from bot.services.tasks import LEAD_USER
from storage.personal import TABLES
from storage.repositories.forget import (
    ForgetRepository,
    Rewrite,
    in_threads,
    naming,
    of_workspace,
    tables,
)
from storage.repositories.forget_posts import OUTBOX, ForgetPostsRepository

log = structlog.get_logger(__name__)

BATCH = 500
"""Rows of one transaction: milliseconds, so that nobody waits for the write lock."""
DELETED_AT = "deleted_at"
_PASSES = 3
"""A row that is written meanwhile keeps its parent; the next pass finds both."""

Counts = dict[str, int]
"""Rows by table."""


@dataclass
class _Tally:
    rows: Counts = field(default_factory=dict)

    def add(self, table: str, number: int) -> None:
        if number:
            self.rows[table] = self.rows.get(table, 0) + number


async def count_of_person(ctx: Context, workspace_id: str, user_id: str) -> Counts:
    """Return how many rows of each table name a person or are theirs."""
    async with ctx.database.read() as uow:
        return await ForgetRepository(uow.session).rows_of_person(workspace_id, user_id)


async def count_of_channel(ctx: Context, workspace_id: str, channel_id: str) -> Counts:
    """Return how many rows of each table are a channel's."""
    async with ctx.database.read() as uow:
        return await ForgetRepository(uow.session).rows_of_channel(workspace_id, channel_id)


async def forget_channel(ctx: Context, workspace_id: str, channel_id: str, *, by: str) -> Counts:
    """Stop a channel's work and remove its rows; what it cost stays, as numbers. Returns counts.

    Safe to run again: only a run that changed something is noted in the audit log.
    """
    await _stop(ctx, workspace_id, by=by, channel_id=channel_id)
    tally = _Tally()
    for _ in range(_PASSES):
        before = sum(tally.rows.values())
        await _purge(ctx, workspace_id, channel_id, tally)
        if sum(tally.rows.values()) == before:
            break
    await _note(ctx, workspace_id, by, "channel.forgotten", channel_id, tally.rows)
    return tally.rows


async def forget_person(
    ctx: Context, workspace_id: str, user_id: str, *, by: str = "", direct_id: str = ""
) -> Counts:
    """Remove a person's words and put a pseudonym in the place of their id. Returns counts.

    Their open tasks are stopped and their direct messages with the bot (`direct_id` and those in
    which they wrote) forgotten whole. Without `by` it was their own wish.
    """
    theirs = await count_of_person(ctx, workspace_id, user_id)
    await _stop(ctx, workspace_id, by=user_id, user_id=user_id)
    pseudonym = new_pseudonym()
    tally = _Tally()
    async with ctx.database.read() as uow:
        directs = await ForgetRepository(uow.session).directs_of(workspace_id, user_id)
    for channel_id in dict.fromkeys([*directs, *filter(None, [direct_id])]):
        await _purge(ctx, workspace_id, channel_id, tally)
    await _quotes(ctx, workspace_id, user_id, tally)
    await _posts(ctx, workspace_id, user_id, tally)
    for table in tables():
        await _words(ctx, table, workspace_id, user_id, tally)
    for table in tables():
        await _mentions(ctx, table, workspace_id, user_id, pseudonym, tally)
        await _ids(ctx, table, workspace_id, user_id, pseudonym, tally)
    # A row of theirs is changed several times, and counted once.
    rows = {table: theirs.get(table, number) for table, number in tally.rows.items()}
    await _note(ctx, workspace_id, by or pseudonym, "person.forgotten", pseudonym, rows)
    return rows


async def channel_deleted(ctx: Context, workspace_id: str, channel_id: str) -> Counts:
    """Note that a channel is gone from Slack, then forget it. Returns counts.

    The note comes first: when this process dies, the daily clean-up forgets it.
    """
    async with ctx.database.begin() as uow:
        channel = await uow.channels.find(workspace_id, channel_id)
        if channel is None:
            return {}
        channel.settings = {DELETED_AT: ctx.clock.now().isoformat()}
    return await forget_channel(ctx, workspace_id, channel_id, by=LEAD_USER)


async def forget_deleted(ctx: Context) -> int:
    """Forget what came after a channel was forgotten, or was left when a process died in it.

    Returns how many rows.
    """
    async with ctx.database.read() as uow:
        gone = await ForgetRepository(uow.session).deleted_channels(DELETED_AT)
    done = [await forget_channel(ctx, *place, by=LEAD_USER) for place in gone]
    async with ctx.database.begin() as uow:
        late = await ForgetRepository(uow.session).empty_late_calls(most=BATCH)
    return late + sum(sum(rows.values()) for rows in done)


async def workspaces(ctx: Context) -> list[str]:
    """Return the ids of all workspaces, for the operator."""
    async with ctx.database.read() as uow:
        return await ForgetRepository(uow.session).workspaces()


async def _stop(
    ctx: Context, workspace_id: str, *, by: str, channel_id: str = "", user_id: str = ""
) -> None:
    """Stop the open tasks of a channel or person."""
    async with ctx.database.read() as uow:
        found = await uow.tasks.open_in(workspace_id)
    for task in found:
        if task.channel_id == channel_id or task.requester_id == user_id:
            try:
                await tasks.stop(ctx, task.id, by=by)
            except UserFacingError:  # it ended in this very moment
                continue


async def _purge(ctx: Context, workspace_id: str, channel_id: str, tally: _Tally) -> None:
    place = (workspace_id, channel_id)
    for table in tables():
        async with ctx.database.begin() as uow:
            await ForgetRepository(uow.session).let_go(table, *place)
    for table in reversed(tables()):
        method = "empty_of_channel" if TABLES[table.name].shell else "delete_of_channel"
        await _batches(ctx, table, tally, method, *place)


async def _batches(
    ctx: Context, table: Table, tally: _Tally, method: str, *given: str, **more: str
) -> None:
    """Call a method of the repository in transactions of its own until it finds nothing more."""
    while True:
        try:
            async with ctx.database.begin() as uow:
                act = getattr(ForgetRepository(uow.session), method)
                changed = await act(table, *given, **more, most=BATCH)
        except IntegrityError:  # a row below it was written meanwhile: the next pass
            return
        tally.add(table.name, changed)
        if changed < BATCH:
            return


async def _words(
    ctx: Context, table: Table, workspace_id: str, user_id: str, tally: _Tally
) -> None:
    holds = TABLES[table.name]
    if holds.goes_with:
        await _batches(ctx, table, tally, "delete_of_person", workspace_id, user_id)
    for name in holds.words:
        await _batches(ctx, table, tally, "remove_words", workspace_id, user_id, name=name)


async def _quotes(ctx: Context, workspace_id: str, user_id: str, tally: _Tally) -> None:
    """Remove the person's exact words from what was made of them in the same threads."""
    async with ctx.database.read() as uow:
        written = await ForgetRepository(uow.session).written_by(workspace_id, user_id)
    for thread_id, texts in written.items():
        rewrite = quote_remover(texts)
        if rewrite is None:
            continue
        for table in tables():
            where = in_threads(table, thread_id)
            if where is not None:
                await _rewrite(ctx, table, where, TABLES[table.name].about, rewrite, tally)


async def _posts(ctx: Context, workspace_id: str, user_id: str, tally: _Tally) -> None:
    """Empty the sent posts about what the person wrote elsewhere; take quotes out of the others."""
    async with ctx.database.read() as uow:
        written = await ForgetPostsRepository(uow.session).written_by(workspace_id, user_id)
    rewrite = quote_remover(text for texts in written.values() for text in texts)
    after: int | None = 0
    while written and after is not None:
        async with ctx.database.begin() as uow:
            posts = ForgetPostsRepository(uow.session)
            found, after = await posts.about(workspace_id, written.keys(), after=after)
            tally.add("outbox", await posts.empty(workspace_id, found))
        if rewrite is not None:
            await _rewrite(ctx, OUTBOX, OUTBOX.c.id.in_(found), ("payload",), rewrite, tally)


async def _mentions(
    ctx: Context, table: Table, workspace_id: str, user_id: str, pseudonym: str, tally: _Tally
) -> None:
    """Take the person's id out of everybody's texts."""
    scope, holds = of_workspace(table, workspace_id), TABLES[table.name]
    if scope is None:
        return
    if holds.whole:
        where = scope & naming(table, holds.whole, user_id)
        await _rewrite(ctx, table, where, holds.whole, lambda _: REMOVED, tally)
    names = (*holds.about, *holds.words)
    if names:
        where = scope & naming(table, names, user_id)
        await _rewrite(ctx, table, where, names, id_remover(user_id, pseudonym), tally)


async def _rewrite(
    ctx: Context,
    table: Table,
    where: ColumnElement[bool],
    names: Sequence[str],
    rewrite: Rewrite,
    tally: _Tally,
) -> None:
    after: tuple[Any, ...] | None = None
    while names:
        async with ctx.database.begin() as uow:
            after, changed = await ForgetRepository(uow.session).rewrite(
                table, where, names, rewrite=rewrite, after=after, most=BATCH
            )
        tally.add(table.name, changed)
        if after is None:
            return


async def _ids(
    ctx: Context, table: Table, workspace_id: str, user_id: str, pseudonym: str, tally: _Tally
) -> None:
    for name in TABLES[table.name].ids:
        await _batches(
            ctx, table, tally, "rename", workspace_id, user_id, name=name, pseudonym=pseudonym
        )


async def _note(
    ctx: Context, workspace_id: str, by: str, action: str, noun_id: str, rows: Counts
) -> None:
    """Leave a line without any text; a run that found nothing leaves none."""
    log.info(action, workspace_id=workspace_id, rows=sum(rows.values()))
    if not rows:
        return
    async with ctx.database.begin() as uow:
        await uow.audit.add(
            workspace_id,
            by,
            action=action,
            noun=action.partition(".")[0],
            noun_id=noun_id,
            at=ctx.clock.now(),
            details=dict(sorted(rows.items())),
        )
