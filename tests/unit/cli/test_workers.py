"""`teamlead workers`: what people and scripts see."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.workers import ago, as_dict, run, table
from bot.services.workers import Seen
from storage.models import Worker

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def seen() -> Seen:
    row = Worker(
        id="bot-0",
        kind="worker",
        host="box",
        pid=7,
        version="1.2",
        started_at=NOON - timedelta(hours=3),
        seen_at=NOON - timedelta(seconds=3),
        stopped_at=None,
        running=2,
        took_over=1,
    )
    return Seen(row, "alive", timedelta(seconds=3), timedelta(hours=3))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0 s ago"),
        (3, "3 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (3600, "1 h ago"),
        (47 * 3600, "47 h ago"),
        (48 * 3600, "2 d ago"),
    ],
)
def test_how_long_ago(seconds: int, text: str) -> None:
    """In the largest whole unit."""
    assert ago(timedelta(seconds=seconds)) == text


def test_what_a_script_gets() -> None:
    """Everything, in plain types."""
    assert json.loads(json.dumps(as_dict(seen()))) == {
        "id": "bot-0",
        "command": "worker",
        "host": "box",
        "pid": 7,
        "version": "1.2",
        "started_at": "2026-11-02T09:00:00+00:00",
        "seen_at": "2026-11-02T11:59:57+00:00",
        "stopped_at": None,
        "silent_seconds": 3,
        "running": 2,
        "took_over": 1,
        "state": "alive",
    }


def test_what_people_get() -> None:
    """A row per process."""
    shown = table([seen(), seen()])
    assert shown.row_count == 2
    assert [str(column.header) for column in shown.columns][-1] == "state"


async def test_an_empty_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sentence for people, an empty list for scripts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    await run(as_json=False)
    assert "No process" in capsys.readouterr().out
    await run(as_json=True)
    assert json.loads(capsys.readouterr().out) == []
