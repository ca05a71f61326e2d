"""`teamlead gate` as CI calls it: exit codes, JSON, annotations, tools that it runs itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.app import app
from bot.domain.report import ReportKind
from bot.errors import UserFacingError
from bot.reports import measuring
from bot.reports.tools import Tool
from tests.unit.reports.samples import COBERTURA, EVERY, LIZARD_CSV


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "coverage.xml").write_bytes(COBERTURA)
    (tmp_path / "lizard.csv").write_bytes(LIZARD_CSV)
    (tmp_path / "audit.json").write_bytes(EVERY["pip-audit"].replace(b'[{"id": "PYSEC-1", '
                                          b'"fix_versions": ["2"]}]', b"[]"))  # fmt: skip


def _gate(*words: str) -> tuple[int, str]:
    ended = CliRunner().invoke(app, ["gate", *words])
    if isinstance(ended.exception, UserFacingError):
        raise ended.exception
    return ended.exit_code, ended.output


def test_a_limit_that_is_missed_ends_with_one() -> None:
    code, said = _gate("--coverage", "coverage.xml")
    assert (code, "75 %" in said, "Missed (1 missed, 11 not measured)." in said) == (1, True, True)


def test_the_policy_of_the_repository_counts() -> None:
    Path("gate.yml").write_text("coverage: 70\n", "utf-8")
    assert _gate("--coverage", "coverage.xml", "--policy", "gate.yml")[0] == 0


def test_what_was_not_measured_fails_where_it_must_be() -> None:
    words = ("--security", "audit.json")
    code, said = _gate(*words, "--json")
    found = next(one for one in json.loads(said)["checks"] if one["check"] == "vulnerabilities")
    assert (code, found["state"]) == (0, "not measured")
    assert found["why"] == "pip-audit skipped 1 of 2 packages, e.g. b."
    assert _gate(*words, "--require", "vulnerabilities")[0] == 1
    assert _gate(*words, "--strict")[0] == 1


def test_a_gate_without_a_database_imports_none() -> None:
    code = "import sys, bot.cli.gate; raise SystemExit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_gate_needs_no_setting_but_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAMLEAD_MODEL_PROVIDER", "claude")
    monkeypatch.setenv("TEAMLEAD_HTTP_PORT", "none")
    assert _gate("--value", "coverage=90")[0] == 0
    monkeypatch.setenv("TEAMLEAD_GATE_COVERAGE", "much")
    with pytest.raises(UserFacingError, match="wrong value 'much'"):
        _gate("--value", "coverage=90")


def test_json_is_the_next_runs_baseline() -> None:
    code, said = _gate("--value", "coverage=95", "--repo", "shop", "--json")
    assert (code, json.loads(said)["checks"][0]["value"]) == (0, 95)
    Path("main.json").write_text(said, "utf-8")
    code, said = _gate("--value", "coverage=90", "--baseline", "main.json", "--json")
    first = json.loads(said)["checks"][0]
    assert (code, first["state"], first["main"]) == (1, "missed", 95)


def test_github_is_told_the_place() -> None:
    lines = _gate("--complexity", "lizard.csv", "--github")[1].splitlines()
    assert "::error title=Most complex function%3A missed::11, wanted at most 10." in lines
    assert "::error file=a.c,line=1::f has a complexity of 11" in lines
    assert not any("Failed tests" in line for line in lines if line.startswith("::"))


def test_github_takes_no_command_from_a_report() -> None:
    evil = '<testsuite><testcase name="::set-output name=x::y"><failure/></testcase></testsuite>'
    Path("junit.xml").write_text(evil, "utf-8")
    lines = [line.strip() for line in _gate("--junit", "junit.xml", "--github")[1].splitlines()]
    (word, token) = lines[0].rsplit("::", 1)
    assert (word, len(token)) == ("::stop-commands", 32)
    inside = lines[1 : lines.index(f"::{token}::")]
    assert "::set-output name=x::y: failed" in inside
    after = lines[len(inside) + 2 :]
    assert after
    assert all(line.startswith("::error") for line in after)


def test_a_file_is_named_from_where_ci_stands(tmp_path: Path) -> None:
    """Coverage names files from its sources; GitHub shows a line only where the path is whole."""
    for file in ("bot/a/b.py", "bot/a/c.py", "lib/a/c.py"):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).touch()
    sources = f"<sources><source>{tmp_path}/bot</source><source>{tmp_path}/lib</source></sources>"
    content = COBERTURA.replace(b"<packages>", sources.encode() + b"<packages>")
    Path("coverage.xml").write_bytes(content.replace(b'hits="3"', b'hits="0"'))
    said = _gate("--coverage", "coverage.xml", "--github")[1]
    assert "::error file=bot/a/b.py::50 %25 of the lines are covered" in said
    assert "::error file=a/c.py::50 %25 of the lines are covered" in said, "it may be either"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "There is nothing to judge."),
        (("--coverage", "nope.xml"), "I cannot read nope.xml: No such file or directory."),
        (("--coverage", "lizard.csv"), "lizard.csv: This is lizard."),
        (("--value", "memory"), "`memory` is no value."),
        (("--value", "memory=nan"), "`memory` is not a finite number."),
        (("--value", "coverage=500"), "`coverage` counts more than there are."),
        (("--value", "tests=0", "--require", "memory"), "`memory` has no limit."),
        (("--value", "tests=0", "--baseline", "audit.json"), "audit.json is no result of a gate."),
        (("--measure", "nope"), "There is no nope."),
    ],
)
def test_bad_input_is_refused(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(UserFacingError) as refused:
        _gate(*words)
    assert refused.value.text == said


def test_tools_are_run_on_a_folder() -> None:
    Path("code").mkdir()
    branches = "".join(f"    if a == {n}:\n        return {n}\n" for n in range(12))
    Path("code/deep.py").write_text(f"def f(a):\n{branches}    return a\n", "utf-8")
    code, said = _gate("--measure", "code")
    assert code == 1
    assert "code/deep.py:1: f has a complexity of 13" in said
    assert "Missed (2 met, 1 missed, 9 not measured)." in said


def test_a_folder_is_measured_from_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither where it lies nor what its files are called changes what is measured."""
    code = tmp_path / "build" / "shop"
    (code / "vendor").mkdir(parents=True)
    for module in ("lizard", "bandit", "ast"):
        (code / f"{module}.py").write_text("raise SystemExit('taken for the tool')\n", "utf-8")
    deep = "def f(a):\n" + "".join(f"    if a == {n}:\n        return {n}\n" for n in range(12))
    (code / "deep.py").write_text(deep, "utf-8")
    (code / "vendor" / "theirs.py").write_text(deep.replace("f(", "theirs("), "utf-8")
    for folder, asked in ((tmp_path, str(code)), (code, ".")):
        monkeypatch.chdir(folder)
        said = _gate("--measure", asked)[1]
        assert f"{os.path.relpath(code / 'deep.py')}:1: f has a complexity of 13" in said
        assert "(2 met, 1 missed, 9 not measured)" in said
        assert "theirs" not in said
    (tmp_path / "empty").mkdir()
    assert "lizard found no code." in _gate("--measure", str(tmp_path / "empty"))[1]


