"""Streams a task's card as Slack's plan block where the server can; else it is edited in place.

A stream is only another way of sending the same outbox rows. This process remembers what of it a
stream shows; whoever knows nothing of it, after a crash or in another process, ends it and edits
the same message. So nothing depends on a stream being alive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from bot.clock import Clock
from bot.services.delivery_courtesy import Lacks
from bot.services.delivery_rows import looks_of, metadata
from bot.slack.cards.task_plan import PLAN
from bot.slack.errors import OutcomeUnknown, RateLimited, SlackFailure
from bot.slack.limits import STREAM_BYTES, STREAM_SECONDS
from bot.slack.poster import Poster
from storage.models import OutboxRow

log = structlog.get_logger(__name__)

START, APPEND, STOP = "chat.startStream", "chat.appendStream", "chat.stopStream"
_OVER = "message_not_in_streaming_state"
CONFLICT = "streaming_state_conflict"
"""What chat.update says of a message that still streams."""
_MOST_ENDED = 2_000
"""Ours: messages that need not be ended again; forgetting one costs a call."""
Chunk = dict[str, Any]
Plan = Mapping[str, Any]


@dataclass
class _Live:
    """What a stream shows, by task, and how many bytes of it there are."""

    began: datetime
    title: str = ""
    tasks: dict[str, Plan] = field(default_factory=dict)
    size: int = 0

    def news(self, plan: Plan) -> list[Chunk]:
        """Return what is new of the plan: a task's `output` is sent once, as Slack appends it."""
        chunks: list[Chunk] = []
        if plan["title"] != self.title:
            chunks.append({"type": "plan_update", "title": plan["title"]})
        for task in plan["tasks"]:
            before = self.tasks.get(task["id"])
            if task != before:
                told = {"output"} if before and before.get("output") == task.get("output") else ()
                said = {name: value for name, value in task.items() if name not in told}
                chunks.append({"type": "task_update", **said})
        return chunks

    def note(self, plan: Plan, chunks: list[Chunk]) -> None:
        """Remember that the chunks were taken."""
        self.title = plan["title"]
        self.tasks = {task["id"]: task for task in plan["tasks"]}
        self.size += _size(chunks)

    def takes(self, chunks: list[Chunk], now: datetime) -> bool:
        """Whether the stream is young and short enough for these."""
        young = (now - self.began).total_seconds() < STREAM_SECONDS
        return young and self.size + _size(chunks) <= STREAM_BYTES


class Streams:
    """The streams that this process has begun and not ended, by workspace and ts."""

    def __init__(self, clock: Clock, lacks: Lacks) -> None:
        self.lacks = lacks
        self._clock = clock
        self._live: dict[tuple[str, str], _Live] = {}
        self._ended: dict[tuple[str, str], None] = {}

    async def begin(self, poster: Poster, row: OutboxRow) -> str:
        """Start the stream of a row and return its message's ts; "" where it must be posted.

        Raises OutcomeUnknown: it may have been started.
        """
        plan, looks = row.payload.get(PLAN), looks_of(row)
        if not plan or not plan["open"] or "thread_ts" not in looks:
            return ""
        if self.lacks.has(row.workspace_id, START):
            return ""
        live = _Live(self._clock.now())
        chunks = live.news(plan)
        call = {"channel": row.channel_id, "task_display_mode": "plan", "chunks": chunks, **looks}
        try:
            answer = await poster.call(START, call)
        except OutcomeUnknown:
            raise
        except SlackFailure as refused:
            self.lacks.note(row.workspace_id, START, refused)
            log.info("stream.not_begun", row_id=row.id, task_id=row.task_id, code=refused.code)
            return ""
        live.note(plan, chunks)
        ts = str(answer.get("ts", ""))
        self._live[row.workspace_id, ts] = live
        return ts

    async def carry(self, poster: Poster, row: OutboxRow, target: OutboxRow) -> bool:
        """Bring a stream up to date, or end it; False when the message must be edited instead.

        Raises SlackFailure that another try may mend; the next try ends the stream.
        """
        key = (row.workspace_id, target.sent_ts or "")
        plan, live = row.payload.get(PLAN), self._live.pop(key, None)
        if live is None:
            if _was_begun(target) and key not in self._ended:
                await self.end(poster, row, target)
            return False
        chunks = live.news(plan) if plan else []
        if not plan or not live.takes(chunks, self._clock.now()):
            await self.end(poster, row, target)
            return False
        try:
            await self._go_on(poster, row, target, chunks)
        except RateLimited:
            self._live[key] = live
            raise
        except SlackFailure as refused:
            if refused.again:
                raise
            log.info("stream.over", row_id=row.id, task_id=row.task_id, code=refused.code)
            if refused.code != _OVER:
                await self.end(poster, row, target)
            self._forget(key)
            return False
        live.note(plan, chunks)
        if plan["open"]:
            self._live[key] = live
        else:
            self._forget(key)
        return True

    async def _go_on(
        self, poster: Poster, row: OutboxRow, target: OutboxRow, chunks: list[Chunk]
    ) -> None:
        plan, call = row.payload[PLAN], {"channel": target.channel_id, "ts": target.sent_ts}
        news = {"chunks": chunks} if chunks else {}
        if not plan["open"]:
            end = {
                "blocks": plan["closing"],
                "session_status": plan["session"],
                "metadata": metadata(target.key),
            }
            await poster.call(STOP, {**call, **news, **{k: v for k, v in end.items() if v}})
        elif chunks:
            await poster.call(APPEND, {**call, **news})

    async def end(self, poster: Poster, row: OutboxRow, target: OutboxRow) -> None:
        """End a stream that may have ended already, so that its message can be edited."""
        if self.lacks.has(row.workspace_id, START):
            return
        session = (row.payload.get(PLAN) or {}).get("session", "")
        call = {"channel": target.channel_id, "ts": target.sent_ts}
        try:
            await poster.call(STOP, {**call, **({"session_status": session} if session else {})})
        except SlackFailure as refused:
            if refused.again:
                raise
            self.lacks.note(row.workspace_id, START, refused)
        self._forget((row.workspace_id, target.sent_ts or ""))

    def _forget(self, key: tuple[str, str]) -> None:
        """Note that a stream has ended."""
        self._ended[key] = None
        if len(self._ended) > _MOST_ENDED:
            del self._ended[next(iter(self._ended))]


def mark_of(row: OutboxRow) -> str:
    """Return the id of the first task of a row's plan, by which its stream can be found; or ""."""
    plan = row.payload.get(PLAN) or {}
    return str(plan["tasks"][0]["id"]) if plan.get("open") else ""


def _was_begun(target: OutboxRow) -> bool:
    """Whether the message may be a stream that nobody has ended: it carries no metadata then."""
    return bool(mark_of(target)) and bool(target.sent_ts)


def _size(chunks: list[Chunk]) -> int:
    """Return the bytes that count against Slack's limit; outputs are measured to count twice."""
    said = [str(value) for chunk in chunks for value in chunk.values()]
    outputs = [str(chunk.get("output", "")) for chunk in chunks]
    return sum(len(text.encode()) for text in (*said, *outputs))
