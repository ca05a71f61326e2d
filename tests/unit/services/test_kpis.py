"""`/lead metrics`, its chart and the digest: the same numbers, once each, private ones at home."""

import asyncio
import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.kpi import read
from bot.domain.setting import SETTINGS, Scope
from bot.errors import UserFacingError
from bot.services import kpi_charts, kpi_digest, kpi_export
from bot.services.kpis import Seat, values
from bot.services.workspace_settings import choose, parse
from bot.slack.cards.kpi import digest_card, home_kpis, how_modal, kpi_card
from bot.slack.charts import MOST_BARS, SKETCH
from storage.models import OutboxRow
from tests.storage.rows import NOW
from tests.support.desk import Desk
from tests.support.kpis import fill
from tests.support.schedules import firing, scheduled

HERE, INSIDE = Seat.of_channel("T1", "C1"), Seat.of_channel("T1", "G1")


@pytest.fixture
async def team(office: Desk) -> Desk:
    office.clock.advance(NOW - office.clock.now())
    async with office.ctx.database.begin() as uow:
        await fill(uow, workspace="T1", channel="C1", private=False)
        await fill(uow, workspace="T1", channel="G1", private=True)
    return office


async def said(at: Desk, words: str, seat: Seat = HERE) -> str:
    asked = read(words)
    async with at.ctx.database.read() as uow:
        found = await values(at.ctx, uow, seat, asked)
    return str(kpi_card(found, asked).blocks)


