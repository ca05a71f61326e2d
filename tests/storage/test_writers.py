"""Turns to write: one at a time, acknowledgements first, one commit for those that waited."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.errors import Bug, DatabaseAway
from storage import writers
from storage.models import Workspace
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True, params=["slow disk", "quick disk"])
def is_quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Let every commit count as one or the other: one goes to a thread, the other does not."""
    quick = bool(request.param == "quick disk")
    monkeypatch.setattr(writers, "QUICK_SECONDS", 1_000.0 if quick else 0.0)
    return quick


async def _names(database: Database) -> set[str]:
    async with database.read() as uow:
        return set((await uow.session.scalars(select(Workspace.id))).all())


async def _write(database: Database, name: str, *, urgent: bool = False) -> None:
    async with database.begin(urgent=urgent) as uow:
        await uow.channels.ensure_workspace(name, now=NOW)
        await asyncio.sleep(0)


@contextmanager
def _commits() -> Iterator[list[str]]:
    found: list[str] = []

    def note(_: Connection) -> None:
        found.append(current_thread().name)

    event.listen(Engine, "commit", note)
    try:
        yield found
    finally:
        event.remove(Engine, "commit", note)


async def test_those_that_wait_share_a_commit(database: Database) -> None:
    with _commits() as commits:
        await asyncio.gather(*(_write(database, f"w{number}") for number in range(20)))
    assert await _names(database) == {f"w{number}" for number in range(20)}
    assert len(commits) <= 3


async def test_only_a_slow_disk_is_waited_for_in_a_thread(
    database: Database, is_quick: bool
) -> None:
    with _commits() as threads:
        for name in ("first", "second", "third"):
            await _write(database, name)
    loops = [name == main_thread().name for name in threads]
    assert loops == [False, is_quick, is_quick]  # how quick it is shows at the first one
    assert await _names(database) == {"first", "second", "third"}


@pytest.mark.parametrize("called", [True, False])
async def test_the_loop_waits_for_no_disk_while_messages_pour_in(
    database: Database, is_quick: bool, called: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "CALLED_SECONDS", 1_000.0 if called else 0.0)
    for number in range(writers.CALLS - 1):
        await _write(database, f"w{number}", urgent=True)
    with _commits() as threads:
        # What is urgent ends its transaction: the other one has one of its own.
        await asyncio.gather(
            _write(database, "ack", urgent=True), _write(database, "other", urgent=False)
        )
    loops = [name == main_thread().name for name in threads]
    assert loops == [is_quick and not called, is_quick]


async def test_nothing_counts_as_done_before_it_is_committed(database: Database) -> None:
    seen: list[bool] = []

    async def write(name: str) -> None:
        await _write(database, name)
        seen.append(name in await _names(database))

    await asyncio.gather(*(write(f"w{number}") for number in range(10)))
    assert seen == [True] * 10


async def test_the_urgent_go_first_and_the_others_in_order(database: Database) -> None:
    order: list[str] = []
    begun, go = asyncio.Event(), asyncio.Event()

    async def write(name: str, *, urgent: bool = False) -> None:
        async with database.begin(urgent=urgent):
            order.append(name)
            begun.set()
            await go.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(write("first"))
        await begun.wait()
        for name in ("a", "b"):
            group.create_task(write(name))
        group.create_task(write("ack", urgent=True))
        await asyncio.sleep(0)
        assert order == ["first"]
        go.set()
    assert order == ["first", "ack", "a", "b"]


async def test_an_acknowledgement_waits_for_nobody_behind_it(database: Database) -> None:
    """What queued while an urgent unit was at work comes into the next transaction."""
    with _commits() as commits:
        await asyncio.gather(_write(database, "ack", urgent=True), _write(database, "other"))
    assert len(commits) == 2


@pytest.mark.parametrize("refused", ["statement", "flush", "own"])
async def test_an_error_undoes_its_own_unit_only(database: Database, refused: str) -> None:
    async def fail(uow: UnitOfWork) -> None:
        await uow.channels.ensure_workspace("gone", now=NOW)
        twice = {"id": "w0", "name": "", "last_task_number": 0, "last_decision_number": 0}
        if refused == "statement":
            await uow.session.execute(insert(Workspace).values(twice | {"created_at": NOW}))
        elif refused == "flush":
            uow.session.add(Workspace(**twice, created_at=NOW))
        else:
            raise LookupError

    async def broken() -> None:
        async with database.begin() as uow:
            await fail(uow)

    work = [_write(database, "w0"), broken(), _write(database, "w1")]
    _, error, _ = await asyncio.gather(*work, return_exceptions=True)
    assert isinstance(error, LookupError if refused == "own" else IntegrityError)
    assert await _names(database) == {"w0", "w1"}


