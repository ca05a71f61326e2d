"""DORA's keys equal what was counted by hand, in any order of reports and however often."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.dora import DEFINITIONS, UNITS, Dora, Figure, Window
from bot.domain.kpi import Measured, Scope
from bot.domain.measure import Heard, Origin
from bot.domain.measure.github import read_github
from storage.engine import database_url, open_engine
from storage.models import (
    Base,
    Deployment,
    IncidentFact,
    MeasureOrigin,
    PullRequest,
    Service,
)
from storage.repositories.base import table_of
from storage.repositories.facts import MODELS
from storage.uow import Database, UnitOfWork
from tests.measures import payloads as p
from tests.measures.story import BY_HAND, NOW, OF_ORDERS, RULES, WINDOW, at, told
from tests.support.databases import migrated_file
from tests.support.examples import examples

SERVICES = ("orders", "billing", "stock")


async def tell(uow: UnitOfWork, reports: Sequence[Heard], *, workspace: str = "T1") -> None:
    """Store reports one after the other, as if each were a request."""
    for heard in reports:
        await uow.facts.see(workspace, heard.origins)
        await uow.facts.merge(workspace, heard.facts)


async def know_services(uow: UnitOfWork, workspace: str = "T1") -> None:
    """Register the services whose names the repositories have."""
    await uow.channels.ensure_workspace(workspace, now=NOW)
    times = {"created_by": "U1", "created_at": NOW, "updated_at": NOW}
    for name in SERVICES:
        await uow.services.add(Service(workspace_id=workspace, key=name, name=name, **times))


async def rows(uow: UnitOfWork) -> dict[str, list[tuple[Any, ...]]]:
    """Return all facts and places, row by row."""
    found = {}
    models: list[type[Base]] = [*MODELS.values(), MeasureOrigin]
    for model in models:
        table = table_of(model)
        result = await uow.session.execute(select(table).order_by(*table.primary_key.columns))
        found[table.name] = [tuple(row) for row in result]
    return found


async def test_the_keys_are_what_was_counted_by_hand(database: Database) -> None:
    async with database.begin() as uow:
        await know_services(uow)
        await know_services(uow, "T2")
        await tell(uow, told())
    async with database.read() as uow:
        assert await uow.dora.all("T1", WINDOW) == BY_HAND
        assert await uow.dora.all("T1", replace(WINDOW, service="orders")) == OF_ORDERS
        elsewhere = await uow.dora.all("T2", WINDOW)
        assert {(figure.value, figure.n) for figure in elsewhere.values()} == {(None, 0)}


async def test_deployments_of_one_moment_share_a_change_and_only_one_has_failed(
    database: Database,
) -> None:
    """Two of one moment are two deployments; what they brought is one change, brought once."""
    at, day = WINDOW.since + timedelta(days=3), timedelta(days=1)
    base = {"workspace_id": "T1", "version": "1", "source": "github", "origin": "acme/orders"}
    async with database.begin() as uow:
        await know_services(uow)
        uow.session.add(
            MeasureOrigin(
                workspace_id="T1", source="github", name="acme/orders", service="orders", seen_at=at
            )
        )
        shipped = {"environment": "production", "is_production": True, "commit": "c"}
        for key, moment, is_fix in (
            ("before", WINDOW.since - day, True), ("a", at, True), ("b", at, False),
            ("c", at + day, False),
        ):  # fmt: skip
            uow.session.add(
                Deployment(**base, **shipped, key=key, succeeded_at=moment, is_fix=is_fix)
            )
        for key, merged in (("old", WINDOW.since - day), ("new", WINDOW.since)):
            uow.session.add(
                PullRequest(
                    **base, key=key, state="merged", is_bot=False, is_fix=False, to_default=True,
                    opened_at=merged - day, merged_at=merged,
                )
            )  # fmt: skip
        for key, heard in (("i", at), ("later", WINDOW.until + day)):
            uow.session.add(IncidentFact(**base, key=key, level=2, detected_at=heard))
        uow.session.add(
            Deployment(
                **base, **shipped, key="d", succeeded_at=WINDOW.until + 2 * day, is_fix=False
            )
        )
    async with database.read() as uow:
        found = await uow.dora.all("T1", WINDOW)
        some = await uow.dora.all("T1", WINDOW, keys={Dora.LEAD_TIME})
    assert found[Dora.REWORK_RATE] == Figure(33.3333, 3)
    assert found[Dora.LEAD_TIME] == Figure(4 * 86_400, 1, 4 * 86_400)
    assert found[Dora.CHANGE_FAILURE_RATE] == Figure(66.6667, 3), "of a and b one, and c"
    assert some == {Dora.LEAD_TIME: found[Dora.LEAD_TIME]}


async def test_lead_time_begins_at_the_first_commit_where_a_push_told_of_it(
    database: Database,
) -> None:
    """Of a branch's name that was used before, the last use before the opening counts."""
    said = [
        ("push", p.push("used/again", at(1, "08:00"), after="a")),
        ("push", p.push("used/again", at(3, "07:00"), at(3, "08:00"), after="b")),
        ("push", p.push("used/again", at(3, "08:30"), after="c", created=False)),
        ("push", p.push("used/again", at(9, "08:30"), after="d")),
        ("pull_request", p.pull_request("closed", p.pull(
            1, at(3, "09:00"), merged=at(3, "10:00"), branch="used/again"))),
        ("pull_request", p.pull_request("closed", p.pull(
            2, at(3, "09:00"), merged=at(3, "10:00"), branch="never/pushed"))),
        ("deployment_status", p.status(p.deployment(11, at(3, "11:00")), "success",
                                       at(3, "11:00"))),
    ]  # fmt: skip
    heard = [read_github(event, body, rules=RULES, now=NOW) for event, body in said]
    for workspace, order in (("T1", heard), ("T2", heard[::-1])):
        async with database.begin() as uow:
            await know_services(uow, workspace)
            await tell(uow, [one for one in order if one is not None], workspace=workspace)
        async with database.read() as uow:
            found = (await uow.dora.all(workspace, WINDOW))[Dora.LEAD_TIME]
            scope = Scope(workspace, WINDOW.since, WINDOW.until)
            told = await uow.kpis.measure(["lead-time"], scope)
        assert found == Figure(3 * 3_600, 2, 3 * 3_600, 1), "of four hours and of two"
        assert told["lead-time"] == Measured(
            3.0, 2, "1 of 2 from the first commit, the others from opening"
        )


