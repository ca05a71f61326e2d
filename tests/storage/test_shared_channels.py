"""Where others than this company read, a channel sees its own rows only; what is unknown is so."""

from datetime import timedelta

import pytest

from bot.domain.memory import Note
from bot.errors import NotFound
from bot.services.memory import open_nodes, remember
from storage.models import Service
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE, add_decision, add_task


async def _seen(uow: UnitOfWork, channel: str) -> list[int]:
    rows = await uow.decisions.newest(WORKSPACE, limit=9, seen_from=channel)
    return sorted(row.number for row in rows)


async def _fill(uow: UnitOfWork) -> None:
    """D-1 in C1, D-2 in the shared CS, D-3 in the private G1."""
    for channel, shared in (("C1", False), ("CS", True), ("G1", False)):
        await uow.channels.ensure(
            WORKSPACE, channel, now=NOW, is_private=channel == "G1", is_shared=shared
        )
        await add_decision(uow, await add_task(uow, channel=channel))


async def test_it_sees_its_own_and_is_seen_as_before(database: Database) -> None:
    async with database.begin() as uow:
        await _fill(uow)
        assert await _seen(uow, "CS") == [2]
        assert await _seen(uow, "C1") == await _seen(uow, "") == [1, 2]
        assert await _seen(uow, "G1") == [1, 2, 3]
        one = await uow.decisions.by_number(WORKSPACE, 1, seen_from="")
        assert not await uow.decisions.is_visible(one, seen_from="CS")
        assert await uow.decisions.is_visible(one, seen_from="G1")


async def test_what_is_not_known_is_taken_for_shared(database: Database) -> None:
    async with database.begin() as uow:
        await _fill(uow)
        assert await _seen(uow, "C7") == [], "nobody spoke to the bot there"
        await uow.channels.share(WORKSPACE, "C1", None, now=NOW)
        assert await _seen(uow, "C1") == [1]
        assert await uow.channels.is_shared(WORKSPACE, "C1")
        await uow.channels.share(WORKSPACE, "C1", False, now=NOW)
        assert await _seen(uow, "C1") == [1, 2]
        # The same id in another workspace says nothing of this one.
        await uow.channels.ensure("T2", "CS", now=NOW, is_shared=False)
        assert await _seen(uow, "CS") == [2]


async def test_the_terminal_is_the_operators_own(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure(WORKSPACE, "terminal", now=NOW, surface="terminal")
        assert not await uow.channels.is_shared(WORKSPACE, "terminal")
        due = await uow.channels.to_ask_about(before=NOW, unknown_before=NOW, limit=9)
        assert due == []


async def test_everybodys_names_do_not_show_there(database: Database) -> None:
    async with database.begin() as uow:
        await _fill(uow)
        for scope, name in (("", "orders"), ("CS", "gate")):
            await uow.services.add(
                Service(
                    workspace_id=WORKSPACE, scope=scope, key=name, name=name, created_by="U1",
                    created_at=NOW, updated_at=NOW,
                )
            )  # fmt: skip
        known = uow.services.known_in
        assert [row.name for row in await known(WORKSPACE, seen_from="CS")] == ["gate"]
        assert [row.name for row in await known(WORKSPACE, seen_from="C1")] == ["orders"]
        assert await uow.services.find(WORKSPACE, "orders", seen_from="CS") is None


def _note(channel: str, name: str, text: str) -> Note:
    return Note(WORKSPACE, channel, "note", name, text, author="U1", source="", at=NOW)


async def test_of_a_thing_that_both_know_it_sees_its_own_words(database: Database) -> None:
    """Also of one that was everybody's while the channel was not shared yet."""
    async with database.begin() as uow:
        await _fill(uow)
        await uow.channels.share(WORKSPACE, "CS", False, now=NOW)
        await remember(uow, _note("C1", "orders", "ours"))
        await remember(uow, _note("CS", "orders", "said before"))
        await uow.channels.share(WORKSPACE, "CS", True, now=NOW)
        await remember(uow, _note("CS", "gate", "said after"))

        async def words(channel: str) -> list[str]:
            nodes = await open_nodes(uow, WORKSPACE, ["orders", "gate"], seen_from=channel)
            return sorted(row.text for node in nodes for row in node.observations)

        assert await words("CS") == ["said after", "said before"]
        assert await words("C1") == ["ours", "said after", "said before"]


async def test_those_of_which_nothing_is_known_are_asked_about_first(database: Database) -> None:
    hour = timedelta(hours=1)
    async with database.begin() as uow:
        for channel in ("C1", "C2", "C3", "C4"):
            await uow.channels.ensure(WORKSPACE, channel, now=NOW)
        share = uow.channels.share
        await share(WORKSPACE, "C1", False, now=NOW)
        await share(WORKSPACE, "C2", False, now=NOW - 13 * hour)
        await share(WORKSPACE, "C3", None, now=NOW - 2 * hour)
        due = await uow.channels.to_ask_about(
            before=NOW - 12 * hour, unknown_before=NOW - hour, limit=9
        )
        assert [channel for _, channel in due][-1] == "C2"
        assert {channel for _, channel in due} == {"C2", "C3", "C4"}
        with pytest.raises(NotFound):
            await uow.decisions.by_number(WORKSPACE, 1, seen_from="C3")