async def _run(script: str, monkeypatch: pytest.MonkeyPatch, seconds: float = 30) -> str:
    tool = Tool("lizard", "complexity", lambda path, into: ["-c", script])
    monkeypatch.setattr(Tool, "command", lambda self: [sys.executable])
    monkeypatch.setattr(measuring, "tools_for", lambda path: (tool,))
    report = (await measuring.measure(Path(), seconds=seconds))[0]
    assert report.kind is ReportKind.LIZARD
    return report.gaps[0].text if report.gaps else "fine"


async def test_a_tool_that_fails_leaves_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    told = "import os, sys; sys.exit(os.environ.get('SLACK_BOT_TOKEN', 'no token'))"
    assert await _run(told, monkeypatch) == "lizard ended with code 1. no token"
    assert (
        await _run("import sys; print('boo', file=sys.stderr); sys.exit(7)", monkeypatch)
        == "lizard ended with code 7. boo"
    )
    assert await _run("import signal; signal.pause()", monkeypatch, 0.5) == (
        "lizard took longer than 0.5 s."
    )


def test_a_kept_result_is_what_the_next_one_is_compared_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAMLEAD_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'gate.db'}")
    words = ("--keep", "--repo", "shop", "--commit", "abc", "--json")
    assert _gate(*words, "--branch", "main", "--value", "coverage=95")[0] == 0
    code, said = _gate(*words, "--branch", "more", "--value", "coverage=85")
    first = json.loads(said)["checks"][0]
    assert (code, first["main"], first["why"][:15]) == (1, 95, "Worse than main")
    with pytest.raises(UserFacingError, match="Say what was judged"):
        _gate("--keep", "--value", "coverage=95")
