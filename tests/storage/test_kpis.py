"""KPIs counted by the database equal those counted by hand, on both kinds of database."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, Select, create_engine

from bot.domain.kpi import Measured, Scope
from storage.models import Base, Deployment, LearningItem, Measurement, RetroAction, Service
from storage.repositories.kpis import FROM_DORA, MEASURES
from storage.uow import Database
from tests.storage.rows import NOW
from tests.support.kpis import DAY, EXPECTED, OUT, SINCE, UNTIL, fill

HERE = Scope("T1", SINCE, UNTIL, rooms=frozenset({"C1"}), team=frozenset("abcde"))


async def measured(database: Database, scope: Scope) -> dict[str, Measured]:
    async with database.read() as uow:
        return await uow.kpis.measure([*MEASURES, *FROM_DORA], scope)


async def test_every_kpi_equals_the_hand_computed_table(database: Database) -> None:
    """Other workspaces, private channels and other times are in the same tables."""
    async with database.begin() as uow:
        await fill(uow, workspace="T1", channel="C1", private=False)
        await fill(uow, workspace="T1", channel="G1", private=True)
        await fill(uow, workspace="T2", channel="C1", private=False)
    found = await measured(database, HERE)
    assert found.keys() == EXPECTED.keys()
    wrong = {
        name: (found[name], EXPECTED[name])
        for name in EXPECTED
        if found[name].n != EXPECTED[name][1]
        or found[name].value != pytest.approx(EXPECTED[name][0])
    }
    assert wrong == {}
    assert found["mttr"].note == "acknowledged after 12 min on average, n=1"
    only = await measured(database, replace(HERE, channel_id="G1"))
    assert only["tasks"].n == only["spend"].n == 0, "a private channel is not counted elsewhere"
    inside = await measured(database, replace(HERE, rooms=frozenset({"G1"})))
    assert (inside["tasks"].n, inside["satisfaction"].n) == (4, 10)
    assert inside["velocity"] == Measured(10.0, 4)
    one = await measured(database, replace(HERE, service="search"))
    assert one["p95"].n == one["mttr"].n == 0
    empty = await measured(database, replace(HERE, workspace_id="T9"))
    assert {measure.n for measure in empty.values()} == {0}


async def test_values_of_a_private_channels_service_count_there_alone(database: Database) -> None:
    """As its gates do: where one service is measured, its number is the mean."""
    at = {"created_at": OUT, "updated_at": OUT, "created_by": "U1"}
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "G1", now=NOW, is_private=True)
        for scope, key in (("G1", "secret"), ("G1", "both"), ("", "both")):
            await uow.services.add(Service(workspace_id="T1", key=key, name=key, scope=scope, **at))
        values = (("secret", 10.0), ("both", 80.0), ("unknown", 90.0), ("", 100.0))
        for service, value in values:
            uow.session.add(
                Measurement(
                    workspace_id="T1", service=service, repository="r", source="lcov",
                    name="coverage.lines", value=value, at=NOW - DAY, digest=service,
                )
            )  # fmt: skip
    inside = replace(HERE, rooms=frozenset({"G1"}))
    found = [(await measured(database, seat))["coverage"] for seat in (HERE, inside)]
    assert found == [Measured(90.0, 3), Measured(70.0, 4)]


async def test_vulnerabilities_without_a_severity_count_as_in_gates(database: Database) -> None:
    """pip-audit names none: its findings were no number at all, and the target was met."""
    async with database.begin() as uow:
        await uow.channels.ensure_workspace("T1", now=NOW)
        for name, value in (("high", 0.0), ("low", 3.0), ("unknown", 5.0)):
            uow.session.add(
                Measurement(
                    workspace_id="T1", repository="r", source="pip-audit", value=value,
                    name=f"vulnerabilities.{name}", at=NOW - DAY, digest=name,
                )
            )  # fmt: skip
    assert (await measured(database, HERE))["vulnerabilities"] == Measured(5.0, 2)


async def test_a_main_branch_s_report_comes_before_a_newer_one_of_another(
    database: Database,
) -> None:
    """A branch that tests nothing is not the team's coverage; where only it reports, it says so."""
    seat = replace(HERE, main_branches=frozenset({"main", "trunk"}))
    reports = (
        ("a", "Trunk", 3, 80.0), ("a", "", 2, 10.0), ("a", "feature/x", 1, 10.0),
        ("b", "", 3, 60.0), ("b", "feature/x", 1, 10.0),
        ("c", "feature/y", 3, 20.0), ("c", "feature/x", 1, 40.0),
    )  # fmt: skip

    async def add(*some: tuple[str, str, int, float]) -> None:
        async with database.begin() as uow:
            await uow.channels.ensure_workspace("T1", now=NOW)
            for repository, branch, days, value in some:
                uow.session.add(
                    Measurement(
                        workspace_id="T1", repository=repository, source="lcov", branch=branch,
                        name="coverage.lines", value=value, at=NOW - days * DAY,
                        digest=f"{repository}{branch}",
                    )
                )  # fmt: skip

    await add(*reports[:3])
    assert (await measured(database, seat))["coverage"] == Measured(80.0, 1)
    await add(*reports[3:])
    found = (await measured(database, seat))["coverage"]
    assert found == Measured(60.0, 3, "1 of 3 not of a main branch")
    only = await measured(database, replace(seat, until=NOW - 2 * DAY - DAY / 2))
    assert only["coverage"].note == "1 of 3 not of a main branch"


