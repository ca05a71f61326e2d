"""Decisions: proposed once, decided once, by whom it may be, redrafted on request."""

import asyncio
from datetime import date

import pytest

from bot.domain.decision import DecisionState
from bot.domain.events import DecisionMoved, DecisionProposed
from bot.errors import ModelUnavailable, TransitionRefused, UserFacingError
from bot.model.port import ReviseRequest
from bot.services import decisions, ledger, tasks
from storage.models import Decision
from tests.support.desk import MORNING, Desk, proposal
from tests.support.replacing import replace_method

ACCEPTED, REJECTED, CHANGES = (
    DecisionState.ACCEPTED,
    DecisionState.REJECTED,
    DecisionState.CHANGES_REQUESTED,
)


async def _proposed(office: Desk) -> Decision:
    task = await office.take_in()
    async with office.ctx.database.begin() as uow:
        row = await uow.tasks.get(task.id)
        await decisions.propose(office.ctx, uow, row, [proposal()])
        (decision,) = await uow.decisions.of_task(task.id)
    office.news.events.clear()
    return decision


async def _now(office: Desk, decision: Decision) -> Decision:
    async with office.ctx.database.read() as uow:
        return await uow.decisions.get(decision.id)


async def test_proposals_are_stored_once(office: Desk) -> None:
    task = await office.take_in()
    for _ in range(2):
        async with office.ctx.database.begin() as uow:
            row = await uow.tasks.get(task.id)
            await decisions.propose(office.ctx, uow, row, [proposal("A"), proposal("B" * 300)])
    async with office.ctx.database.read() as uow:
        first, second = await uow.decisions.of_task(task.id)
    assert (first.title, first.number, first.channel_id) == ("A", 1, "C1")
    assert (second.title, second.number) == ("B" * 200, 2)
    assert first.review_by == date(2026, 8, 29)  # 180 days after the second of March
    assert office.news.count(DecisionProposed) == 2


@pytest.mark.parametrize("target", [ACCEPTED, REJECTED, CHANGES])
async def test_people_decide(office: Desk, target: DecisionState) -> None:
    decision = await _proposed(office)
    await decisions.decide(office.ctx, decision.id, target, by="U5", revision=1, reason=" Cost. ")
    kept = await _now(office, decision)
    assert (kept.state, kept.decided_by, kept.decided_at) == (target, "U5", MORNING)
    assert kept.reason == "Cost."
    async with office.ctx.database.read() as uow:
        (act,) = await uow.audit.of("T1", "decision", decision.id)
    assert (act.action, act.details) == (f"decision.{target}", {"revision": 1})
    assert decision.task_id is not None
    assert office.news.events == [DecisionMoved(decision.task_id, decision_id=decision.id)]


async def test_a_change_needs_words(office: Desk) -> None:
    decision = await _proposed(office)
    with pytest.raises(UserFacingError, match="Say what should change"):
        await decisions.decide(office.ctx, decision.id, CHANGES, by="U5", reason=" \n")
    assert (await _now(office, decision)).state is DecisionState.PROPOSED


async def test_a_click_on_an_older_card_is_refused(office: Desk) -> None:
    decision = await _proposed(office)
    with pytest.raises(UserFacingError, match="D-1 was redrafted since you saw it"):
        await decisions.decide(office.ctx, decision.id, ACCEPTED, by="U5", revision=2)
    assert (await _now(office, decision)).state is DecisionState.PROPOSED


async def test_of_many_clicks_at_once_one_decides(office: Desk) -> None:
    decision = await _proposed(office)
    clicks = [
        decisions.decide(office.ctx, decision.id, target, by=f"U{number}")
        for number, target in enumerate([ACCEPTED, REJECTED] * 4)
    ]
    results = await asyncio.gather(*clicks, return_exceptions=True)
    decided = [result for result in results if isinstance(result, Decision)]
    refused = [result for result in results if isinstance(result, TransitionRefused)]
    assert (len(decided), len(refused)) == (1, 7)
    kept = await _now(office, decision)
    assert (kept.state, kept.decided_by) == (decided[0].state, decided[0].decided_by)
    async with office.ctx.database.read() as uow:
        assert len(await uow.audit.of("T1", "decision", decision.id)) == 1


async def _sent_back(office: Desk) -> Decision:
    decision = await _proposed(office)
    await decisions.decide(office.ctx, decision.id, CHANGES, by="U5", reason="use 18")
    office.news.events.clear()
    return decision


async def test_a_redraft_replaces_the_proposal(office: Desk) -> None:
    decision = await _sent_back(office)
    await decisions.redraft(office.ctx, decision.id)
    (request,) = office.model.history
    assert isinstance(request, ReviseRequest)
    assert (request.comment, request.decision) == ("use 18", proposal())
    kept = await _now(office, decision)
    assert (kept.state, kept.revision, kept.title) == (
        DecisionState.PROPOSED,
        2,
        "PostgreSQL 18",
    )
    assert [type(event) for event in office.news.events] == [DecisionProposed]


async def test_redrafting_again_changes_nothing(office: Desk) -> None:
    decision = await _sent_back(office)
    for _ in range(2):
        await decisions.redraft(office.ctx, decision.id)
    assert len(office.model.history) == 1
    assert (await _now(office, decision)).revision == 2


async def test_a_redraft_is_made_although_the_task_was_stopped(office: Desk) -> None:
    decision = await _sent_back(office)
    assert decision.task_id is not None
    await tasks.stop(office.ctx, decision.task_id, by="U1")
    await decisions.redraft(office.ctx, decision.id)
    assert (await _now(office, decision)).revision == 2


async def test_a_rejection_during_the_redraft_wins(office: Desk) -> None:
    decision = await _sent_back(office)
    real = office.model.call

    async def rejected(request: ReviseRequest) -> object:
        await decisions.decide(office.ctx, decision.id, REJECTED, by="U5", reason="no")
        return await real(request)

    replace_method(office.model, "call", rejected)
    await decisions.redraft(office.ctx, decision.id)
    kept = await _now(office, decision)
    assert (kept.state, kept.revision, kept.title) == (REJECTED, 1, "PostgreSQL")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelUnavailable("The model is away."), "The model is away."),
        (ValueError("inner detail"), "Something broke on my side (E-1)."),
        (ledger.TaskStopped("0123abcd"), "The task was stopped."),
    ],
)
async def test_a_failed_redraft_says_why_and_can_be_asked_for_again(
    office: Desk, error: Exception, said: str
) -> None:
    decision = await _sent_back(office)
    await decisions.redraft_failed(office.ctx, decision.id, error, error_id="E-1")
    kept = await _now(office, decision)
    assert (kept.state, kept.revision) == (DecisionState.PROPOSED, 1)
    assert kept.reason == f"use 18 (not redrafted: {said})"
    # The card exists already: it is edited, not posted again.
    assert decision.task_id is not None
    assert office.news.events == [DecisionMoved(decision.task_id, decision_id=decision.id)]
    await decisions.decide(office.ctx, decision.id, CHANGES, by="U5", reason="use 18, please")
    await decisions.redraft(office.ctx, decision.id)
    assert (await _now(office, decision)).revision == 2


async def test_a_failure_that_comes_late_changes_nothing(office: Desk) -> None:
    decision = await _sent_back(office)
    await decisions.redraft(office.ctx, decision.id)
    await decisions.redraft_failed(office.ctx, decision.id, ValueError(), error_id="E-1")
    kept = await _now(office, decision)
    assert (kept.revision, kept.reason) == (2, "use 18")
