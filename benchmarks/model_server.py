"""The Messages server of the benchmarks: the tests' one, with the job's plan and its slow calls.

`python -m benchmarks.model_server` runs it in its own process; the first line on stdout is its URL.
"""

import argparse
import asyncio
import contextlib
import json
import re
from typing import Any

from benchmarks import job, machine
from bot.domain.plan import Assignment, Plan
from tests.support.messages_answers import prompt_text, wanted_schema
from tests.support.messages_server import MessagesServer
from tests.support.messages_steps import Habits, Step

_ASSIGNMENT = re.compile(r"<assignment>.{0,20}?\b(a\d)\b", re.DOTALL)
_TIMER_LATE = 0.002
"""Seconds; epoll's wait is rounded up to a millisecond, and an idle core takes its time to wake."""
_SPECIALISTS = (
    "backend-architect",
    "database-architect",
    "api-architect",
    "python-backend-expert",
    "golang-backend-expert",
    "microservices-expert",
    "nodejs-backend-expert",
    "java-backend-expert",
    "rust-backend-expert",
)


class JobServer(MessagesServer):
    """Answers a plan with the job's graph, and takes its time for a skewed job's slow calls."""

    def __init__(self, *, latency: float, slow: float) -> None:
        """Latencies are in seconds before the first byte."""
        super().__init__(Habits(latency=latency))
        self._slow = max(0.0, slow - latency)
        self._plan = plan().model_dump_json()

    async def _pause(self, seconds: float) -> None:
        """Wait to the tenth of a millisecond: a timer ends up to two late on an idle core."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        await super()._pause(seconds - _TIMER_LATE)
        while loop.time() < until:  # noqa: ASYNC110  # no event says that a time has come
            await asyncio.sleep(0)

    def _next(self, body: dict[str, Any]) -> Step:
        self.seen.clear()  # a long benchmark's bodies would fill the memory
        schema = wanted_schema(body) or {}
        if schema.get("title") == "Plan":
            return Step(text=self._plan)
        text = prompt_text(body)
        found = _ASSIGNMENT.search(text)
        if found and found.group(1) in job.SLOW and job.SKEWED in text:
            return Step("slow", seconds=self._slow)
        return Step()


def plan() -> Plan:
    """Return the job's graph as a plan of ours."""
    return Plan(
        kind="pattern",
        title="Order service",
        assignments=tuple(
            Assignment(
                id=key,
                specialist=specialist,
                title=f"Part {key} of the design",
                brief=f"Design part {key} for the load in the request and name its limits.",
                deliverable=f"A page on part {key}",
                depends_on=needs,
                reason="The later parts build on it.",
                phase=job.phase_of(key),
                phase_title=f"Phase {job.phase_of(key)}",
            )
            for (key, needs), specialist in zip(job.NEEDS.items(), _SPECIALISTS, strict=True)
        ),
    )


async def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=job.LATENCY)
    parser.add_argument("--slow", type=float, default=job.SLOW_LATENCY)
    parser.add_argument("--cores", type=json.loads, default=[], help="JSON list to stay on")
    given = parser.parse_args()
    machine.pin(given.cores)
    async with JobServer(latency=given.latency, slow=given.slow) as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
