"""Forgets a person or a channel: in batches, safe to go on with at any of them, each counted.

What becomes of which column is said in `storage.personal`, and for people in docs/forget.md; whose
turn it is and who is told, in `bot.services.forgetting`.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.exc import IntegrityError

from bot.domain.forget import REMOVED, id_remover, quote_remover
from bot.errors import UserFacingError
from bot.services import retrospective_marks, tasks
from bot.services.context import Context
from bot.services.forget_run import Counts, Run
from storage.personal import TABLES
from storage.repositories.forget import (
    ForgetRepository,
    Rewrite,
    in_threads,
    may_let_go,
    naming,
    of_channel,
    of_workspace,
    tables,
)
from storage.repositories.forget_posts import OUTBOX, ForgetPostsRepository

BATCH = 500
"""Rows of one transaction: milliseconds, so that nobody waits for the write lock."""
_PASSES = 3
"""What is written meanwhile is found by the next pass."""


async def count_of_person(ctx: Context, workspace_id: str, user_id: str) -> Counts:
    """Return how many rows of each table name a person or are theirs."""
    async with ctx.database.read() as uow:
        return await ForgetRepository(uow.session).rows_of_person(workspace_id, user_id)


async def count_of_channel(ctx: Context, workspace_id: str, channel_id: str) -> Counts:
    """Return how many rows of each table are a channel's."""
    async with ctx.database.read() as uow:
        return await ForgetRepository(uow.session).rows_of_channel(workspace_id, channel_id)


async def forget_channel(ctx: Context, run: Run) -> None:
    """Stop a channel's work and remove its rows; what it cost stays, as numbers."""
    for _ in range(_PASSES):
        before = run.removed
        await _stop(ctx, run.workspace_id, by=run.by, channel_id=run.subject_id)
        await _purge(ctx, run, run.subject_id)
        if run.removed == before:
            return


async def forget_person(ctx: Context, run: Run) -> None:
    """Remove a person's words and put a pseudonym in the place of their id.

    Their open tasks are stopped and their direct messages with the bot forgotten whole. What they
    write meanwhile goes, too: the passes end when they name the person no more. Who does not stop
    writing is told what is left (`Run.left`) and may ask again.
    """
    goes_on, called = run.found is not None, run.pseudonym
    for number in range(_PASSES):
        found = {} if goes_on and not number else await _count(ctx, run)
        if number and not found:
            return
        if number:  # who votes again meanwhile would be there twice under one name
            run.pseudonym = f"{called}-{number}"
        await _begin(ctx, run, found)
        await _stop(ctx, run.workspace_id, by=run.subject_id, user_id=run.subject_id)
        await _person(ctx, run)
    run.left = sum((await _count(ctx, run)).values())


async def _count(ctx: Context, run: Run) -> Counts:
    return await count_of_person(ctx, run.workspace_id, run.subject_id)


async def _begin(ctx: Context, run: Run, found: Counts) -> None:
    """Note the channels that go whole first: their rows are what tells that they do."""
    async with ctx.database.begin() as uow:
        directs = await ForgetRepository(uow.session).directs_of(run.workspace_id, run.subject_id)
        # Posts may be addressed to the person, e.g. reminders.
        await run.begin(uow, found, [*directs, run.subject_id])


async def _person(ctx: Context, run: Run) -> None:
    cards = await retrospective_marks.forget(ctx, run.workspace_id, run.subject_id)
    async with ctx.database.begin() as uow:
        await run.add(uow, "retro_card", cards)
    for channel_id in run.places:
        await _purge(ctx, run, channel_id)
    await _quotes(ctx, run)
    await _posts(ctx, run)
    for table in tables():
        await _words(ctx, table, run)
    for table in tables():
        await _mentions(ctx, table, run)
    async with ctx.database.begin() as uow:
        # A key is its name in small letters, so exact words were not found in it.
        parts = (REMOVED.removesuffix("]"), run.pseudonym)
        await run.add(uow, "memory_entity", await uow.memory_names.rekey(run.workspace_id, parts))


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