async def test_no_deployment_is_a_number_only_where_there_were_some(database: Database) -> None:
    async with database.begin() as uow:
        await uow.channels.ensure_workspace("T1", now=NOW)
    name = "deployment-frequency"
    assert (await measured(database, HERE))[name] == Measured(None, 0)
    async with database.begin() as uow:
        uow.session.add(
            Deployment(
                workspace_id="T1", source="github", key="1", version="1", origin="acme/shop",
                environment="production", is_production=True, commit="", is_fix=False,
                succeeded_at=SINCE - DAY,
            )
        )  # fmt: skip
    assert (await measured(database, HERE))[name] == Measured(0.0, 0)
    assert (await measured(database, replace(HERE, service="search")))[name].value is None
    assert (await measured(database, replace(HERE, workspace_id="T9")))[name].value is None


async def test_what_was_late_in_a_past_window_stays_late_there(database: Database) -> None:
    """An action that was open past its day then, and is done now, is done in one window only."""
    due, done = (SINCE - 5 * DAY).date(), SINCE + 5 * DAY
    async with database.begin() as uow:
        await uow.channels.ensure("T1", "C1", now=NOW)
        place = {"workspace_id": "T1", "channel_id": "C1", "created_by": "U1", "created_at": OUT}
        for number, at in enumerate((done, None), 1):
            state = "done" if at else "open"
            uow.session.add(
                RetroAction(**place, number=number, text="x", state=state, ended_at=at, due_on=due)
            )
            uow.session.add(
                LearningItem(
                    **place, number=number, kind="talk", title="x", state=state, ended_at=at,
                    due_on=due, updated_at=OUT,
                )
            )  # fmt: skip
    now, before = await measured(database, HERE), await measured(database, HERE.before())
    for name in ("improvements", "skills"):
        assert (before[name], now[name]) == (Measured(0.0, 2), Measured(50.0, 2)), name


REGISTERS = {
    "service", "technology", "debt", "performance_target", "sprint_item", "channel",
    "measure_origin", "learning_item", "retro_action",
}  # fmt: skip
"""Written by hand, a few a week, or looked at for each row of the window by its key."""


def test_each_kpi_looks_at_its_window_and_not_at_history() -> None:
    """Every table that grows is searched by an index over its moments."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    grown = {name for name in Base.metadata.tables if name not in REGISTERS}
    with engine.connect() as connection:
        for name, measure in MEASURES.items():
            steps = _plan(connection, measure(HERE, "sqlite"))
            for table in grown:
                for step in (s for s in steps if f" {table} " in f"{s} "):
                    ok = ">?" in step or "(id=?" in step
                    assert ok, (name, step)
    engine.dispose()


def _plan(connection: Connection, statement: Select[Any]) -> list[str]:
    made = statement.compile(connection.engine, compile_kwargs={"literal_binds": True})
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {made}").all()
    return [str(row[3]) for row in rows]
