"""Compares the 11-call job of Teamlead with LangGraph's, alternating; prints and keeps a table.

`python -m benchmarks.orchestrator --help`; what is measured stands in benchmarks/README.md.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import machine, report
from benchmarks.peers import prompts, venv
from benchmarks.report import Measure

ROOT: Final = Path(__file__).parents[1]
OURS: Final = "teamlead"
PEER: Final = "langgraph"
FLOOR: Final = "bare SDK"
"""The calls alone, in the same order: nothing is remembered."""
PATIENCE: Final = 600
"""Seconds for one process of a contestant."""

MEASURES: Final = (
    Measure("one_s", "one job, s", 2, most=1.55),
    Measure("skew_s", "skewed job, s", 2, most=2.16),
    Measure("jobs_per_s", "{jobs} jobs at once, jobs/s", 1, least=17.0),
    Measure("cpu_s_per_job", "CPU s a job at {jobs}", 3, most=0.04),
    Measure("peak_mb", "peak memory, MB", 0, most=150.0),
    Measure("import_s", "import, s", 2),
    Measure("statements_per_job", "SQL statements a job", 0),
    Measure("commits_per_job", "commits a job", 0),
    Measure("tokens_in_per_job", "input tokens a job", 0),
    Measure("cached_share", "of them read from cache", 2),
    Measure("calls_per_job", "calls a job", 1),
)


@dataclass(frozen=True)
class Contestant:
    """How to start one."""

    name: str
    interpreter: Path
    module: str


@dataclass(frozen=True)
class Plan:
    """What the command line asked for."""

    runs: int
    jobs: int
    pinned: bool
    profile: Path | None


def main() -> None:
    """Run the benchmark; exit code 1 when a target was missed."""
    given = _arguments()
    plan = Plan(given.runs, given.jobs, given.pin, given.profile)
    contestants = _contestants(given.only)
    facts = machine.facts()
    found: dict[str, list[report.Numbers]] = {c.name: [] for c in contestants}
    with tempfile.TemporaryDirectory(prefix="teamlead-bench-") as folder:
        bodies = Path(folder) / "prompts.json"
        prompts.write(bodies)
        for number in range(plan.runs):
            for contestant in contestants:
                numbers = _run(contestant, plan, bodies, first=number == 0)
                found[contestant.name].append(numbers)
                print(f"run {number + 1} {contestant.name}: {_short(numbers)}", file=sys.stderr)
    facts["load_after"] = round(os.getloadavg()[0], 2)
    result = report.Result(
        title=f"The 11-call job, 300 ms a call, {plan.jobs} at once",
        measures=[m.named(jobs=plan.jobs) for m in MEASURES],
        columns=found,
        facts=facts,
        notes=_notes(plan, contestants),
        judged=OURS,
    )
    report.publish(result, "orchestrator", as_json=given.json, keep=not given.no_keep)
    sys.exit(0 if result.met() else 1)


def _contestants(only: str | None) -> list[Contestant]:
    wanted = [only] if only else [OURS, PEER, FLOOR]
    known = {
        OURS: lambda: Contestant(OURS, Path(sys.executable), "benchmarks.teamlead_job"),
        PEER: lambda: Contestant(PEER, venv.python(), "benchmarks.peers.langgraph_job"),
        FLOOR: lambda: Contestant(FLOOR, venv.python(), "benchmarks.peers.bare_job"),
    }
    return [known[name]() for name in wanted]


def _run(contestant: Contestant, plan: Plan, bodies: Path, *, first: bool) -> report.Numbers:
    """Start a server and the contestant, both fresh, and return the numbers of one run."""
    mine, others = machine.split_cores() if plan.pinned else ([], [])
    with _server(others) as url, tempfile.TemporaryDirectory(prefix="teamlead-bench-") as home:
        command = [str(contestant.interpreter), "-m", contestant.module, "--url", url]
        command += ["--home", home, "--jobs", str(plan.jobs), "--prompts", str(bodies)]
        command += ["--cores", json.dumps(mine)]
        if plan.profile and first and contestant.name == OURS:
            command += ["--profile", str(plan.profile.resolve())]
        ran = subprocess.run(
            command,
            cwd=ROOT,
            env={**_environment(), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if ran.returncode != 0:
            raise SystemExit(f"{contestant.name} ended with {ran.returncode}")
        numbers: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
        with urllib.request.urlopen(f"{url}/stats") as answer:
            stats = json.load(answer)
    jobs = numbers["jobs_done"]
    return {
        **numbers,
        "tokens_in_per_job": stats["tokens_in"] / jobs,
        "cached_share": stats["tokens_cached"] / stats["tokens_in"],
        "calls_per_job": stats["requests"] / jobs,
        "repeated": stats["repeated"],
    }


@contextlib.contextmanager
def _server(cores: list[int]) -> Iterator[str]:
    """Run the Messages server in its own process; its cache of prompts begins empty."""
    command = [sys.executable, "-m", "benchmarks.model_server", "--cores", json.dumps(cores)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def _environment() -> dict[str, str]:
    """Return this environment without settings of ours and without proxies."""
    ours = ("SLACK_", "ANTHROPIC_", "TEAMLEAD_", "DATABASE_", "LANGCHAIN_", "LANGSMITH_")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ours) and not name.lower().endswith("_proxy")
    }


def _notes(plan: Plan, contestants: list[Contestant]) -> list[str]:
    mine, others = machine.split_cores() if plan.pinned else ([], [])
    where = "each contestant on one core of its own, the server on the others"
    return [
        (
            f"Medians of {plan.runs} runs, alternating; each run is a fresh process with an empty"
            " database and a fresh server, and its first job only warms up."
        ),
        f"Cores: {where}." if mine and others else "Cores: nobody is pinned.",
        "Durability on both sides: SQLite, each library's defaults.",
        "The design's targets were set where the bare SDK takes 1.53 and 2.12 s (MODELS.md).",
        *(f"{c.name}: {venv.versions(c.interpreter)}" for c in contestants if c.name != FLOOR),
    ]


def _short(numbers: report.Numbers) -> str:
    return ", ".join(f"{m.key} {numbers[m.key]:.{m.digits}f}" for m in MEASURES[:5])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="medians are of so many")
    parser.add_argument("--jobs", type=int, default=50, help="how many jobs at once")
    parser.add_argument("--only", choices=(OURS, PEER, FLOOR), help="leave the others out")
    parser.add_argument("--profile", type=Path, help="pstats of our first run's jobs at once")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--no-keep", action="store_true", help="write no file into results/")
    parser.add_argument(
        "--no-pin", dest="pin", action="store_false", help="let everybody use every core"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