async def posts(at: Desk) -> list[OutboxRow]:
    async with at.ctx.database.read() as uow:
        return list((await uow.session.scalars(select(OutboxRow))).all())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_table_with_targets_and_what_is_too_little(team: Desk) -> None:
    shown = await said(team, "success 30d")
    assert "❌ *On-time delivery* 60 % · target &gt; 95 % · n=10" in shown
    assert "✅ *Architecture compliance* 92 % · target &gt; 90 % · n=2" in shown
    assert "Mean time to detection (n=2 of 5)" in shown
    assert "Velocity" not in shown
    inside = await said(team, "on-time 30d", INSIDE)
    assert "n=20" in inside, "its own rows and the public ones"
    assert "n=10" in await said(team, "on-time 30d here", INSIDE)
    assert "↗ better (was 1)" in await said(team, "tasks 30d")
    assert "n=2 of 5" in await said(team, "p95 billing"), "only 2 samples are not enough"
    asked = read("mttd")
    async with team.ctx.database.read() as uow:
        found = await values(team.ctx, uow, HERE, asked)
    how = str(how_modal(found, asked))
    assert "Mean time from an incident's beginning to its detection" in how
    assert "n=2 incidents. Told from 5 on. Window: 30 days. Target &lt; 30 min." in how
    assert home_kpis(found) == [], "no tile without a value"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_channel_may_have_targets_of_its_own(team: Desk) -> None:
    async def aim(words: str, scope: Scope, scope_id: str) -> None:
        value = parse(team.ctx, SETTINGS["kpi_targets"], words, scope=scope)
        await choose(
            team.ctx, {"kpi_targets": value}, workspace_id="T1", scope=scope, scope_id=scope_id,
            by="U1",
        )  # fmt: skip

    await aim("on-time 50 %, compliance 95", Scope.WORKSPACE, "")
    shown = await said(team, "success 30d")
    assert "✅ *On-time delivery* 60 % · target &gt; 50 % · n=10" in shown
    assert "❌ *Architecture compliance* 92 % · target &gt; 95 % · n=2" in shown
    await aim("on-time 70, deployment-frequency 2", Scope.CHANNEL, "C1")
    assert "target &gt; 70 %" in await said(team, "on-time 30d")
    assert "target &gt; 90 %" in await said(team, "compliance"), "the operator's, not half of two"
    async with team.ctx.database.begin() as uow:
        await uow.channels.ensure("T1", "C2", now=team.ctx.clock.now())
    assert "target &gt; 50 %" in await said(team, "on-time 30d", Seat.of_channel("T1", "C2"))
    drawn = read("deployment-frequency 30d")
    await kpi_charts.post(team.ctx, HERE, drawn, receipt="a", is_private=False)
    (row,) = [row for row in await posts(team) if row.key == "kpi:a"]
    assert row.payload[SKETCH]["series"][1][0] == "target ≥ 2 a week"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("search-engine", "no KPI, area or service"),
        ("velocity billing", "None of these is known for a service"),
        ("p95 here", "None of these is known for a channel"),
        ("velocity sprint", ""),
    ],
)
async def test_what_cannot_be_told(team: Desk, words: str, sentence: str) -> None:
    if not sentence:
        assert "this channel's newest sprint" in await said(team, words)
        with pytest.raises(UserFacingError, match="No sprint"):
            await said(team, words, Seat.of_channel("T1", "C7"))
        return
    with pytest.raises(UserFacingError, match=sentence):
        await said(team, words)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_chart_is_queued_once_with_its_words(team: Desk) -> None:
    for _ in range(2):
        await kpi_charts.post(team.ctx, HERE, read("tasks 30d"), receipt="r", is_private=False)
    (row,) = [row for row in await posts(team) if row.key == "kpi:r"]
    sketch = row.payload[SKETCH]
    assert sketch["series"] == [["Tasks done", [0, 0, 0, 0, 0, 0, 1, 2]]]
    await kpi_charts.post(team.ctx, HERE, read("success 30d"), receipt="s", is_private=False)
    (row,) = [row for row in await posts(team) if row.key == "kpi:s"]
    items = row.payload[SKETCH]["items"]
    assert ["Team satisfaction", pytest.approx(93.33, abs=0.01)] in items
    assert items[0] == ["High and critical vulnerabilities", 0.0], "missed; its target is none"
    reached = [value for _, value in items]
    assert reached == sorted(reached), "the farthest first"
    await kpi_charts.post(team.ctx, HERE, read("30d"), receipt="u", is_private=False)
    (row,) = [row for row in await posts(team) if row.key == "kpi:u"]
    items, said_above = row.payload[SKETCH]["items"], row.payload["initial_comment"]
    assert len(items) <= MOST_BARS, "a sum of what is left would mean nothing"
    assert all(value <= 200 for _, value in items), said_above
    with pytest.raises(UserFacingError, match="too little"):
        await kpi_charts.post(team.ctx, HERE, read("p99"), receipt="t", is_private=False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_file_is_queued_once_without_private_rows_of_elsewhere(team: Desk) -> None:
    for _ in range(2):
        for form in ("csv", "json"):
            await kpi_export.post(
                team.ctx, HERE, read(f"success 30d {form}"), receipt=form, is_private=False
            )
    rows = {row.key: row.payload for row in await posts(team)}
    assert rows.keys() == {"kpi-file:csv", "kpi-file:json"}
    lines = list(csv.DictReader(io.StringIO(rows["kpi-file:csv"]["content"])))
    assert [(row["value"], row["n"]) for row in lines if row["kpi"] == "on-time"] == [
        ("60.0", "10")
    ]
    assert len(json.loads(rows["kpi-file:json"]["content"])) == len(lines) > 10
    with pytest.raises(UserFacingError, match="no KPI, area or service"):
        await kpi_export.post(team.ctx, HERE, read("nowhere csv"), receipt="x", is_private=False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_digest_comes_once_for_its_slot(team: Desk) -> None:
    ctx = team.ctx
    await scheduled(ctx, "daily 09:45", kind="metrics", zones=("UTC",), window_minutes=0)
    team.clock.advance(timedelta(minutes=30))
    await asyncio.gather(*(firing(ctx, f"bot-{n}").fire_due() for n in range(2)))
    found = [row for row in await posts(team) if row.key.startswith("kpi-digest:")]
    assert len(found) == 1
    text = str(found[0].payload)
    assert "Targets missed" in text
    assert "64 %" in text
    async with ctx.database.read() as uow:
        schedule = (await uow.schedules.of_channel("T1", "C1"))[0]
    preview = await kpi_digest.preview(ctx, schedule)
    assert "targets missed" in str(preview.blocks).lower()
    assert digest_card([], read("")).text.endswith("Nothing here has a target.")