async def test_a_transaction_that_is_lost_is_lost_for_all_in_it(database: Database) -> None:
    """SQLite rolls back as a whole e.g. when the disk is full; nobody may think it is stored."""

    async def lose() -> None:
        async with database.begin() as uow:
            await uow.session.execute(text("ROLLBACK"))

    work = [_write(database, "before"), lose(), _write(database, "after")]
    before, lost, after = await asyncio.gather(*work, return_exceptions=True)
    assert isinstance(before, DatabaseAway)
    assert isinstance(lost, DatabaseAway)
    assert after is None
    assert await _names(database) == {"after"}


async def test_what_broke_in_a_lost_transaction_is_told_and_not_its_undoing(
    database: Database,
) -> None:
    async def lose(uow: UnitOfWork) -> None:
        await uow.session.execute(text("ROLLBACK"))
        raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        async with database.begin() as uow:
            await lose(uow)
    await _write(database, "after")
    assert await _names(database) == {"after"}


async def test_a_commit_that_fails_fails_for_all_in_it(database: Database) -> None:
    def refuse(connection: Connection) -> None:
        event.remove(Engine, "commit", refuse)
        connection.exec_driver_sql("SELECT * FROM no_such_table")

    event.listen(Engine, "commit", refuse)
    work = [_write(database, "w0"), _write(database, "w1")]
    errors = await asyncio.gather(*work, return_exceptions=True)
    assert all(isinstance(error, Exception) for error in errors)
    await _write(database, "later")
    assert await _names(database) == {"later"}


@pytest.mark.parametrize("after_it_was_given", [False, True])
async def test_a_cancelled_place_holds_nobody_up(
    database: Database, after_it_was_given: bool
) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with database.begin():
            begun.set()
            await go.wait()

    async with asyncio.timeout(5):
        holds = asyncio.create_task(first())
        await begun.wait()
        leaves = asyncio.create_task(_write(database, "leaves"))
        stays = asyncio.create_task(_write(database, "stays"))
        await asyncio.sleep(0)
        if not after_it_was_given:
            leaves.cancel()
        go.set()
        while after_it_was_given and not leaves.cancelling():
            await asyncio.sleep(0)
            leaves.cancel()
        await asyncio.gather(holds, leaves, stays, return_exceptions=True)
        assert leaves.cancelled()
        assert await _names(database) == {"stays"}


@pytest.mark.parametrize("turns", range(0, 40, 4))
async def test_a_cancelled_unit_takes_no_neighbour_with_it(database: Database, turns: int) -> None:
    """Those of its group are stored and hear nothing of it, whenever it was cancelled."""
    async with asyncio.timeout(10):
        works = [asyncio.create_task(_write(database, f"w{number}")) for number in range(5)]
        for _ in range(turns):
            await asyncio.sleep(0)
        works[2].cancel()
        ended = await asyncio.gather(*works, return_exceptions=True)
        assert [one for place, one in enumerate(ended) if place != 2] == [None] * 4
        await _write(database, "later")
    assert await _names(database) - {"w2"} == {"w0", "w1", "w3", "w4", "later"}


@pytest.mark.parametrize("turns", range(1, 41, 4))
async def test_a_writer_that_is_stopped_tells_the_truth_and_leaves_nobody_waiting(
    database: Database, turns: int
) -> None:
    """A loop that ends cancels the writer, too: its units were cancelled, or waited for ever."""
    async with asyncio.timeout(10):
        works = [asyncio.create_task(_write(database, f"w{number}")) for number in range(5)]
        for _ in range(turns):
            await asyncio.sleep(0)
        serving = [one for one in asyncio.all_tasks() if one.get_name() == "sqlite-writer"]
        for task in serving:
            task.cancel()
        ended = await asyncio.gather(*works, return_exceptions=True)
        await asyncio.gather(*serving, return_exceptions=True)
        assert all(one is None or isinstance(one, Exception) for one in ended), ended
        done = {f"w{place}" for place, one in enumerate(ended) if one is None}
        assert await _names(database) == done
        await _write(database, "later")
    assert await _names(database) == {*done, "later"}


