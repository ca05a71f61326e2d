"""What belongs to decisions: votes, links from both ends, due moments, relations, files."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.decision import DecisionState, DueKind, LinkKind, Verdict, Vote
from storage.models import Decision, DecisionSource
from storage.uow import Database, UnitOfWork
from tests.storage.rows import NOW, WORKSPACE, add_channels, add_decision, add_task

LATER = NOW + timedelta(days=1)


async def _some(uow: UnitOfWork, count: int, **values: Any) -> list[Decision]:
    task = await add_task(uow)
    return [await add_decision(uow, task, **values) for _ in range(count)]


async def test_of_a_person_the_last_word_counts_and_each_revision_starts_anew(
    database: Database,
) -> None:
    async with database.begin() as uow:
        (one,) = await _some(uow, 1)
        parts = uow.decision_parts
        await parts.vote(one, Vote("U1", Verdict.YES), now=NOW)
        await parts.vote(one, Vote("U2", Verdict.YES), now=LATER)
        await parts.vote(one, Vote("U1", Verdict.NO, "Cost."), now=LATER + timedelta(hours=1))
        assert await parts.votes(one) == (
            Vote("U2", Verdict.YES),
            Vote("U1", Verdict.NO, "Cost."),
        )
        assert await parts.voted("U1", [one.id]) == {one.id}
        one.revision = 2
        await uow.session.flush()
        assert await parts.votes(one) == ()
        assert await parts.voted("U1", [one.id]) == set()


async def test_links_are_read_from_both_ends(database: Database) -> None:
    async with database.begin() as uow:
        first, second, third = await _some(uow, 3)
        parts = uow.decision_parts
        assert await parts.link(second, first, LinkKind.SUPERSEDES, now=NOW)
        assert not await parts.link(second, first, LinkKind.SUPERSEDES, now=LATER)
        assert await parts.link(third, first, LinkKind.AMENDS, now=NOW)
        assert [(k, d.number) for k, d in await parts.onward(second.id)] == [("supersedes", 1)]
        found = [(k, d.number) for k, d in await parts.backward(first.id)]
        assert found == [("amends", 3), ("supersedes", 2)]
        edges = await parts.edges(WORKSPACE, LinkKind.SUPERSEDES)
        assert edges == [(second.id, first.id)]
        assert await parts.edges("T2", LinkKind.SUPERSEDES) == []
        await parts.unlink(second.id, LinkKind.SUPERSEDES, [first.id])
        assert await parts.onward(second.id) == []


async def test_a_due_moment_is_taken_once_and_anew_when_it_moves(database: Database) -> None:
    async with database.begin() as uow:
        (one,) = await _some(uow, 1, state=DecisionState.ACCEPTED)
        parts = uow.decision_parts
        await parts.plan_dues(one, {DueKind.REVIEW: NOW, DueKind.EXPIRY: LATER})
        assert await parts.due(now=NOW, limit=9) == [(one.id, DueKind.REVIEW)]
        assert len(await parts.due(now=LATER, limit=9)) == 2
        assert await parts.take_due(one.id, DueKind.REVIEW, now=NOW) is not None
        assert await parts.take_due(one.id, DueKind.REVIEW, now=NOW) is None
        assert await parts.take_due(one.id, DueKind.EXPIRY, now=NOW) is None
        # Planned again as it was: what was told stays told.
        await parts.plan_dues(one, {DueKind.REVIEW: NOW, DueKind.EXPIRY: LATER})
        assert await parts.due(now=NOW, limit=9) == []
        await parts.plan_dues(one, {DueKind.REVIEW: LATER})
        assert await parts.due(now=LATER, limit=9) == [(one.id, DueKind.REVIEW)]


async def test_relations_are_replaced_whole(database: Database) -> None:
    async with database.begin() as uow:
        (one,) = await _some(uow, 1)
        parts = uow.decision_parts
        await parts.relate(one, services=["billing", " billing ", ""], specialists=["api"])
        assert await parts.services(one.id) == ["billing"]
        assert await parts.specialists(one.id) == ["api"]
        await parts.relate(one, services=["ledger"], specialists=[])
        assert await parts.services(one.id) == ["ledger"]
        assert await parts.specialists(one.id) == []


async def test_an_imported_decision_stands_in_no_thread_and_has_its_file(
    database: Database,
) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
        number = await uow.channels.next_decision_number(WORKSPACE)
        made = await uow.decisions.add(_imported(number))
        await uow.decision_sources.add(_source(made.id))
        found = await uow.decision_sources.of(made.id)
        assert found is not None
        assert found.problems == ["no date"]
        assert await uow.decision_sources.all_in(WORKSPACE, "C1") == []
        assert [row.path for row in await uow.decision_sources.all_in(WORKSPACE, "")] == [
            "adr/0001-x.md"
        ]
        # A workspace-wide record is seen from everywhere.
        await add_channels(uow, "C9")
        assert (await uow.decisions.by_number(WORKSPACE, number, seen_from="C9")).id == made.id


async def test_a_path_is_imported_once(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace(WORKSPACE, now=NOW)
        first, second = [await uow.decisions.add(_imported(number)) for number in (1, 2)]
        await uow.decision_sources.add(_source(first.id))
    with pytest.raises(IntegrityError):
        async with database.begin() as uow:
            await uow.decision_sources.add(_source(second.id))


def _imported(number: int) -> Decision:
    return Decision(
        workspace_id=WORKSPACE,
        channel_id="",
        number=number,
        title="Use queues",
        state=DecisionState.UNCLEAR,
        body={"title": "Use queues", "context": "", "outcome": ""},
        created_at=NOW,
        updated_at=NOW,
    )


def _source(decision_id: str) -> DecisionSource:
    return DecisionSource(
        decision_id=decision_id,
        workspace_id=WORKSPACE,
        channel_id="",
        path="adr/0001-x.md",
        content_hash="a" * 64,
        record_hash="b" * 64,
        raw_status="pending?",
        body={},
        problems=["no date"],
        imported_at=NOW,
    )