async def test_a_branch_that_is_merged_again_and_again_began_for_its_first_change(
    database: Database,
) -> None:
    """`develop` is as old as the team: its next pull request is not."""
    said = [
        ("push", p.push("develop", at(3, "08:00"), after="a")),
        *(
            ("pull_request", p.pull_request("closed", p.pull(
                number, at(day, "09:00"), merged=at(day, "10:00"), branch="develop")))
            for number, day in ((1, 3), (2, 5))
        ),
        *(
            ("deployment_status", p.status(
                p.deployment(day, at(day, "11:00")), "success", at(day, "11:00")))
            for day in (3, 5)
        ),
    ]  # fmt: skip
    heard = [read_github(event, body, rules=RULES, now=NOW) for event, body in said]
    async with database.begin() as uow:
        await know_services(uow)
        await tell(uow, [one for one in heard if one is not None])
    async with database.read() as uow:
        found = (await uow.dora.all("T1", WINDOW))[Dora.LEAD_TIME]
    assert found == Figure(2.5 * 3_600, 2, 2.5 * 3_600, 1), "of three hours and of two"


async def test_a_second_replay_changes_nothing(database: Database) -> None:
    async with database.begin() as uow:
        await know_services(uow)
        await tell(uow, told())
        before = await rows(uow)
        assert all(before.values())
        await tell(uow, told())
        assert await rows(uow) == before


async def test_what_comes_of_each_report(database: Database) -> None:
    """The moments that other KPIs count: review, acknowledgement, defects, runs."""
    async with database.begin() as uow:
        await know_services(uow)
        await tell(uow, told()[::-1])
        found = await rows(uow)
    text = str(found)
    for secret in ("maya", "omar", "Round half up", "Wrong total", "bump", "hotfix/total"):
        assert secret not in text
    tables = {name: table.columns for name, table in ((n, table_of(m)) for n, m in _named())}
    first = next(r for r in found["pull_request"] if "900001" in r)
    values = dict(zip(tables["pull_request"].keys(), first, strict=True))
    assert values["first_review_at"] - values["opened_at"] == timedelta(hours=2)
    assert values["state"] == "merged"
    (defect,) = found["work_item"]
    assert dict(zip(tables["work_item"].keys(), defect, strict=True))["escaped"]
    runs = [dict(zip(tables["workflow_run"].keys(), r, strict=True)) for r in found["workflow_run"]]
    assert [(run["attempt"], run["state"]) for run in runs] == [(1, "failure"), (2, "success")]


def _named() -> list[tuple[str, Any]]:
    return [(kind.value, model) for kind, model in MODELS.items()]