async def test_a_writer_that_is_stopped_closes_nothing_under_a_units_hands(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's driver ended the process: one thread closed what the other one spoke through."""
    order: list[str] = []
    undo = writers._undo

    def closed(connection: Connection) -> None:
        order.append("closed")
        undo(connection)

    monkeypatch.setattr(writers, "_undo", closed)

    serving = set[asyncio.Task[object]]()

    async def at_work() -> None:
        async with database.begin() as uow:
            serving.update(t for t in asyncio.all_tasks() if t.get_name() == "sqlite-writer")
            for task in serving:
                task.cancel()
            for _ in range(20):
                await asyncio.to_thread(list)  # long enough for the writer's thread to close it
            await uow.channels.ensure_workspace("w", now=NOW)
            order.append("said")

    with pytest.raises(OperationalError, match="was stopped"):
        await at_work()
    await asyncio.wait(serving)
    await _write(database, "later")
    assert order == ["said", "closed"]
    assert await _names(database) == {"later"}


async def test_a_writer_that_is_stopped_as_its_unit_ends_stops(database: Database) -> None:
    """It waited for ever for a word that had been said; a process would not have ended."""
    serving = set[asyncio.Task[object]]()

    async def at_work() -> None:
        async with database.begin():
            serving.update(t for t in asyncio.all_tasks() if t.get_name() == "sqlite-writer")
            for task in serving:
                task.cancel()

    with pytest.raises(OperationalError, match="was stopped"):
        await at_work()
    async with asyncio.timeout(10):
        await asyncio.wait(serving)
        await _write(database, "later")


async def test_a_writer_that_is_stopped_with_its_unit_stops(database: Database) -> None:
    """The unit has said that it is done and waits no longer for its commit."""
    begun, may = asyncio.Event(), asyncio.Event()

    async def at_work() -> None:
        async with database.begin() as uow:
            await uow.channels.ensure_workspace("w", now=NOW)
            begun.set()
            await may.wait()

    unit = asyncio.create_task(at_work())
    await begun.wait()
    (serving,) = (one for one in asyncio.all_tasks() if one.get_name() == "sqlite-writer")
    may.set()
    await asyncio.sleep(0)
    unit.cancel()
    serving.cancel()
    await asyncio.wait({unit, serving})
    assert serving.cancelled()
    await _write(database, "later")
    assert await _names(database) == {"later"}


async def test_a_unit_inside_another_is_refused_instead_of_waiting_for_itself(
    database: Database,
) -> None:
    async with asyncio.timeout(10):
        with pytest.raises(Bug, match="inside another"):
            async with database.begin():
                await _write(database, "inner")
        await _write(database, "later")
    assert await _names(database) == {"later"}


async def test_closing_lets_the_last_commit_end(database: Database) -> None:
    work = asyncio.create_task(_write(database, "last"))
    for _ in range(3):
        await asyncio.sleep(0)
    await database.close()
    await work
    assert await _names(database) == {"last"}


async def test_a_unit_knows_nothing_of_the_objects_of_the_one_before(database: Database) -> None:
    """They have a session in common, one after another."""
    async with database.begin() as uow:
        uow.session.add(Workspace(id="w", name="first", created_at=NOW))
    async with database.begin() as uow:
        mine, session = await uow.session.get_one(Workspace, "w"), uow.session
        mine.name = "second"
    async with database.begin() as uow:
        assert uow.session is session
        other = await uow.session.get_one(Workspace, "w")
        assert (other is mine, other.name) == (False, "second")
        other.name = "third"
    assert mine.name == "second"
    mine.name = "of nobody"
    assert await _names(database) == {"w"}
    async with database.read() as uow:
        assert (await uow.session.get_one(Workspace, "w")).name == "third"


async def test_after_an_error_the_next_unit_begins_anew(database: Database) -> None:
    async def broken() -> None:
        async with database.begin() as uow:
            uow.session.add(Workspace(id="w", name="", created_at=NOW))
            await uow.session.flush()
            uow.session.add(Workspace(id="lost", name="", created_at=NOW))
            raise LookupError

    error, _ = await asyncio.gather(broken(), _write(database, "v"), return_exceptions=True)
    assert isinstance(error, LookupError)
    assert await _names(database) == {"v"}
