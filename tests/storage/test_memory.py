"""What is remembered: kept when many write at once, found by its words, hidden where it must be."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.domain.memory import Note, Query, Relation, content_words
from bot.services.memory import forget_entity, open_nodes, remember, remember_all
from storage.archive import copy_live
from storage.models import AuditEntry, MemoryEntity
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, add_channels

PUBLIC, PRIVATE = "C1", "G1"


@pytest.fixture
async def remembering(database: Database) -> Database:
    """A workspace with a public and a private channel, and another workspace."""
    async with database.begin() as uow:
        await uow.channels.ensure("T1", PUBLIC, now=NOW)
        await uow.channels.ensure("T1", PRIVATE, now=NOW, is_private=True)
        await uow.channels.ensure("T2", PUBLIC, now=NOW)
    return database


def note(name: str, said: str = "", **values: Any) -> Note:
    given: dict[str, Any] = {
        "workspace_id": "T1",
        "channel_id": PUBLIC,
        "kind": "note",
        "author": "U1",
        "source": "",
        "at": NOW,
    }
    return Note(name=name, text=said, **(given | values))


async def found(uow: UnitOfWork, asked: str, *, seen_from: str = PUBLIC, **more: Any) -> list[str]:
    query = Query("T1", asked, seen_from, **more)
    return [hit.entity.name for hit in await uow.memory_search.find(query, content_words(asked))]


async def test_fifty_who_add_at_once_are_all_kept(remembering: Database) -> None:
    """The reference server acknowledges all fifty and keeps one or two."""

    async def add(number: int) -> None:
        async with remembering.begin() as uow:
            relation = Relation("affects_service", f"svc {number % 5}", "service")
            await remember(uow, note("orders", f"fact {number}", relations=(relation,)))

    await asyncio.gather(*(add(number) for number in range(50)))
    async with remembering.read() as uow:
        (node,) = await open_nodes(uow, "T1", ["Orders"], seen_from=PUBLIC)
        assert {row.text for row in node.observations} == {f"fact {n}" for n in range(50)}
        assert {other.name for _, other in node.outward} == {f"svc {n}" for n in range(5)}
        # The index has them as well, the first and the last.
        assert await found(uow, "17") == await found(uow, "49") == ["orders"]


async def test_the_same_again_changes_nothing_and_new_words_are_added(
    remembering: Database,
) -> None:
    async with remembering.begin() as uow:
        first = await remember(uow, note("Orders", "runs on Go"))
        again = await remember(uow, note("ORDERS ", "runs on Go", at=NOW + timedelta(days=1)))
        more = await remember(uow, note("orders", "needs 2 GB", kind="service"))
    assert (first.new, again.new, more.new) == (True, False, True)
    assert first.entity is again.entity is more.entity
    assert (more.entity.name, more.entity.kind, more.entity.updated_at) == (
        "Orders",
        "service",
        NOW,
    )


async def test_those_that_name_each_other_do_not_wait_in_a_circle(remembering: Database) -> None:
    async def add(name: str, other: str) -> None:
        for turn in range(10):
            async with remembering.begin() as uow:
                relation = Relation("needs", other, "service")
                await remember(uow, note(name, f"{turn}", relations=(relation,)))

    await asyncio.gather(add("a", "b"), add("b", "a"))
    async with remembering.read() as uow:
        (a, b) = await open_nodes(uow, "T1", ["a", "b"], seen_from=PUBLIC)
        assert len(a.observations) == len(b.observations) == 10
        assert [other.name for _, other in a.outward] == ["b"]
        assert [other.name for _, other in a.inward] == ["b"]


async def test_a_private_channel_has_things_of_its_own(remembering: Database) -> None:
    async with remembering.begin() as uow:
        await remember(uow, note("orders", "public words", kind="service"))
        await remember(uow, note("orders", "secret words", channel_id=PRIVATE))
        relation = Relation("affects_service", "orders", "service")
        await remember(uow, note("plan", "secret plan", channel_id=PRIVATE, relations=(relation,)))
        await remember(uow, note("orders", "foreign words", workspace_id="T2"))
        await add_channels(uow, "C9")
    async with remembering.read() as uow:
        for place in (PUBLIC, "", "C9"):
            nodes = await open_nodes(uow, "T1", ["orders", "plan"], seen_from=place)
            assert [row.text for node in nodes for row in node.observations] == ["public words"]
            assert [other.name for node in nodes for _, other in node.inward] == []
            assert await found(uow, "secret words", seen_from=place) == ["orders"]
            assert await found(uow, "secret", seen_from=place) == []
            assert await found(uow, "plan", seen_from=place) == []
            assert await found(uow, "foreign", seen_from=place) == []
        inside = await open_nodes(uow, "T1", ["orders", "plan"], seen_from=PRIVATE)
        texts = {row.text for node in inside for row in node.observations}
        assert texts == {"public words", "secret words", "secret plan"}
        assert set(await found(uow, "secret", seen_from=PRIVATE)) == {"orders", "plan"}


async def test_what_was_public_is_hidden_once_its_channel_is_private(
    remembering: Database,
) -> None:
    async with remembering.begin() as uow:
        await remember(uow, note("orders", "said in public"))
        await remember(uow, note("orders", "for all", channel_id=None))
        await uow.channels.ensure("T1", PUBLIC, now=NOW, is_private=True)
        await add_channels(uow, "C9")
    async with remembering.read() as uow:
        (node,) = await open_nodes(uow, "T1", ["orders"], seen_from="C9")
        assert [row.text for row in node.observations] == ["for all"]


async def test_rare_words_and_names_weigh_more(remembering: Database) -> None:
    async with remembering.begin() as uow:
        notes = [note(f"thing {n}", "the service waits for its database") for n in range(30)]
        notes += [
            note("kafka", "one of many"),
            note("queues", "the service reads kafka"),
            note("partitioning", "the services were waiting for partitions of the orders"),
        ]
        await remember_all(uow, notes)
    async with remembering.read() as uow:
        assert await found(uow, "kafka", limit=2) == ["kafka", "queues"]
        # Any word counts, rare ones more, endings do not.
        assert (await found(uow, "which service partitions an order?"))[0] == "partitioning"
        assert len(await found(uow, "service", limit=10)) == 11, "one more says that there are more"
        assert await found(uow, 'a "quoted* OR (thing', limit=1) != []


async def test_whatever_is_asked_is_no_error(remembering: Database) -> None:
    odd = ("²", "² ½", "x" * 5_000, "a\\'b", "NEAR(a b)", "name : a", "-a", "a*", "& | !", "İş ٣")
    async with remembering.begin() as uow:
        await remember(uow, note("a", "b ² name near"))
        for asked in odd:
            assert await found(uow, asked) in ([], ["a"])


async def test_pages_do_not_overlap(remembering: Database) -> None:
    async with remembering.begin() as uow:
        await remember_all(uow, [note(f"thing {n}", "same words") for n in range(7)])
    async with remembering.read() as uow:
        pages = [await found(uow, "words", limit=3, offset=start) for start in (0, 3, 6)]
    assert [len(page) for page in pages] == [4, 4, 1]
    assert len({name for page in pages for name in page[:3]}) == 7


async def test_words_that_stand_everywhere_give_the_newest(
    remembering: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {"sqlite": 5, "postgresql": 5}
    monkeypatch.setattr("storage.repositories.memory_search.MOST_SCORED", few)
    async with remembering.begin() as uow:
        for number in range(12):
            said = "latency of the database" if number % 2 else "latency"
            await remember(uow, note(f"thing {number}", said))
        await remember(uow, note("rare", "latency of caches"))
    async with remembering.read() as uow:
        assert (await found(uow, "latency", limit=3))[:3] == ["rare", "thing 11", "thing 10"]
        both = await found(uow, "latency database", limit=2)
        assert both[:2] == ["thing 11", "thing 9"], "those that hold all the words"
        assert await found(uow, "latency caches") == ["rare"]


async def test_filters(remembering: Database) -> None:
    later = NOW + timedelta(days=3)
    async with remembering.begin() as uow:
        affects = (Relation("affects_service", "orders", "service"),)
        await remember(uow, note("old", "retries", kind="lesson", relations=affects))
        await remember(uow, note("new", "retries", kind="decision", at=later))
        await remember(uow, note("inside", "retries", channel_id=PRIVATE, kind="lesson"))
    async with remembering.read() as uow:
        assert set(await found(uow, "retry")) == {"old", "new"}
        assert await found(uow, "retry", kinds=("lesson",)) == ["old"]
        assert await found(uow, "retry", service="Orders") == ["old"]
        assert await found(uow, "retry", since=later) == ["new"]
        assert await found(uow, "retry", until=later) == ["old"]
        assert await found(uow, "retry", seen_from=PRIVATE, here_only=True) == ["inside"]
        newest = await uow.memory_search.newest(Query("T1", "", PUBLIC, limit=1))
        assert [hit.entity.name for hit in newest] == ["new", "orders"]


async def test_the_index_follows_whatever_changes_the_rows(remembering: Database) -> None:
    """Forgetting, retention and a purge change rows without asking anybody."""
    async with remembering.begin() as uow:
        kept = await remember(uow, note("orders", "canary of a person"))
        await remember(uow, note("orders", "stays"))
        gone = await remember(uow, note("gone", "canary"))
    async with remembering.begin() as uow:
        change = "UPDATE memory_observation SET text = '[removed]' WHERE text LIKE 'canary of%'"
        await uow.session.execute(text(change))
        number = {"id": gone.entity.id}
        for statement in (
            "DELETE FROM memory_observation WHERE entity_id = :id",
            "DELETE FROM memory_entity WHERE id = :id",
        ):
            await uow.session.execute(text(statement), number)
        await uow.session.execute(
            text("UPDATE memory_entity SET name = 'invoices' WHERE id = :id"),
            {"id": kept.entity.id},
        )
    async with remembering.read() as uow:
        assert await found(uow, "canary") == await found(uow, "orders") == []
        assert await found(uow, "stays") == await found(uow, "invoices") == ["invoices"]


async def test_a_unit_that_fails_leaves_nothing_in_the_index(remembering: Database) -> None:
    """On SQLite it shares its transaction with the units beside it (ADR 10)."""

    async def add(name: str, *, fails: bool) -> None:
        async with remembering.begin() as uow:
            await remember(uow, note(name, "words in common"))
            await asyncio.sleep(0)
            if fails:
                raise ValueError(name)

    wanted = [add(f"thing {number}", fails=number % 3 == 1) for number in range(9)]
    ended = await asyncio.gather(*wanted, return_exceptions=True)
    assert sum(isinstance(one, ValueError) for one in ended) == 3
    async with remembering.read() as uow:
        kept = {f"thing {number}" for number in range(9) if number % 3 != 1}
        assert set(await found(uow, "common", limit=20)) == kept
        everything = await uow.session.execute(text("SELECT count(*) FROM memory_text"))
        assert everything.scalar_one() == 6


async def test_what_a_record_was_made_of_leaves_a_shell_when_forgotten(
    remembering: Database,
) -> None:
    async with remembering.begin() as uow:
        made = await remember(uow, note("Kafka (D-1)", "we take Kafka"))
        made.entity.record_id, made.entity.ref = "d" * 32, "D-1"
        other = await remember(uow, note("plain", "words"))
        await uow.session.flush()
        await uow.memory.remove(made.entity, now=NOW)
        await uow.memory.remove(other.entity, now=NOW)
    async with remembering.begin() as uow:
        assert await open_nodes(uow, "T1", ["d-1", "plain"], seen_from=PUBLIC) == []
        shell = await uow.memory.of_record("T1", "d" * 32)
        assert shell is not None
        assert (shell.name, shell.forgotten_at) == ("", NOW)
        assert await found(uow, "kafka") == []
        assert await uow.memory_names.remove_empty("T1") == 0


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_who_forgets_a_thing_that_is_forgotten_meanwhile_does_nothing(
    remembering: Database,
) -> None:
    async with remembering.begin() as uow:
        made = (await remember(uow, note("Kafka (D-1)", "we take Kafka"))).entity
        made.record_id, made.ref = "d" * 32, "D-1"
    asked: dict[str, Any] = {"by": "U1", "at": NOW}
    async with remembering.begin() as slower:
        seen = await slower.memory.of_record("T1", "d" * 32)
        assert seen is not None
        async with remembering.begin() as faster:
            await forget_entity(faster, "T1", made, **asked)
        await forget_entity(slower, "T1", seen, **asked)
    async with remembering.read() as uow:
        lines = await uow.session.scalars(select(AuditEntry.action))
        assert list(lines).count("memory.forgotten") == 1


async def test_names_of_which_nothing_is_known_are_removed(remembering: Database) -> None:
    async with remembering.begin() as uow:
        await remember(uow, note("bare"))
        await remember(uow, note("told", "words"))
        await remember(uow, note("tied", relations=(Relation("needs", "other"),)))
        await remember(uow, note("theirs", workspace_id="T2"))
        assert await uow.memory_names.remove_empty("T1") == 1
        left = (await uow.session.execute(MemoryEntity.__table__.select())).all()
    assert {row.name for row in left} == {"told", "tied", "other", "theirs"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_backup_has_the_index(
    remembering: Database, database_url: str, tmp_path: Path
) -> None:
    async with remembering.begin() as uow:
        await remember(uow, note("orders", "runs on Go"))
    copy = tmp_path / "copy.db"
    copy_live(Path(database_url.removeprefix("sqlite:///")), copy)
    with closing(sqlite3.connect(copy)) as opened:
        rows = opened.execute("SELECT name FROM memory_text WHERE memory_text MATCH 'running'")
        assert rows.fetchall() == [("orders",)]
        opened.execute("INSERT INTO memory_text (memory_text) VALUES ('integrity-check')")
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
