"""What a contestant's process does: start, warm up, measure, print one JSON line.

Standard library only: the peers' interpreters import it too.
"""

import argparse
import asyncio
import cProfile
import json
import pstats
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import job, machine

RunJob = Callable[[str], Awaitable[None]]
"""Does the job of a request to its end; raises when the result is not complete."""


@dataclass(frozen=True)
class Given:
    """What the benchmark tells a contestant."""

    url: str
    home: Path
    jobs: int
    prompts: Path
    profile: Path | None


def given() -> Given:
    """Read the command line and move to the cores it names; before the contestant's imports."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True, help="of the Messages server")
    parser.add_argument("--home", type=Path, required=True, help="a fresh folder")
    parser.add_argument("--jobs", type=int, required=True, help="how many at once")
    parser.add_argument("--prompts", type=Path, required=True, help="what the peers send")
    parser.add_argument("--cores", type=json.loads, default=[])
    parser.add_argument("--profile", type=Path)
    read = parser.parse_args()
    machine.pin(read.cores)
    return Given(read.url, read.home, read.jobs, read.prompts, read.profile)


Counting = Callable[[], AbstractContextManager[Counter[str]]]
"""Counts what the contestant does while it is open."""


async def measure(
    said: Given, run_job: RunJob, *, import_s: float, counting: Counting | None = None
) -> None:
    """Run every part once and print the numbers; the first job only warms up.

    What is counted is counted in a last part of its own, as counting takes time.
    """
    await run_job(job.request("warm"))
    one = await _timed(run_job(job.request("one")))
    skew = await _timed(run_job(job.request("skew", skewed=True)))
    cpu, threads = machine.cpu_seconds(), machine.threads_cpu()
    profiler = cProfile.Profile() if said.profile else None
    if profiler:
        profiler.enable()
    many = await _timed(_all(run_job, said.jobs, "many"))
    if profiler and said.profile:
        profiler.disable()
        _write(profiler, said.profile)
    after = machine.threads_cpu()
    result = {
        "one_s": one,
        "skew_s": skew,
        "jobs_per_s": said.jobs / many,
        "cpu_s_per_job": (machine.cpu_seconds() - cpu) / said.jobs,
        "peak_mb": machine.peak_mb(),
        "import_s": import_s,
        "jobs_done": said.jobs + 3,
        "threads_cpu_s_per_job": {
            name: round((seconds - threads.get(name, 0.0)) / said.jobs, 4)
            for name, seconds in sorted(after.items(), key=lambda pair: -pair[1])
        },
    }
    if counting is not None:
        with counting() as counted:
            await _all(run_job, said.jobs, "counted")
        result["jobs_done"] = 2 * said.jobs + 3
        result |= {f"{name}_per_job": n / said.jobs for name, n in counted.items()}
    print(json.dumps(result), flush=True)


async def _all(run_job: RunJob, jobs: int, name: str) -> None:
    await asyncio.gather(*(run_job(job.request(f"{name}-{number}")) for number in range(jobs)))


async def _timed(work: Awaitable[None]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


def _write(profiler: cProfile.Profile, file: Path) -> None:
    """Keep the profile for pstats, and its top beside it as text."""
    profiler.dump_stats(file)
    with file.with_suffix(".txt").open("w") as stream:
        for order in ("tottime", "cumulative"):
            pstats.Stats(profiler, stream=stream).sort_stats(order).print_stats(60)
