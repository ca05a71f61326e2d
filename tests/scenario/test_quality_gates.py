"""A gate in CI, told in a thread of Slack, waived there by a form, and open in CI after that."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.clock import SystemClock
from bot.workspace.seed import BACKEND, MAYA, TOM
from tests.support.stage import PATIENCE, Stage, words
from tests.unit.reports.samples import COBERTURA


async def _ci(commit: str) -> tuple[int, str]:
    """Run the gate as CI would, on the bot's database."""
    typed = ["gate", "--keep", "--service", "checkout", "--branch", "main", "--commit", commit]
    typed += ["--coverage", "coverage.xml"]
    ended = await asyncio.to_thread(CliRunner().invoke, app, typed)
    return ended.exit_code, f"{ended.output} {ended.exception}"


async def test_a_missed_gate_is_told_and_waived(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path / "home"))
    (tmp_path / "coverage.xml").write_bytes(COBERTURA)
    await stage.lead("service add checkout")
    for line in (f"settings waive <@{MAYA}> workspace", "gates set checkout documentation off",
                 "gates set checkout monitoring off", "gates here checkout"):  # fmt: skip
        await stage.lead(line)
    root = await stage.workspace.wait_for(
        lambda: next(
            (m for m in stage.workspace.history(BACKEND) if "Quality gate of" in words(m)), None
        ),
        PATIENCE,
    )
    code, said = await _ci("abc1234")
    assert (code, "75 %" in said) == (1, True), said
    told = await stage.wait_text(str(root["ts"]), "gate missed on main (abc1234)")
    assert "Lines covered by tests 75 % (at least 80 %)" in words(told)

    refused = words(await stage.lead("gates waive checkout coverage", user=TOM))
    assert "can waive a gate's check here" in refused
    await stage.lead("gates waive checkout coverage")
    view = await stage.workspace.wait_for(lambda: stage.workspace.open_view(MAYA), PATIENCE)
    values = {"check": "coverage", "reason": "Moves soon", "owner": TOM, "due": "2099-01-01"}
    answer = await stage.workspace.submit_view(MAYA, str(view["id"]), values)
    assert "ends within 365 days" in str(answer)
    values["due"] = f"{SystemClock().now() + timedelta(days=1):%Y-%m-%d}"
    await stage.workspace.submit_view(MAYA, str(view["id"]), values)
    await stage.wait_whisper(MAYA, "W-1 counts until")

    code, said = await _ci("def5678")
    assert code == 0, said
    await stage.wait_text(str(root["ts"]), "gate met again on main (def5678)")
    assert "W-1 checkout, lines covered by tests" in words(await stage.lead("gates"))
