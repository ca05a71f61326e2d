"""Connections to PostgreSQL: handed on, found dead before they are used, never left half-way."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import Any, cast

import pytest
from sqlalchemy import Integer, Text, bindparam, func, select, text
from sqlalchemy import cast as cast_to
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, PendingRollbackError

from bot.errors import DatabaseAway
from storage import server_sessions
from storage.models import Workspace
from storage.models.base import table_of
from storage.prepared import Prepared
from storage.server_session import ServerSession
from storage.server_sessions import ServerSessions
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE

_TABLE = table_of(Workspace)
_NAMES = Prepared(select(_TABLE.c.name).where(_TABLE.c.id == bindparam("id")))
_RENAME = Prepared(
    _TABLE.update()
    .where(_TABLE.c.id == WORKSPACE)
    .values(name=bindparam("new"))
    .returning(_TABLE.c.name)
)
_LOCKED = Prepared(
    select(Workspace)
    .where(Workspace.id == bindparam("id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.fixture(autouse=True)
async def _workspace(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)


def _session(uow: UnitOfWork) -> ServerSession:
    return cast(ServerSession, uow.session)


def _free(database: Database) -> list[ServerSession]:
    return cast(ServerSessions, database._sessions)._free


async def _pid(uow: UnitOfWork) -> int:
    return int((await uow.session.execute(text("SELECT pg_backend_pid()"))).scalar_one())


async def _name(database: Database) -> str:
    async with database.read() as uow:
        return str((await _NAMES.rows(uow.session, id=WORKSPACE))[0][0])


async def _rename(uow: UnitOfWork, new: str) -> None:
    await _RENAME.rows(uow.session, new=new)


async def _unit(database: Database, *acts: Callable[[UnitOfWork], Any]) -> None:
    async with database.begin() as uow:
        for act in acts:
            await act(uow)


async def _fail(uow: UnitOfWork) -> None:
    await uow.session.execute(text("SELECT 1 / 0"))


async def _fail_unheard(uow: UnitOfWork) -> None:
    with suppress(DBAPIError):
        await _fail(uow)


async def _fail_within(uow: UnitOfWork) -> None:
    async with uow.session.begin_nested():
        await _rename(uow, "undone")
        await _fail(uow)


async def _change_within(uow: UnitOfWork, row: Workspace) -> None:
    async with uow.session.begin_nested():
        row.name = "undone"
        await uow.session.flush()
        await _fail(uow)


async def _rename_it(uow: UnitOfWork) -> None:
    await _rename(uow, "lost")


async def _end_backends(database: Database) -> None:
    """Who waits for a lock is ended first, or it has the lock, and may be done, before its end."""
    async with database.engine.connect() as other:
        await other.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " ORDER BY wait_event_type IS NOT DISTINCT FROM 'Lock' DESC) AS open"
            )
        )


async def test_unit_after_unit_has_the_same_connection(database: Database) -> None:
    async with database.begin() as uow:
        first, pid = uow.session, await _pid(uow)
        await _rename(uow, "one")
    async with database.read() as uow:
        assert (uow.session, await _pid(uow)) == (first, pid)
        assert list(uow.session) == []  # nothing of the unit before
    assert await _name(database) == "one"


async def test_a_unit_that_said_nothing_begins_nothing(database: Database) -> None:
    async with database.begin() as uow:
        status = _session(uow).wire.pgconn.transaction_status
    assert status == 0


async def test_the_servers_rows_and_the_drivers_are_one_transaction(database: Database) -> None:
    """Whoever speaks first, the library or we, begins it; both see and undo the same."""
    with suppress(LookupError):
        async with database.begin() as uow:
            await _rename(uow, "ours")
            row = (await uow.session.scalars(select(Workspace))).one()
            assert row.name == "ours"
            row.name = "the object's"
            assert (await _NAMES.rows(uow.session, id=WORKSPACE))[0][0] == "the object's"
            raise LookupError
    assert await _name(database) == ""


async def test_an_error_inside_a_savepoint_undoes_only_that(database: Database) -> None:
    async with database.begin() as uow:
        await _rename(uow, "kept")
        with pytest.raises(DBAPIError):
            await _fail_within(uow)
        await uow.session.execute(select(Workspace.id))
    assert await _name(database) == "kept"


async def test_a_swallowed_error_is_told_at_the_commit(database: Database) -> None:
    """PostgreSQL answers such a COMMIT with a rollback and no error."""
    with pytest.raises(InternalError, match="failed before"):
        await _unit(database, _rename_it, _fail_unheard)
    assert await _name(database) == ""


async def _fail_to_flush(uow: UnitOfWork) -> None:
    uow.session.add(Workspace(id=WORKSPACE, name="", created_at=NOW))
    with suppress(IntegrityError):
        await uow.session.flush()


async def test_a_swallowed_failure_of_a_flush_is_told_at_the_end(database: Database) -> None:
    """The library has rolled back by then: there is nothing left to commit."""
    with pytest.raises(PendingRollbackError):
        await _unit(database, _rename_it, _fail_to_flush)
    assert await _name(database) == ""
    async with database.begin() as uow:
        await _rename(uow, "next")
    assert await _name(database) == "next"


async def test_a_connection_that_the_server_ended_is_not_used_again(database: Database) -> None:
    async with database.begin() as uow:
        pid = await _pid(uow)
    await _end_backends(database)
    async with asyncio.timeout(30):
        while _free(database)[-1].wire.usable:  # noqa: ASYNC110 - the server does it
            await asyncio.sleep(0.01)
    async with database.begin() as uow:
        await _rename(uow, "again")
        assert await _pid(uow) != pid
    assert await _name(database) == "again"


async def test_a_server_that_goes_away_in_a_unit_is_named(database: Database) -> None:
    with pytest.raises(DatabaseAway):
        await _unit(database, _rename_it, lambda _: _end_backends(database), _rename_it)
    assert await _name(database) == ""


async def test_what_is_too_much_for_one_packet_goes_and_comes(database: Database) -> None:
    words = "€" * 5_000_000
    async with database.read() as uow:
        echo = Prepared(select(cast_to(bindparam("words"), Text), func.avg(cast_to(3, Integer))))
        assert await echo.rows(uow.session, words=words) == [(words, 3)]


async def test_changes_within_a_savepoint_are_undone_with_it(database: Database) -> None:
    async with database.begin() as uow:
        row = (await uow.session.scalars(select(Workspace))).one()
        await _rename(uow, "kept")
        with pytest.raises(DBAPIError):
            await _change_within(uow, row)
        await uow.session.execute(select(Workspace.id))
    assert await _name(database) == "kept"


async def test_a_quiet_connection_is_asked_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_sessions, "QUIET_SECONDS", -1.0)
    async with database.begin() as uow:
        pid = await _pid(uow)
    async with database.begin() as uow:
        assert await _pid(uow) == pid


async def test_a_cancelled_statement_lets_go_of_its_locks(database: Database) -> None:
    began = asyncio.Event()

    async def waits() -> None:
        async with database.begin() as uow:
            await _pid(uow)
            began.set()
            await _rename(uow, "cancelled")

    async with database.begin() as uow:
        await _rename(uow, "first")
        waiting = asyncio.create_task(waits())
        await began.wait()
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with database.begin() as uow, asyncio.timeout(30):
        await _rename(uow, "last")
    assert await _name(database) == "last"


async def test_a_cancelled_commit_is_waited_for(database: Database) -> None:
    async def commits(about: asyncio.Event) -> None:
        async with database.begin() as uow:
            await _rename(uow, "stored")
            wire = _session(uow).wire
            end = wire.end

            async def told(how: str) -> None:
                about.set()
                await end(how)

            wire.end = told  # type: ignore[method-assign]

    about = asyncio.Event()
    committing = asyncio.create_task(commits(about))
    await about.wait()
    committing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await committing
    assert await _name(database) == "stored"


async def test_a_locked_row_is_read_anew(database: Database) -> None:
    async with database.begin() as uow:
        row = (await uow.session.scalars(select(Workspace))).one()
        async with database.begin() as other:
            await _rename(other, "newer")
        assert row.name == ""
        assert await _LOCKED.the(uow.session, Workspace, id=WORKSPACE) is row
        assert row.name == "newer"


async def test_who_waits_too_long_for_a_connection_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_sessions, "WAIT_SECONDS", 0.01)
    sessions: Any = database._sessions
    taken = [await sessions.take() for _ in range(sessions._room._value)]
    with pytest.raises(DatabaseAway):
        await _name(database)
    for session in taken:
        await sessions.take_back(session)
    assert await _name(database) == ""
    assert len(_free(database)) == database.engine.pool.size()  # type: ignore[attr-defined]


async def test_what_slack_waits_for_waits_for_no_other_writer(database: Database) -> None:
    async with AsyncExitStack() as others:
        for _ in range(server_sessions.WRITERS):
            await others.enter_async_context(database.begin())
        late = asyncio.create_task(_unit(database, _rename_it))
        async with asyncio.timeout(30), database.begin(urgent=True) as uow:
            await _rename(uow, "urgent")
        assert not late.done()
        assert await _name(database) == "urgent"
    await late
    assert await _name(database) == "lost"
