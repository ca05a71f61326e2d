"""Measures a burst of mentions against the local workspace, which counts what Slack would refuse.

`python -m benchmarks.burst`: 1,000 mentions in a minute over 20 channels, by 50 people, with
default settings; it ends when every one is answered and nothing waits to be posted.
"""

import argparse
import asyncio
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

from benchmarks import bots, machine, report
from benchmarks.report import Measure
from benchmarks.slack_end import APP_TOKEN, BOT_TOKEN
from bot.manifest import load_manifest
from bot.workspace import Workspace, WorkspaceServer
from bot.workspace.recorder import RecordedCall
from bot.workspace.shapes import Channel, Json, User

_QUESTION: Final = "which HikariCP pool size do we need for {rps} rps at 20 ms a query?"
_WORK: Final = "we need a multi-tenant billing API with Stripe webhooks on Django, {rps} rps"
PATIENCE: Final = 3600.0
"""Seconds until all must be answered; Slack's own pace, one post a second per channel, sets it."""

MEASURES: Final = (
    Measure("ack_p50_ms", "ack p50, ms", 1),
    Measure("ack_p99_ms", "ack p99, ms", 1),
    Measure("ack_max_ms", "ack, slowest, ms", 1, most=1000.0),
    Measure("unacked", "events without ack in 3 s", 0, most=0.0),
    Measure("lost", "mentions without a task", 0, most=0.0),
    Measure("doubled", "more tasks than mentions", 0, most=0.0),
    Measure("refused", "calls that Slack's limits refused", 0, most=0.0),
    Measure("seen_p50_s", "first sign in the thread (👀 or card), p50, s", 1),
    Measure("seen_max_s", "first sign in the thread, last mention, s", 1),
    Measure("unseen", "mentions without any sign at the end", 0, most=0.0),
    Measure("failed", "tasks that did not end well", 0, most=0.0),
    Measure("answered_s", "all answered and posted, s after the first mention", 0),
    Measure("posts", "posts and edits made", 0),
    Measure("cpu_s", "the bot's CPU, s", 1),
    Measure("peak_mb", "the bot's peak memory, MB", 0),
)


@dataclass
class Watch:
    """What the workspace saw: how long acks took, what it refused, when threads first moved."""

    acks: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    said: dict[tuple[str, str], float] = field(default_factory=dict)
    seen: dict[tuple[str, str], float] = field(default_factory=dict)
    posts: int = 0
    sent: dict[str, float] = field(default_factory=dict)

    def call(self, call: RecordedCall) -> None:
        """Note one API call."""
        if call.status == 429 or call.response.get("error") == "ratelimited":
            self.refused[call.method] += 1
        if not call.ok:
            return
        if call.method.startswith("chat."):
            self.posts += 1
        ts = call.args.get("thread_ts") or call.args.get("timestamp")
        key = (str(call.args.get("channel")), str(ts))
        if key in self.said:
            self.seen.setdefault(key, time.perf_counter() - self.said[key])

    def percentile(self, values: list[float], share: float) -> float:
        """Return a percentile; 0 of nothing."""
        ordered = sorted(values)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class BurstSlack:
    """The local workspace with Slack's rates on, a crowd in it, and a clock on every ack."""

    def __init__(self, *, people: int, channels: int) -> None:
        self.watch = Watch()
        self.workspace = Workspace(
            manifest=load_manifest(), bot_token=BOT_TOKEN, app_token=APP_TOKEN
        )
        self._server = WorkspaceServer(self.workspace)
        self.people = [f"U0CROWD{number:04}" for number in range(people)]
        self.rooms = [f"C0CROWD{number:04}" for number in range(channels)]
        self._fill()
        self._listen()

    async def __aenter__(self) -> Self:
        await self._server.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._server.__aexit__(kind, error, trace)

    @property
    def api_url(self) -> str:
        """Return the Web API's base URL."""
        return self._server.api_url

    @property
    def connections(self) -> int:
        """Return how many processes listen."""
        return self.workspace.hub.connections

    async def mention(self, number: int) -> None:
        """Let somebody mention the bot somewhere, evenly spread."""
        user = self.people[number % len(self.people)]
        room = self.rooms[number % len(self.rooms)]
        wish = _WORK if number % 10 == 0 else _QUESTION
        text = f"@lead {wish.format(rps=100 + number)}"
        now = time.perf_counter()
        message = await self.workspace.say(user, room, text)
        self.watch.said[(room, str(message["ts"]))] = now

    def _fill(self) -> None:
        state, bot = self.workspace.state, self.workspace.identity.bot_user_id
        for user in self.people:
            state.users[user] = User(user, user.lower(), f"Person {user[-4:]}", "Etc/UTC", "777777")
        for room in self.rooms:
            members = (*self.people, bot)
            state.put_channel(Channel(room, room.lower(), 1_700_000_000, self.people[0], members))

    def _listen(self) -> None:
        """Stand between the workspace and its parts, to see without changing anything."""
        hub, recorder, watch = self.workspace.hub, self.workspace.recorder, self.watch
        attempt, received, record = hub._transmit, hub.received, recorder.record

        async def transmit(link: Any, envelope: Json, subject: str) -> None:
            watch.sent[envelope["envelope_id"]] = time.perf_counter()
            await attempt(link, envelope, subject)

        def take(frame: Json) -> None:
            began = watch.sent.pop(str(frame.get("envelope_id")), None)
            if began is not None:
                watch.acks.append(time.perf_counter() - began)
            received(frame)

        def note(call: RecordedCall) -> None:
            watch.call(call)
            record(call)

        hub._transmit, hub.received, recorder.record = transmit, take, note  # type: ignore[method-assign]  # of this hub