async def test_an_unknown_place_counts_later_once_it_has_a_service(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace("T1", now=NOW)
        await tell(uow, told())
        assert await uow.dora.change_failures("T1", WINDOW) == replace(
            BY_HAND[Dora.CHANGE_FAILURE_RATE], value=None, n=0
        )
        for place in await uow.facts.origins("T1", limit=9):
            assert place.service == ""
            named = place.name.rpartition("/")[2]
            assert await uow.facts.name_service("T1", place.name, named) == 1
    async with database.read() as uow:
        assert await uow.dora.all("T1", WINDOW) == BY_HAND


async def test_incidents_of_nobody_s_service_do_not_say_that_none_failed(
    database: Database,
) -> None:
    async with database.begin() as uow:
        await know_services(uow)
        await tell(uow, told())
        for place in await uow.facts.origins("T1", limit=9):
            if place.source in ("alertmanager", "pagerduty"):
                await uow.facts.name_service("T1", place.name, "")
        found = await uow.dora.change_failures("T1", WINDOW)
        assert (found.value, found.n) == (None, 0)


async def test_warnings_are_no_failures_of_production(database: Database) -> None:
    async with database.begin() as uow:
        await know_services(uow)
        await tell(uow, told())
        restored = await uow.dora.time_to_restore("T1", WINDOW, level=5)
        assert (restored.value, restored.n) == (None, 0)


async def test_a_value_counts_once_and_for_its_service(database: Database) -> None:
    row = {"source": "cobertura", "name": "coverage.lines", "unit": "%", "at": NOW}
    since = NOW - timedelta(days=1)
    async with database.begin() as uow:
        for workspace in ("T1", "T2"):
            await know_services(uow, workspace)
            await uow.facts.see(workspace, [Origin("ingest", "acme/x", NOW)])
            said = {**row, "repository": "acme/x", "value": 87.0, "digest": "d"}
            assert await uow.facts.measured(workspace, said)
            assert not await uow.facts.measured(workspace, said)
        assert await uow.facts.latest("T1", "orders", ["coverage.lines"], since=since) == {}
        assert await uow.facts.name_service("T1", "ACME/x", "orders") == 1
    async with database.read() as uow:
        assert await uow.facts.service_of("T1", "acme/x") == "orders"
        assert await uow.facts.service_of("T2", "acme/x") == ""
        found = await uow.facts.latest("T1", "orders", ["coverage.lines"], since=since)
        assert [value.value for value in found.values()] == [87.0]
        assert await uow.facts.latest("T2", "orders", ["coverage.lines"], since=since) == {}


async def test_what_was_sent_for_another_service_of_a_repository_stays_its_own(
    database: Database,
) -> None:
    row = {"source": "cobertura", "name": "coverage.lines", "unit": "%", "at": NOW}
    since = NOW - timedelta(days=1)
    async with database.begin() as uow:
        await know_services(uow)
        await uow.facts.see("T1", [Origin("ingest", "acme/mono", NOW)])
        for service, value in (("", 87.0), ("billing", 60.0)):
            said = {**row, "repository": "acme/mono", "service": service, "value": value}
            assert await uow.facts.measured("T1", {**said, "digest": f"d{service}"})
        for named in ("stock", "orders"):
            assert await uow.facts.name_service("T1", "acme/mono", named) == 1
    async with database.read() as uow:
        for service, value in (("orders", 87.0), ("billing", 60.0)):
            found = await uow.facts.latest("T1", service, ["coverage.lines"], since=since)
            assert found["coverage.lines"].value == value


@examples(4)
@given(data=st.data())
def test_any_order_and_any_repetition_give_the_same(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    reports = told()
    some = st.lists(st.sampled_from(reports), max_size=10)
    order = data.draw(st.permutations(reports + data.draw(some)))
    file = tmp_path_factory.getbasetemp() / "any-order.db"
    if not _EXPECTED:
        _EXPECTED.append(asyncio.run(_after(file, told())))
        assert _EXPECTED[0][1] == BY_HAND
    assert asyncio.run(_after(file, order)) == _EXPECTED[0]


class TakenBackError(Exception):
    """Ends a transaction of which nothing is to be kept."""


_EXPECTED: list[Any] = []


async def _after(file: Path, reports: Sequence[Heard]) -> Any:
    """Return the rows and the keys after reports, told to an empty database."""
    await migrated_file(file)
    database = Database(open_engine(database_url(f"sqlite:///{file}")))
    found: Any = None
    try:
        with suppress(TakenBackError):
            async with database.begin() as uow:
                await know_services(uow)
                await tell(uow, reports)
                found = await rows(uow), await uow.dora.all("T1", WINDOW)
                raise TakenBackError
    finally:
        await database.close()
    return found


def test_each_key_is_defined() -> None:
    assert set(DEFINITIONS) == set(UNITS) == set(Dora)
    assert Window(NOW - timedelta(days=3), NOW).days == 3