async def _purge(ctx: Context, run: Run, channel_id: str) -> None:
    place = (run.workspace_id, channel_id)
    for table in filter(may_let_go, tables()):
        async with ctx.database.begin() as uow:
            await ForgetRepository(uow.session).let_go(table, *place)
    for table in reversed(tables()):
        if of_channel(table, *place) is not None:
            method = "empty_of_channel" if TABLES[table.name].shell else "delete_of_channel"
            await _batches(ctx, table, run, method, *place)


async def _batches(
    ctx: Context, table: Table, run: Run, method: str, *given: str, **more: str
) -> None:
    """Call a method of the repository in transactions of its own until it finds nothing more."""
    while True:
        try:
            async with ctx.database.begin() as uow:
                act = getattr(ForgetRepository(uow.session), method)
                changed = await act(table, *given, **more, most=BATCH)
                await run.add(uow, table.name, changed)
        except IntegrityError:  # a row below it was written meanwhile: the next pass
            return
        if changed < BATCH:
            return


async def _words(ctx: Context, table: Table, run: Run) -> None:
    """Remove the person's rows and words, the id first: a row that comes in between keeps both,
    and the next pass finds it.
    """
    holds, whose = TABLES[table.name], (run.workspace_id, run.subject_id)
    if holds.goes_with:
        await _batches(ctx, table, run, "delete_of_person", *whose)
    for name in holds.ids:
        await _batches(ctx, table, run, "rename", *whose, name=name, pseudonym=run.pseudonym)
    now_called = (run.workspace_id, run.pseudonym)
    for name in holds.words:
        await _batches(ctx, table, run, "remove_words", *now_called, name=name)


async def _quotes(ctx: Context, run: Run) -> None:
    """Remove the person's exact words from what was made of them in the same threads."""
    async with ctx.database.read() as uow:
        written = await ForgetRepository(uow.session).written_by(run.workspace_id, run.subject_id)
    for thread_id, texts in written.items():
        rewrite = quote_remover(texts)
        if rewrite is None:
            continue
        for table in tables():
            where = in_threads(table, thread_id)
            if where is not None:
                await _rewrite(ctx, table, where, TABLES[table.name].about, rewrite, run)


async def _posts(ctx: Context, run: Run) -> None:
    """Empty the sent posts about what the person wrote elsewhere; take quotes out of the others."""
    workspace_id = run.workspace_id
    async with ctx.database.begin() as uow:
        posts = ForgetPostsRepository(uow.session)
        written = await posts.written_by(workspace_id, run.subject_id)
        await posts.drop_pace(workspace_id, [run.subject_id, *run.places])
    rewrite = quote_remover(text for texts in written.values() for text in texts)
    after: int | None = 0
    while written and after is not None:
        async with ctx.database.begin() as uow:
            posts = ForgetPostsRepository(uow.session)
            found, after = await posts.about(workspace_id, written.keys(), after=after)
            await run.add(uow, "outbox", await posts.empty(workspace_id, found))
        if rewrite is not None:
            await _rewrite(ctx, OUTBOX, OUTBOX.c.id.in_(found), ("payload",), rewrite, run)


async def _mentions(ctx: Context, table: Table, run: Run) -> None:
    """Take the person's id out of everybody's texts."""
    scope, holds = of_workspace(table, run.workspace_id), TABLES[table.name]
    if scope is None:
        return
    if holds.whole:
        where = scope & naming(table, holds.whole, run.subject_id)
        await _rewrite(ctx, table, where, holds.whole, lambda _: REMOVED, run)
    names = (*holds.about, *holds.words)
    if names:
        where = scope & naming(table, names, run.subject_id)
        await _rewrite(ctx, table, where, names, id_remover(run.subject_id, run.pseudonym), run)


async def _rewrite(
    ctx: Context,
    table: Table,
    where: ColumnElement[bool],
    names: Sequence[str],
    rewrite: Rewrite,
    run: Run,
) -> None:
    after: tuple[Any, ...] | None = None
    while names:
        async with ctx.database.begin() as uow:
            after, changed = await ForgetRepository(uow.session).rewrite(
                table, where, names, rewrite=rewrite, after=after, most=BATCH
            )
            await run.add(uow, table.name, changed)
        if after is None:
            return
