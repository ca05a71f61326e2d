"""Gates with a database: kept once, compared with main, told of changes, private ones hidden."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.performance_target import read_target
from bot.domain.quality_gate import Check, GateState, Judged, Verdict, observe
from bot.domain.quality_gate.words import Subject
from bot.domain.report import Measurement, Name, Report, ReportKind
from bot.domain.service import DependencyKind
from bot.errors import NotFound, UserFacingError
from bot.services import (
    performance_targets,
    quality_gate_places,
    quality_gate_rules,
    quality_gate_views,
    service_graph,
)
from bot.services.context import Context
from bot.services.quality_gate_policy import default_policy
from bot.services.quality_gate_rules import Asked
from bot.services.quality_gates import Kept, Run, keep
from bot.services.service_graph import Place
from storage.models import Measurement as Row
from storage.models import OutboxRow, QualityGate
from storage.repositories.measure_retention import facts
from storage.repositories.retention import RetentionRepository
from storage.uow import Database
from tests.support.desk import Desk, desk

HERE = Place("T1", "C1", "U1")
PRIVATE = Place("T1", "G1", "U1", is_private=True)
CHECKOUT = Subject("checkout")


@pytest.fixture
def at(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path)


def _reports(**values: float) -> Sequence[Report]:
    measured = tuple(Measurement(Name[name.upper()], value) for name, value in values.items())
    return (Report(ReportKind.COBERTURA, measured),)


async def _gate(
    ctx: Context,
    commit: str,
    branch: str = "main",
    *,
    service: str = "checkout",
    repository: str = "shop",
    required: frozenset[Check] = frozenset(),
    **values: float,
) -> Kept:
    reports = _reports(**values)
    run = Run("T1", repository, service, commit, branch, reports, observe(reports))
    base = default_policy(ctx.settings.gate).require(required)
    if values:  # these tests are about code, not about how the service is written up
        base = base.with_limits({Check.DOCUMENTATION: None, Check.MONITORING: None})
    return await keep(ctx, run, base)


def _of(verdict: Verdict, check: Check) -> Judged:
    return next(one for one in verdict.checks if one.check is check)


async def _ready(ctx: Context, *, private: bool = False) -> None:
    place = PRIVATE if private else HERE
    async with ctx.database.begin() as uow:
        now = ctx.clock.now()
        await uow.channels.ensure("T1", "C1", now=now, is_private=False)
        await uow.channels.ensure("T1", "G1", now=now, is_private=True)
        await service_graph.ensure(ctx, uow, place, "checkout")


async def _posts(ctx: Context) -> list[OutboxRow]:
    async with ctx.database.read() as uow:
        query = select(OutboxRow).where(OutboxRow.workspace_id == "T1").order_by(OutboxRow.id)
        return list(await uow.session.scalars(query))


async def test_the_same_result_of_the_same_commit_is_one_row(at: Desk) -> None:
    await _ready(at.ctx)
    first = await _gate(at.ctx, "abc", coverage_lines=81)
    at.clock.advance(timedelta(hours=1))
    again = await _gate(at.ctx, "abc", coverage_lines=81)
    assert (first.is_new, again.is_new) == (True, False)
    async with at.ctx.database.read() as uow:
        assert len(list(await uow.session.scalars(select(QualityGate)))) == 1
        (row,) = await uow.session.scalars(select(Row))
    assert (row.service, row.repository, row.name, row.value) == (
        "checkout", "shop", "coverage.lines", 81,
    )  # fmt: skip


async def test_a_commit_that_is_met_when_it_runs_again_is_told_as_met(at: Desk) -> None:
    await _ready(at.ctx)
    await quality_gate_places.tell_here(at.ctx, HERE, CHECKOUT, receipt="h")
    new = []
    for coverage in (90, 70, 90, 90):  # a flaky run in between, and the last one sent twice
        at.clock.advance(timedelta(minutes=1))
        new.append((await _gate(at.ctx, "a", coverage_lines=coverage)).is_new)
    assert new == [True, True, True, False]
    _, *told = await _posts(at.ctx)
    assert [row.payload["text"].rpartition(": ")[2] for row in told] == [
        "gate met", "gate missed", "gate met",
    ]  # fmt: skip
    page = await quality_gate_views.page(at.ctx, HERE, CHECKOUT)
    assert page.last is not None
    assert page.last.state == "met"
    await _gate(at.ctx, "a", complexity_max=4)  # another job of the same commit
    again = await _gate(at.ctx, "a", coverage_lines=90)
    assert again.is_new is False


async def test_jobs_that_measure_by_themselves_make_one_result_of_a_commit(at: Desk) -> None:
    await _ready(at.ctx)
    await quality_gate_places.tell_here(at.ctx, HERE, CHECKOUT, receipt="h")
    jobs: list[dict[str, Any]] = [{"coverage_lines": 90}, {"complexity_max": 40}]
    for commit in ("a", "b"):
        for measured in jobs:
            at.clock.advance(timedelta(minutes=1))
            await _gate(at.ctx, commit, **measured)
            await _gate(at.ctx, commit, **measured)
    page = await quality_gate_views.page(at.ctx, HERE, CHECKOUT)
    assert page.last is not None
    assert page.last.state == "missed"
    assert {one["check"]: one["value"] for one in page.last.checks if one["value"]} == {
        "coverage": 90, "complexity": 40,
    }  # fmt: skip
    at.clock.advance(timedelta(minutes=1))
    await _gate(at.ctx, "c", complexity_max=4)
    _, *told = await _posts(at.ctx)
    assert [row.payload["text"].rpartition(": ")[2] for row in told] == [
        "gate met", "gate missed", "gate met",
    ]  # fmt: skip


@pytest.mark.parametrize("first", [0, 1])
async def test_what_is_required_is_measured_by_one_job_of_a_commit(at: Desk, first: int) -> None:
    await _ready(at.ctx)
    jobs: list[dict[str, Any]] = [{"coverage_lines": 90}, {"complexity_max": 4}]
    for measured in (jobs[first], jobs[1 - first]):
        await _gate(at.ctx, "a", required=frozenset({Check.COVERAGE}), **measured)
        at.clock.advance(timedelta(minutes=1))
    page = await quality_gate_views.page(at.ctx, HERE, CHECKOUT)
    assert page.last is not None
    assert page.last.state == "met"
    alone = await _gate(at.ctx, "b", required=frozenset({Check.COVERAGE}), complexity_max=4)
    assert alone.verdict.state is GateState.MISSED


@pytest.mark.parametrize("main", ["main", "Master"])
async def test_a_branch_is_compared_with_main_and_never_becomes_it(at: Desk, main: str) -> None:
    await _ready(at.ctx)
    await _gate(at.ctx, "a", main, coverage_lines=90)
    at.clock.advance(timedelta(minutes=1))
    worse = await _gate(at.ctx, "b", "feature", coverage_lines=85)
    assert _of(worse.verdict, Check.COVERAGE).state is GateState.MISSED
    at.clock.advance(timedelta(minutes=1))
    other = await _gate(at.ctx, "c", "feature", coverage_lines=89.7)
    assert _of(other.verdict, Check.COVERAGE).main == 90
    assert _of(other.verdict, Check.COVERAGE).state is GateState.MET
    elsewhere = await _gate(at.ctx, "c", "feature", service="", repository="x", coverage_lines=85)
    assert _of(elsewhere.verdict, Check.COVERAGE).main is None


async def test_a_commit_of_main_is_no_better_when_it_runs_again(at: Desk) -> None:
    await _ready(at.ctx)
    await _gate(at.ctx, "a", coverage_lines=95)
    at.clock.advance(timedelta(minutes=1))
    worse = await _gate(at.ctx, "b", coverage_lines=85)
    at.clock.advance(timedelta(minutes=1))
    again = await _gate(at.ctx, "b", coverage_lines=85)
    assert (worse.verdict.state, again.verdict.state) == (GateState.MISSED, GateState.MISSED)
    assert (again.is_new, _of(again.verdict, Check.COVERAGE).main) == (False, 95)


async def test_a_job_that_measures_something_else_hides_no_value_of_main(at: Desk) -> None:
    await _ready(at.ctx)
    await _gate(at.ctx, "a", coverage_lines=95)
    at.clock.advance(timedelta(minutes=1))
    await _gate(at.ctx, "a", complexity_max=4)
    worse = await _gate(at.ctx, "b", "feature", coverage_lines=85, complexity_max=4)
    assert _of(worse.verdict, Check.COVERAGE).main == 95
    assert worse.verdict.state is GateState.MISSED


async def _set(ctx: Context, subject: Subject, value: float | None, *, drop: bool = False) -> None:
    await quality_gate_rules.set_limit(
        ctx, HERE, subject, Check.COVERAGE, value, receipt=f"{subject}{value}{drop}", drop=drop
    )


async def test_the_service_s_own_limit_comes_before_the_workspace_s(at: Desk) -> None:
    await _ready(at.ctx)
    await _set(at.ctx, Subject(), 95)
    assert (await _gate(at.ctx, "a", coverage_lines=85)).verdict.state is GateState.MISSED
    await _set(at.ctx, Subject(repository="shop"), 90)
    await _set(at.ctx, CHECKOUT, 70)
    kept = await _gate(at.ctx, "b", coverage_lines=85)
    assert _of(kept.verdict, Check.COVERAGE).limit == 70
    await _set(at.ctx, CHECKOUT, None)
    kept = await _gate(at.ctx, "c", coverage_lines=85)
    assert Check.COVERAGE not in {one.check for one in kept.verdict.checks}
    await _set(at.ctx, CHECKOUT, 0, drop=True)
    kept = await _gate(at.ctx, "d", coverage_lines=85)
    assert _of(kept.verdict, Check.COVERAGE).limit == 90


def _asked(until: date) -> Asked:
    return Asked(Check.COVERAGE, "U7", "Moves in March", until)


async def test_a_waiver_opens_the_gate_until_its_day_or_its_end(at: Desk) -> None:
    await _ready(at.ctx)
    today = at.clock.now().date()
    row = await quality_gate_rules.waive(at.ctx, HERE, CHECKOUT, _asked(today), receipt="w")
    assert row is not None
    twice = await quality_gate_rules.waive(at.ctx, HERE, CHECKOUT, _asked(today), receipt="w")
    assert twice is None
    kept = await _gate(at.ctx, "a", coverage_lines=10)
    assert (kept.verdict.state, _of(kept.verdict, Check.COVERAGE).state) == (
        GateState.MET, GateState.MISSED,
    )  # fmt: skip
    page = await quality_gate_views.page(at.ctx, HERE, CHECKOUT)
    assert [one.public_id for one in page.waivers] == ["W-1"]
    at.clock.advance(timedelta(days=1))
    assert (await _gate(at.ctx, "b", coverage_lines=10)).verdict.state is GateState.MISSED
    page = await quality_gate_views.page(at.ctx, HERE, CHECKOUT)
    assert (page.waivers, [one.public_id for one in page.ended]) == ((), ["W-1"])
    soon = at.clock.now().date() + timedelta(days=9)
    await quality_gate_rules.waive(at.ctx, HERE, CHECKOUT, _asked(soon), receipt="w2")
    assert (await _gate(at.ctx, "c", coverage_lines=10)).verdict.state is GateState.MET
    await quality_gate_rules.end_waiver(at.ctx, HERE, 2, receipt="e")
    assert (await _gate(at.ctx, "d", coverage_lines=10)).verdict.state is GateState.MISSED
    with pytest.raises(UserFacingError, match="has ended already"):
        await quality_gate_rules.end_waiver(at.ctx, HERE, 2, receipt="e2")
    with pytest.raises(UserFacingError, match="ends within 365 days"):
        await quality_gate_rules.waive(
            at.ctx, HERE, CHECKOUT, _asked(soon + timedelta(days=400)), receipt="w3"
        )


async def test_the_thread_is_told_of_changes_on_main_only(at: Desk) -> None:
    await _ready(at.ctx)
    await quality_gate_places.tell_here(at.ctx, HERE, CHECKOUT, receipt="h")
    await _gate(at.ctx, "a", coverage_lines=90)
    async with at.ctx.database.begin() as uow:
        root, first = await uow.session.scalars(select(OutboxRow).order_by(OutboxRow.id))
        # The thread's first message is not sent yet: the result waits for it.
        assert (first.target_key, first.thread_ts) == (root.key, None)
        root.state, root.sent_ts = "sent", "17.1"
    at.clock.advance(timedelta(minutes=1))
    await _gate(at.ctx, "b", coverage_lines=91)
    await _gate(at.ctx, "b", "feature", coverage_lines=10)
    at.clock.advance(timedelta(minutes=1))
    await _gate(at.ctx, "c", coverage_lines=70)
    await _gate(at.ctx, "c", coverage_lines=70)
    root, *told = await _posts(at.ctx)
    assert [(row.target_key, row.payload["text"]) for row in told] == [
        (root.key, "checkout (shop): gate met"),
        (root.key, "checkout (shop): gate missed"),
    ]
    assert "70 % (at least 80 %)" in str(told[1].payload["blocks"])
    moved = await quality_gate_places.tell_here(
        at.ctx, PRIVATE, CHECKOUT, receipt="p", moved_from="C1"
    )
    assert moved.before == "C1"
    assert (await quality_gate_views.page(at.ctx, HERE, CHECKOUT)).told_in == "private"
    assert (await quality_gate_views.page(at.ctx, PRIVATE, CHECKOUT)).told_in == "G1"
    ended = await quality_gate_places.tell_nowhere(
        at.ctx, HERE, CHECKOUT, receipt="n", moved_from="G1"
    )
    assert ended.before == "private"
    await _gate(at.ctx, "d", coverage_lines=90)
    _, _, _, *later = await _posts(at.ctx)
    assert {(row.channel_id, row.thread_ts, row.payload["text"]) for row in later} == {
        ("C1", "17.1", "Results of checkout moved"),
        ("G1", None, "Quality gate of checkout"),
        ("G1", None, "Results of checkout moved"),
    }
    assert "G1" not in str([row.payload for row in later])


async def test_a_gate_s_place_moves_once_and_both_channels_hear_of_it(at: Desk) -> None:
    await _ready(at.ctx)
    other = replace(HERE, channel_id="C2")
    async with at.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C2", now=at.ctx.clock.now())
    assert (await quality_gate_places.tell_here(at.ctx, HERE, CHECKOUT, receipt="h")).before == ""
    again = await quality_gate_places.tell_here(at.ctx, HERE, CHECKOUT, receipt="h2")
    assert again.before == ""
    with pytest.raises(UserFacingError, match="moved that meanwhile"):
        await quality_gate_places.tell_here(at.ctx, other, CHECKOUT, receipt="n", moved_from="C3")
    move = partial(quality_gate_places.tell_here, at.ctx, other, CHECKOUT, receipt="o")
    assert (await move(moved_from="C1")).before
    await move(moved_from="C2")
    posts = [(row.channel_id, str(row.payload["blocks"])) for row in await _posts(at.ctx)]
    assert [channel for channel, _ in posts].count("C1") == 2
    assert any("told in <#C2> from now on" in text for channel, text in posts if channel == "C1")
    assert len(posts) == 3


async def test_a_private_channel_s_service_is_seen_there_only(at: Desk) -> None:
    await _ready(at.ctx, private=True)
    await quality_gate_places.tell_here(at.ctx, HERE, Subject(repository="shop"), receipt="h")
    await _gate(at.ctx, "a", coverage_lines=10)
    hidden, _ = await quality_gate_views.lines(at.ctx, "T1", seen_from="C1")
    shown, _ = await quality_gate_views.lines(at.ctx, "T1", seen_from="G1")
    assert (hidden, [one.name for one in shown]) == ([], ["checkout (shop)"])
    with pytest.raises(NotFound):
        await quality_gate_views.page(at.ctx, HERE, CHECKOUT)
    async with at.ctx.database.read() as uow:
        assert not list(await uow.session.scalars(select(Row)))
    assert len(await _posts(at.ctx)) == 1
    until = at.clock.now().date()
    with pytest.raises(UserFacingError, match="is everybody's"):
        await quality_gate_rules.waive(
            at.ctx, PRIVATE, Subject(repository="shop"), _asked(until), receipt="w"
        )
    row = await quality_gate_rules.waive(at.ctx, PRIVATE, CHECKOUT, _asked(until), receipt="w2")
    assert row is not None
    with pytest.raises(NotFound):
        await quality_gate_rules.end_waiver(at.ctx, HERE, row.number, receipt="e")


async def test_clean_up_leaves_the_result_that_others_are_compared_with(at: Desk) -> None:
    await _ready(at.ctx)
    for commit, branch in (("a", "main"), ("b", "main"), ("c", "feature")):
        await _gate(at.ctx, commit, branch, coverage_lines=90)
        at.clock.advance(timedelta(minutes=1))
    stale = facts(at.clock.now())["quality_gates"]
    async with at.ctx.database.begin() as uow:
        found = RetentionRepository(uow.session)
        assert await found.remove(stale, await found.keys(stale, limit=9)) == 1
        left = await uow.session.scalars(select(QualityGate.commit).order_by(QualityGate.at))
        assert list(left) == ["b", "c"]


async def test_another_workspace_has_its_own(at: Desk) -> None:
    await _ready(at.ctx)
    await _gate(at.ctx, "a", coverage_lines=90)
    assert await quality_gate_views.lines(at.ctx, "T2", seen_from="C1") == ([], [])
    with pytest.raises(NotFound):
        await quality_gate_views.page(at.ctx, replace(HERE, workspace_id="T2"), CHECKOUT)


async def test_services_are_measured_by_what_is_known_of_them(at: Desk) -> None:
    await _ready(at.ctx)
    gate = at.ctx.settings.gate.model_copy(update={"coupling_medium": 1, "coupling_high": 2})
    ctx = replace(at.ctx, settings=at.ctx.settings.model_copy(update={"gate": gate}))
    alone = (await _gate(ctx, "a")).verdict
    assert _of(alone, Check.COUPLING).state is GateState.MET
    assert _of(alone, Check.DOCUMENTATION).value == 0
    assert _of(alone, Check.MONITORING).value == 0
    async with ctx.database.begin() as uow:
        checkout = await service_graph.ensure(ctx, uow, HERE, "checkout")
        other = await service_graph.ensure(ctx, uow, HERE, "payments")
        await service_graph.connect(ctx, uow, HERE, (checkout, other), DependencyKind.SYNC)
        checkout.owner_id, checkout.about = "U1", "Takes orders"
        checkout.docs_url = "https://docs.example.com"
    wanted = read_target("checkout p95 under 200 ms", today=ctx.clock.now().date())
    await performance_targets.set_once(ctx, HERE, wanted, receipt="t")
    known = (await _gate(ctx, "b")).verdict
    assert _of(known, Check.COUPLING).why == "medium, wanted low."
    documented = _of(known, Check.DOCUMENTATION)
    assert (documented.value, documented.findings[0].text) == (75, "checkout: no runbook")
    assert _of(known, Check.MONITORING).state is GateState.MET
    unknown = await _gate(ctx, "c", service="nobody")
    assert _of(unknown.verdict, Check.COUPLING).why == "There is no such service in the graph."
    page = await quality_gate_views.page(ctx, HERE, Subject("nobody"))
    assert page.last is not None
