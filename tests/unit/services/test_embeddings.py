"""Notes are found by what they mean, within what may be seen, and no vector outlives its words."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from bot.domain.memory import Note, Query
from bot.errors import SettingInvalid
from bot.services import embeddings
from bot.services.embedding_search import Meanings
from bot.services.memory import correct, forget_entity, forget_observation, open_nodes, remember
from bot.services.memory_search import search, supporting
from storage.models import Embedding
from storage.uow import Database
from tests.support.desk import Desk, desk
from tests.support.embedding import PlainEmbedder
from tests.support.forgetting import forget_person

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def with_meanings(office: Desk, embedder: PlainEmbedder, *, most: int = 100) -> Desk:
    ctx = replace(office.ctx, meanings=Meanings(embedder, most=most))
    return Desk(ctx, office.model, office.news)


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> Desk:
    """A desk that finds by meaning, with a public and a private channel."""
    made = with_meanings(desk(database, tmp_path), PlainEmbedder())
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=NOW)
        await uow.channels.ensure("T1", "G1", now=NOW, is_private=True)
        await uow.channels.ensure("T2", "C1", now=NOW)
    return made


async def noted(office: Desk, name: str, text: str, *, channel: str = "C1", **more: str) -> int:
    """Remember something and make its vector; returns its number."""
    workspace, author = more.get("workspace", "T1"), more.get("author", "U1")
    async with office.ctx.database.begin() as uow:
        await remember(
            uow, Note(workspace, channel, "note", name, text, author, "", office.clock.now())
        )
        (node,) = await open_nodes(uow, workspace, [name], seen_from=channel)
    assert await embeddings.sweep(office.ctx) == 1
    return node.observations[0].id


async def found(office: Desk, text: str, *, seen_from: str = "C1", **more: Any) -> list[str]:
    query = Query("T1", text, seen_from, **more)
    async with office.ctx.database.read() as uow:
        results = await search(uow, query, meanings=office.ctx.meanings)
    return [one.entity.name for one in results.found]


async def vectors(office: Desk) -> list[int]:
    async with office.ctx.database.read() as uow:
        return list(await uow.session.scalars(select(Embedding.observation_id)))


async def test_other_words_for_the_same_are_found_and_support_an_answer(office: Desk) -> None:
    await noted(office, "fleet", "Each car has a number.")
    await noted(office, "basket", "An apple a day.")
    assert await found(office, "which automobile?") == ["fleet"]
    assert await found(office, "lorries") == []
    query = Query("T1", "which vehicle", "C1")
    async with office.ctx.database.read() as uow:
        (one,) = await supporting(uow, query, meanings=office.ctx.meanings)
        assert (one.entity.name, round(one.similarity, 2)) == ("fleet", 1.0)
        assert [row.text for row in one.observations] == ["Each car has a number."]
        assert await supporting(uow, query) == [], "by words alone nothing is known"


async def test_both_rankings_count_and_pages_go_on(office: Desk) -> None:
    await noted(office, "words only", "numbering automobiles of wood")
    await noted(office, "meaning only", "the car")
    await noted(office, "both", "an automobile is a vehicle")
    assert (await found(office, "automobile"))[0] == "both"
    first = await found(office, "automobile", limit=1)
    second = await found(office, "automobile", limit=1, offset=1)
    third = await found(office, "automobile", limit=1, offset=2)
    assert sorted([*first, *second, *third]) == ["both", "meaning only", "words only"]


async def test_pages_go_on_behind_what_both_rankings_hold(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.memory_search.DEPTH", 2)
    for number in range(4):
        await noted(office, f"thing {number}", "numbers of wood")
    await noted(office, "fleet", "the car")
    pages = [await found(office, "car numbers", limit=2, offset=at) for at in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({name for page in pages for name in page}) == 5


async def test_a_thing_shows_the_note_that_it_was_found_by(office: Desk) -> None:
    """However many newer ones there are, and whatever words they share with the question."""
    await noted(office, "fleet", "Each car has a number.")
    for number in range(22):
        await noted(office, "fleet", f"wood {number}")
    query = Query("T1", "which automobile is of wood", "C1")
    async with office.ctx.database.read() as uow:
        (one,) = await supporting(uow, query, meanings=office.ctx.meanings)
    assert len(one.observations) == 3
    assert one.observations[-1].text == "Each car has a number."


async def test_a_private_channels_note_is_found_there_only(office: Desk) -> None:
    await noted(office, "secret fleet", "the car of the boss", channel="G1")
    await noted(office, "elsewhere", "a car", workspace="T2")
    assert await found(office, "automobile") == []
    assert await found(office, "automobile", seen_from="") == []
    assert await found(office, "automobile", seen_from="G1") == ["secret fleet"]
    await noted(office, "open fleet", "the car of all")
    assert await found(office, "automobile", seen_from="G1", here_only=True) == ["secret fleet"]
    assert await found(office, "automobile", kinds=("lesson",)) == []
    assert await found(office, "automobile", since=NOW + timedelta(days=9)) == []


async def test_a_channel_that_becomes_private_hides_what_it_said(office: Desk) -> None:
    await noted(office, "fleet", "a car")
    async with office.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=NOW, is_private=True)
    assert await found(office, "automobile", seen_from="C9") == []
    assert await found(office, "automobile") == ["fleet"]


async def test_corrected_and_forgotten_words_leave_no_vector(office: Desk) -> None:
    number = await noted(office, "fleet", "a car")
    assert await found(office, "vehicle") == ["fleet"]
    async with office.ctx.database.begin() as uow:
        new = await correct(uow, "T1", number, "a fruit", by="U1", at=NOW, seen_from="C1")
    assert await vectors(office) == []
    assert await embeddings.sweep(office.ctx) == 1
    assert (await found(office, "vehicle"), await found(office, "apple")) == ([], ["fleet"])
    async with office.ctx.database.begin() as uow:
        await forget_observation(uow, "T1", new.id, by="U1", at=NOW, seen_from="C1")
    assert (await vectors(office), await found(office, "apple")) == ([], [])
    await noted(office, "basket", "a fruit")
    async with office.ctx.database.begin() as uow:
        (node,) = await open_nodes(uow, "T1", ["basket"], seen_from="C1")
        await forget_entity(uow, "T1", node.entity, by="U1", at=NOW)
    assert await vectors(office) == []


async def test_a_forgotten_person_leaves_no_vector(office: Desk) -> None:
    await noted(office, "fleet", "a car", author="U7")
    kept = await noted(office, "fleet", "a vehicle", author="U1")
    await forget_person(office.ctx, "T1", "U7")
    assert await vectors(office) == [kept]


async def test_a_new_name_makes_its_vectors_anew(office: Desk) -> None:
    await noted(office, "fleet", "needs numbers")
    async with office.ctx.database.begin() as uow:
        (node,) = await open_nodes(uow, "T1", ["fleet"], seen_from="C1")
        entity = await uow.memory.get("T1", node.entity.id)
        assert entity is not None
        entity.name = entity.key = "automobile"
    assert await vectors(office) == []
    meanings = office.ctx.meanings
    assert meanings is not None
    meanings.swept = 10_000
    assert await embeddings.sweep(office.ctx) == 0, "only the newest are looked at at each tick"
    office.clock.advance(embeddings.LOOK_AGAIN)
    assert await embeddings.sweep(office.ctx) == 1
    assert await found(office, "vehicle") == ["automobile"]


async def test_all_notes_are_looked_at_a_slice_at_a_tick(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings, "SLICE", 2)
    monkeypatch.setattr(embeddings, "BATCH", 1)
    numbers = [await noted(office, "fleet", f"a car {number}") for number in range(6)]
    for _ in range(4):
        assert await embeddings.sweep(office.ctx) == 0
    async with office.ctx.database.begin() as uow:
        await uow.session.execute(delete(Embedding))
    meanings = office.ctx.meanings
    assert meanings is not None
    meanings.swept = 10_000
    assert await embeddings.sweep(office.ctx) == 0
    office.clock.advance(embeddings.LOOK_AGAIN)
    looked = [(await embeddings.sweep(office.ctx), len(await vectors(office))) for _ in range(5)]
    assert looked == [(3, 3), (2, 5), (1, 6), (0, 6), (0, 6)], "the newest one, then two each"
    assert sorted(await vectors(office)) == numbers


async def test_another_version_of_the_model_makes_all_anew(office: Desk) -> None:
    number = await noted(office, "fleet", "a car")
    assert await embeddings.sweep(office.ctx) == 0, "all are there"
    newer = with_meanings(office, PlainEmbedder("plain 2"))
    assert await found(newer, "vehicle") == [], "vectors of two models are not compared"
    assert await embeddings.sweep(newer.ctx) == 1
    assert await vectors(office) == [number]
    assert await found(newer, "vehicle") == ["fleet"]


async def test_words_that_change_while_their_vector_is_made_keep_none(office: Desk) -> None:
    number = await noted(office, "fleet", "a car")
    meanings = office.ctx.meanings
    assert meanings is not None
    async with office.ctx.database.begin() as uow:
        await uow.session.delete(await uow.session.get_one(Embedding, 1))
    async with office.ctx.database.read() as uow:
        words = await uow.embeddings.missing("plain 1", limit=9)
    async with office.ctx.database.begin() as uow:
        await correct(uow, "T1", number, "a fruit", by="U1", at=NOW, seen_from="C1")
    made = dict(zip(words, meanings.embedder.embed([one.text for one in words]), strict=True))
    async with office.ctx.database.begin() as uow:
        assert await uow.embeddings.store("plain 1", made) == 0
    assert await vectors(office) == []


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_nobody_who_writes_is_waited_for(office: Desk) -> None:
    """Who held some words and waited for others would be waited for by who holds those."""
    async with office.ctx.database.begin() as uow:
        for name in ("fleet", "basket"):
            await remember(uow, Note("T1", "C1", "note", name, "a car", "U1", "", NOW))
    async with office.ctx.database.begin() as uow:
        await uow.memory.ensure("T1", "", kind="note", key="fleet", name="fleet", now=NOW)
        async with asyncio.timeout(20):
            assert await embeddings.sweep(office.ctx) == 1
    assert await embeddings.sweep(office.ctx) == 1


async def test_only_the_newest_are_held_and_what_goes_is_not_found(office: Desk) -> None:
    office = with_meanings(office, PlainEmbedder(), most=2)
    numbers = [await noted(office, f"fleet {n}", f"car {n}") for n in range(3)]
    assert sorted(await found(office, "vehicle")) == ["fleet 1", "fleet 2"]
    await noted(office, "fleet 3", "car 3")  # one is added to what is held
    assert sorted(await found(office, "vehicle")) == ["fleet 2", "fleet 3"]
    async with office.ctx.database.begin() as uow:
        await forget_observation(uow, "T1", numbers[2], by="U1", at=NOW, seen_from="C1")
    assert sorted(await found(office, "vehicle")) == ["fleet 1", "fleet 3"]


async def test_the_newest_notes_are_held_in_whatever_order_their_vectors_were_made(
    office: Desk,
) -> None:
    """The tick begins with the newest: what was there before gets its vector last."""
    async with office.ctx.database.begin() as uow:
        for n in range(5):
            now = office.clock.now()
            note = Note("T1", "C1", "note", f"fleet {n}", f"car {n}", "U1", "", now)
            await remember(uow, note)
    office = with_meanings(office, PlainEmbedder(), most=2)
    for _ in range(5):
        async with office.ctx.database.read() as uow:
            words = await uow.embeddings.missing("plain 1", limit=1)
        async with office.ctx.database.begin() as uow:
            await uow.embeddings.store("plain 1", {words[0]: PlainEmbedder().embed(["car"])[0]})
        held = await found(office, "vehicle")  # each is added to what is held
    assert sorted(held) == ["fleet 3", "fleet 4"]
    anew = with_meanings(office, PlainEmbedder(), most=2)
    assert sorted(await found(anew, "vehicle")) == ["fleet 3", "fleet 4"]


async def test_what_is_corrected_has_not_all_read_anew(office: Desk) -> None:
    embedder = PlainEmbedder()
    office = with_meanings(office, embedder)
    async with office.ctx.database.begin() as uow:
        for n in range(20):
            now = office.clock.now()
            note = Note("T1", "C1", "note", f"fleet {n}", f"car {n}", "U1", "", now)
            await remember(uow, note)
    assert await embeddings.sweep(office.ctx) == 20
    assert len(await found(office, "vehicle", limit=50)) == 20
    for n in range(3):
        async with office.ctx.database.begin() as uow:
            (node,) = await open_nodes(uow, "T1", [f"fleet {n}"], seen_from="C1")
            old = node.observations[0].id
            await correct(uow, "T1", old, "a fruit", by="U1", at=NOW, seen_from="C1")
        assert len(await found(office, "vehicle", limit=50)) == 19 - n
        await embeddings.sweep(office.ctx)
        assert len(await found(office, "apple", limit=50)) == n + 1
    assert embedder.places == 2, "once at first, and once as three of twenty are gone"


async def test_switched_on_without_the_extra_the_start_says_so(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot import bootstrap
    from bot.cli.doctor_local import check_embedding
    from bot.settings import EmbeddingSettings, Settings

    for module in ("bot.bootstrap", "bot.cli.doctor_local"):
        monkeypatch.setattr(f"{module}.is_installed", lambda: False)
    wanted = Settings(embedding=EmbeddingSettings(enabled=True))
    with pytest.raises(SettingInvalid, match="extra `embeddings`"):
        bootstrap.meanings_of(wanted)
    assert check_embedding(wanted).state == "fix"
    off = Settings(embedding=EmbeddingSettings(enabled=False))
    assert bootstrap.meanings_of(off) is None
    assert "pip install" in check_embedding(off).advice
