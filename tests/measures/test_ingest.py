"""Reports and exports: stored whole and once, or refused with one sentence and nothing stored."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from starlette.requests import Request
from typer.testing import CliRunner

from bot.cli.app import app
from bot.cli.process.ingest_ear import IngestEar
from bot.clock import ManualClock
from bot.domain.measure import exports
from bot.errors import UserFacingError
from bot.services.measurements import unpacked
from bot.settings import MeasureSettings
from handlers.desk import Desk as Ears
from handlers.people import People
from storage.models import Base, Measurement, MeasureOrigin, Receipt, WorkItem
from storage.repositories.facts import FactRepository
from storage.uow import Database
from tests.measures.story import NOW
from tests.support.databases import SqliteFiles, migrated_file
from tests.support.desk import Desk, desk

SETTINGS = MeasureSettings(ingest_token=SecretStr("t0ken"), workspace="T1", upload_mb=1)
COVERAGE = b"""<?xml version="1.0"?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.87" branch-rate="0.5" lines-covered="87" lines-valid="100"
 branches-covered="5" branches-valid="10" timestamp="1" version="1"><packages/></coverage>"""
JIRA = (
    "Summary,Issue key,Issue Type,Status,Status Category,Project key,Labels,Labels,"
    "Custom field (Story Points),Created,Updated,Resolved,Resolution\r\n"
    "Secret words,ORD-1,Story,Done,Done,ORD,,,3.0,02/Mar/26 9:00 AM,06/Mar/26 4:00 PM,"
    "06/Mar/26 4:00 PM,Done\r\n"
    "More words,ORD-2,Bug,In Progress,In Progress,ORD,customer,api,,03/Mar/26 9:00 AM,"
    "04/Mar/26 9:00 AM,,\r\n"
    "Less,ORD-3,Task,Done,Done,ORD,,,1,03/Mar/26 9:00 AM,05/Mar/26 9:00 AM,05/Mar/26 9:00 AM,"
    "Won't Do\r\n"
)
LINEAR = (
    "ID,Team,Title,Status,Estimate,Labels,Created,Updated,Started,Completed,Canceled\n"
    'BIL-7,Billing,Words,Done,2,"Bug, production",2026-03-02T09:00:00.000Z,'
    "2026-03-04T09:00:00.000Z,2026-03-03T09:00:00.000Z,2026-03-04T09:00:00.000Z,\n"
    "BIL-8,Billing,Words,Todo,,,Tue Mar 03 2026 09:00:00 GMT+0000 (GMT),,,,\n"
)


@pytest.fixture
def database_url(sqlite_files: SqliteFiles, tmp_path: Path) -> Iterator[str]:
    """SQLite alone: what differs is merging and counting, which test_dora.py looks at on both."""
    with sqlite_files.fresh(tmp_path) as url:
        yield url


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Desk:
    return desk(database, tmp_path, clock=ManualClock(NOW), measure=SETTINGS)


async def send(
    room: Desk, body: bytes, query: str = "", *, token: str = "t0ken", length: int | None = None
) -> tuple[int, dict[str, Any]]:
    """Post a body to /ingest and return the answer."""
    ear = IngestEar(SETTINGS)

    async def client_for(_: str) -> Any:
        return None

    ear.listen(Ears(room.ctx, None, People()), client_for)  # type: ignore[arg-type]  # a test client

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    said = {"authorization": f"Bearer {token}", "content-length": str(length or len(body))}
    raw = [(name.encode(), value.encode()) for name, value in said.items()]
    scope = {"type": "http", "method": "POST", "path": "/ingest", "headers": raw}
    answer = await ear.hear(Request({**scope, "query_string": query.encode()}, receive))
    return answer.status_code, json.loads(bytes(answer.body))


async def stored(room: Desk) -> int:
    """Return how many rows there are of what a file may become."""
    models: tuple[type[Base], ...] = (Measurement, WorkItem, MeasureOrigin, Receipt)
    async with room.ctx.database.read() as uow:
        counts = [await uow.session.scalar(select(func.count()).select_from(m)) for m in models]
    return sum(count or 0 for count in counts)


async def test_a_report_is_stored_once_for_each_commit(room: Desk) -> None:
    asked = "repository=acme/orders&commit=abc&branch=main&at=2026-03-10T08:00:00Z"
    status, answer = await send(room, COVERAGE, asked)
    assert (status, answer["state"], answer["kind"], answer["known"]) == (
        200, "stored", "cobertura", 0,
    )  # fmt: skip
    new = answer["new"]
    assert await send(room, COVERAGE, asked) == (
        200, {"state": "known", "kind": "cobertura", "new": 0, "known": new},
    )  # fmt: skip
    packed = await send(room, gzip.compress(COVERAGE), asked.replace("abc", "def"))
    assert packed[1]["new"] == new
    async with room.ctx.database.begin() as uow:
        assert await uow.facts.name_service("T1", "acme/orders", "orders") == 1
        found = await uow.facts.latest(
            "T1", "orders", ["coverage.lines"], since=NOW - timedelta(days=30)
        )
    row = found["coverage.lines"]
    assert (row.value, row.unit, row.repository) == (87.0, "%", "acme/orders")
    assert row.at == datetime(2026, 3, 10, 8, tzinfo=UTC)


async def test_exports_become_work_items(room: Desk) -> None:
    assert (await send(room, JIRA.encode()))[1] == {
        "state": "stored", "kind": "work items", "new": 3, "known": 0,
    }  # fmt: skip
    assert (await send(room, JIRA.encode()))[1]["state"] == "known"
    assert (await send(room, b"\xef\xbb\xbf" + LINEAR.encode()))[1]["new"] == 2
    async with room.ctx.database.read() as uow:
        rows = (await uow.session.scalars(select(WorkItem).order_by(WorkItem.key))).all()
    shown = [(r.key, r.origin, r.kind, r.state, r.points, r.escaped) for r in rows]
    assert shown == [
        ("BIL-7", "Billing", "defect", "done", 2.0, True),
        ("BIL-8", "Billing", "other", "open", None, False),
        ("ORD-1", "ORD", "story", "done", 3.0, False),
        ("ORD-2", "ORD", "defect", "started", None, True),
        ("ORD-3", "ORD", "task", "dropped", 1.0, False),
    ]
    assert rows[2].done_at == datetime(2026, 3, 6, 16, tzinfo=UTC)
    assert rows[0].started_at == datetime(2026, 3, 3, 9, tzinfo=UTC)


async def test_an_export_holds_others_up_for_a_bounded_time_and_once(
    room: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 2)
    assert await send(room, JIRA.encode()) == (400, {"error": "That has more than 2 rows."})
    monkeypatch.setattr(exports, "MOST_ROWS", 3)
    assert (await send(room, JIRA.encode()))[1]["new"] == 3
    monkeypatch.setattr(FactRepository, "merge", None)
    assert (await send(room, JIRA.encode()))[1]["known"] == 3, "nothing is merged again"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("coverage.xml", b"0" * 1_000_000)
    return out.getvalue()


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<coverage line-rate="&b;"><packages/></coverage>'
)
HOSTILE = {
    "xml bomb": (BOMB, "It defines XML entities, which I do not read."),
    "gzip bomb": (gzip.compress(b"0" * 40_000_000), "Unpacked it is larger than 32 MB."),
    "zip": (zipped(), "I open no ZIP archives. Send the report itself, or its gzip."),
    "cut gzip": (gzip.compress(COVERAGE)[:-4], "That gzip is cut off."),
    "broken gzip": (b"\x1f\x8b" + b"\x00" * 40, "That gzip is broken."),
    "two gzips": (gzip.compress(b"a") * 2, "That gzip holds more than one file."),
    "not a number": (COVERAGE.replace(b'"0.87"', b'"NaN"').replace(b'"87"', b'"NaN"'), None),
    "negative": (COVERAGE.replace(b'"0.87"', b'"-1"').replace(b'"87"', b'"-1"'), None),
    "endless": (COVERAGE.replace(b'"0.87"', b'"1e999"').replace(b'"87"', b'"1e999"'), None),
    "nothing": (b"", None),
    "zero bytes": (b"\x00" * 100, None),
    "deep json": (b"[" * 200_000, None),
    "csv, negative": (
        JIRA.replace("3.0", "-3").encode(), "ORD-1: the estimate is no number that I can keep."
    ),
    "csv, no number": (JIRA.replace("3.0", "nan").encode(), None),
    "csv, huge": (JIRA.replace("3.0", "9" * 400).encode(), None),
    "csv, future": (
        JIRA.replace("06/Mar/26", "06/Mar/66").encode(),
        "Row 2: Resolved is 2066-03-06T16:00:00+00:00: before 2000, or not yet.",
    ),
    "csv, no moment": (
        JIRA.replace("02/Mar/26 9:00 AM", "soon").encode(),
        "Row 2: Created is no moment: “soon”.",
    ),
    "csv, columns": (JIRA.encode() + b"a,b\r\n", "Row 5 has 2 columns, the first has 13."),
    "csv, no key": (
        JIRA.replace("ORD-2", "").encode(), "Row 3: Issue key is missing or too long."
    ),
}  # fmt: skip


async def test_what_cannot_be_is_refused_and_nothing_stored(room: Desk) -> None:
    for name, (body, sentence) in HOSTILE.items():
        status, answer = await send(room, body, "repository=acme/orders")
        assert status == 400, (name, answer)
        assert sentence in (None, answer["error"])
        assert "\n" not in answer["error"]
        assert 10 < len(answer["error"]) < 300
        assert await stored(room) == 0, name


async def test_what_is_said_of_it_must_fit(room: Desk) -> None:
    for query in (
        "at=2031-01-01",
        "at=soon",
        "commit=" + "a" * 65,
        "branch=a%00b",
        "service=%3Cscript%3E",
        "repository=" + "a" * 141,
    ):
        status, answer = await send(room, COVERAGE, query)
        assert status == 400, query
        assert answer["error"]
        assert await stored(room) == 0


async def test_the_token_is_looked_at_before_the_body(room: Desk) -> None:
    assert await send(room, COVERAGE, token="other") == (
        401, {"error": "The token is missing or wrong."},
    )  # fmt: skip
    assert (await send(room, b"", length=100_000_000))[0] == 413
    assert await stored(room) == 0


def test_a_gzip_opens_to_what_was_packed() -> None:
    assert unpacked(gzip.compress(COVERAGE)) == COVERAGE == unpacked(COVERAGE)
    with pytest.raises(UserFacingError, match="ZIP"):
        unpacked(zipped())


@pytest.fixture
async def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    await migrated_file(tmp_path / "home" / "teamlead.db")
    monkeypatch.chdir(tmp_path)
    return {"TEAMLEAD_HOME": str(tmp_path / "home"), "TEAMLEAD_MEASURE_UPLOAD_MB": "1"}


def test_files_by_command_line(home: Mapping[str, str], tmp_path: Path) -> None:
    names = ("coverage.xml", "jira.csv", "bomb.xml", "large.xml")
    files = [tmp_path / name for name in names]
    contents = (COVERAGE, JIRA.encode(), BOMB, b"<" * 1_000_001)
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)
    asked = ["ingest", *map(str, files), "--repo", "acme/orders", "--commit", "abc"]
    told = CliRunner().invoke(app, asked, env=home)
    assert told.exit_code == 2, told.output
    assert "coverage.xml: cobertura, " in told.output
    assert "jira.csv: work items, 3 new." in told.output
    assert (
        "bomb.xml: It defines XML entities, which I do not read. Nothing of it is stored."
        in told.output
    )
    assert "It is larger than 1 MB." in told.output
    again = CliRunner().invoke(app, ["ingest", *map(str, files[:2]), "--json"], env=home)
    assert again.exit_code == 0
    assert [each["new"] > 0 for each in json.loads(again.output)] == [True, False]
    early = CliRunner().invoke(app, ["ingest", str(files[0]), "--at", "2099-01-01"], env=home)
    assert str(early.exception) == "at is 2099-01-01: before 2000, or not yet."
    missing = CliRunner().invoke(app, ["ingest", str(tmp_path / "no.xml")], env=home)
    assert (missing.exit_code, "There is no such file." in missing.output) == (2, True)
