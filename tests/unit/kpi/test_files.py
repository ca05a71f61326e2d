"""KPIs outside Slack: files with all that explains a figure, gauges, a dashboard over them."""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot import metrics
from bot.cli.grafana import dashboard
from bot.cli.metrics import write
from bot.domain.kpi import KPIS, Asked
from bot.errors import UserFacingError
from bot.metrics import Stored
from bot.services.kpi_export import as_csv, as_json
from bot.services.kpi_gauges import KpiGauges
from bot.services.kpis import Seat, values
from storage.uow import Database
from tests.storage.rows import NOW
from tests.support.desk import desk
from tests.support.kpis import fill


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_files_and_gauges(database: Database, tmp_path: Path) -> None:
    at = desk(database, tmp_path)
    at.clock.advance(NOW - at.clock.now())
    async with database.begin() as uow:
        await fill(uow, workspace="T1", channel="C1", private=False)
        await fill(uow, workspace="T1", channel="G1", private=True)
    async with database.read() as uow:
        found = await values(at.ctx, uow, Seat("T1", frozenset()), Asked(days=30))
    rows = {row["kpi"]: row for row in csv.DictReader(io.StringIO(as_csv(found)))}
    assert rows.keys() == KPIS.keys()
    on_time = rows["on-time"]
    assert (on_time["value"], on_time["n"], on_time["target"], on_time["state"]) == (
        "60.0", "10", "> 95 %", "missed",
    )  # fmt: skip
    assert rows["mttd"]["value"] == ""
    assert [row["kpi"] for row in json.loads(as_json(found))] == list(KPIS)

    gauges = KpiGauges()
    shown = await gauges.now(at.ctx)
    text = metrics.exposition(Stored(kpis=shown)).decode()
    assert re.search(r'^teamlead_kpi\{kpi="tasks"\} 2\.0$', text, re.M), "public channels only"
    assert 'teamlead_kpi_target{kpi="on-time"} 95.0' in text
    assert 'teamlead_kpi{kpi="mttd"}' not in text, "too little is no number"
    assert 'teamlead_kpi_samples{kpi="mttd"} 2.0' in text
    assert set(re.findall(r"^teamlead_kpi\w*\{(\w+)=", text, re.M)) == {"kpi"}
    asked = set(re.findall(r"teamlead_\w+", " ".join(_queries())))
    known = set(re.findall(r"^# TYPE (\w+) ", text, re.M))
    assert asked <= known, "the dashboard asks for nothing that is not shown"

    async with database.begin() as uow:
        await fill(uow, workspace="T2", channel="C1", private=False)
    assert await gauges.now(at.ctx) == shown, "counted anew after some minutes only"
    at.clock.advance(timedelta(minutes=6))
    assert await gauges.now(at.ctx) == (), "whose numbers they are could not be told"
    assert metrics.exposition(None).decode().count("teamlead_kpi{") == 0


def _queries() -> list[str]:
    panels = json.loads(dashboard())["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", ())]


def test_the_dashboard_shows_every_kpi_once(tmp_path: Path) -> None:
    panels = json.loads(dashboard())["panels"]
    shown = re.findall(r'teamlead_kpi\{kpi="([\w-]+)"\}', " ".join(_queries()))
    assert sorted(shown) == sorted(KPIS)
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels), "no panel lies over another one"
    file = tmp_path / "board.json"
    write(file, dashboard())
    with pytest.raises(UserFacingError, match="exists"):
        write(file, "")
    assert json.loads(file.read_text("utf-8"))["title"] == "Teamlead"