def main() -> None:
    """Run the benchmark; exit code 1 when a target was missed."""
    given = _arguments()
    facts = machine.facts()
    numbers, refused = asyncio.run(_measure(given))
    facts["load_after"] = round(os.getloadavg()[0], 2)
    result = report.Result(
        title=f"{given.mentions:,} mentions in {given.seconds:g} s over {given.channels} channels",
        measures=MEASURES,
        columns={given.database: [numbers]},
        facts=facts,
        notes=_notes(given, refused),
        judged=given.database,
    )
    report.publish(result, "burst", as_json=given.json, keep=not given.no_keep)
    sys.exit(0 if result.met() else 1)


async def _measure(given: argparse.Namespace) -> tuple[dict[str, float], Counter[str]]:
    with bots.database(given.database) as rows:
        async with (
            BurstSlack(people=given.people, channels=given.channels) as slack,
            bots.bots(slack, rows, count=1, limits=True) as running,
        ):
            watch, began = slack.watch, time.perf_counter()
            for number in range(given.mentions):
                await asyncio.sleep(
                    max(0.0, began + number * given.seconds / given.mentions - time.perf_counter())
                )
                await slack.mention(number)
            async with asyncio.timeout(PATIENCE):
                while not _is_done(rows, given.mentions):
                    print(f"{rows.ended()} ended, {len(watch.seen)} seen", file=sys.stderr)
                    await asyncio.sleep(5)
            ended = time.perf_counter() - began
            unacked = sum(1 for sent in watch.sent.values() if time.perf_counter() - sent > 3)
            acks, seen = watch.acks, list(watch.seen.values())
            tasks = rows.counts()["tasks"]
            return {
                "ack_p50_ms": watch.percentile(acks, 0.5) * 1000,
                "ack_p99_ms": watch.percentile(acks, 0.99) * 1000,
                "ack_max_ms": max(acks) * 1000,
                "unacked": unacked,
                "lost": max(0, given.mentions - tasks),
                "doubled": max(0, tasks - given.mentions),
                "refused": sum(watch.refused.values()),
                "seen_p50_s": watch.percentile(seen, 0.5),
                "seen_max_s": max(seen),
                "unseen": given.mentions - len(seen),
                "failed": tasks - rows.counts()["done"],
                "answered_s": ended,
                "posts": watch.posts,
                "cpu_s": running.cpu_seconds(),
                "peak_mb": running.peak_mb(),
            }, watch.refused


def _is_done(rows: bots.Database, mentions: int) -> bool:
    return rows.ended() >= mentions and rows.unsent() == 0


def _notes(given: argparse.Namespace, refused: Counter[str]) -> list[str]:
    said = ", ".join(f"{method} {count}" for method, count in refused.items()) or "none"
    return [
        (
            "A real `teamlead run` with default settings and the offline model;"
            f" {given.people} people; every tenth mention is work for a team, the others questions."
        ),
        (
            "The local workspace counts calls by Slack's published rates and answers 429 above"
            f" them (refused: {said}); it runs in the generator's process on the same cores."
        ),
        "Acks: from envelope sent to ack received, two envelopes a mention.",
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mentions", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--channels", type=int, default=20)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--no-keep", action="store_true", help="write no file into results/")
    return parser.parse_args()


if __name__ == "__main__":
    main()
