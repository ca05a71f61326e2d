"""Streamed messages: chunks add up to blocks, until the app or the clock ends them."""

from dataclasses import dataclass, field

from bot.workspace import limits
from bot.workspace.blocks.check import checked_blocks
from bot.workspace.ids import new_id
from bot.workspace.payloads import rich_text
from bot.workspace.shapes import Json, SlackError, bad_arguments

_STATUSES = frozenset({"pending", "in_progress", "complete", "error"})


@dataclass
class Stream:
    """One running stream; `started` is the clock's monotonic second."""

    channel: str
    ts: str
    thread_ts: str
    started: float
    mode: str = "timeline"
    title: str = ""
    parts: list[Json] = field(default_factory=list)
    tasks: dict[str, Json] = field(default_factory=dict)

    def append(self, chunks: list[Json]) -> None:
        """Take chunks; raises `invalid_arguments` or `msg_too_long` and then changes nothing."""
        before = ([dict(part) for part in self.parts], {k: dict(t) for k, t in self.tasks.items()})
        title = self.title
        try:
            for chunk in chunks:
                self._take(chunk)
            if self.size() > limits.STREAM_TEXT:
                raise SlackError("msg_too_long")
            if len(self.tasks) >= limits.STREAM_TASKS:
                raise SlackError("msg_blocks_too_long")
        except SlackError:
            (self.parts, self.tasks), self.title = before, title
            raise

    def _take(self, chunk: Json) -> None:
        kind = chunk.get("type")
        if kind == "markdown_text" and isinstance(chunk.get("text"), str):
            self._markdown(chunk["text"])
        elif kind == "plan_update" and isinstance(chunk.get("title"), str):
            self.title = chunk["title"]
        elif kind == "task_update":
            self._task(chunk)
        elif kind == "blocks":
            self.parts.append({"kind": "blocks", "blocks": checked_blocks(chunk.get("blocks"))})
        else:
            raise bad_arguments(f"invalid chunk of type {kind}")

    def _markdown(self, text: str) -> None:
        if self.parts and self.parts[-1]["kind"] == "markdown":
            self.parts[-1]["text"] += text
        else:
            self.parts.append({"kind": "markdown", "text": text})

    def _task(self, chunk: Json) -> None:
        key = chunk.get("id")
        if not key or not chunk.get("title") or chunk.get("status") not in _STATUSES:
            raise bad_arguments("task_update needs id, title and a known status")
        task = self.tasks.get(key)
        if task is None:
            task = self.tasks[key] = {"details": "", "output": "", "block_id": new_id("b")}
            self.parts.append({"kind": "task", "id": key})
        task.update(title=chunk["title"], status=chunk["status"])
        task["details"] += chunk.get("details") or ""
        task["output"] += chunk.get("output") or ""
        if chunk.get("sources"):
            task["sources"] = chunk["sources"]

    def size(self) -> int:
        """Return the characters that count against Slack's limit for one streamed message."""
        markdown = sum(len(part.get("text", "")) for part in self.parts)
        tasks = sum(
            len(task["title"]) + 2 * (len(task["details"]) + len(task["output"]))
            for task in self.tasks.values()
        )
        return markdown + tasks + len(self.title)

    @property
    def text(self) -> str:
        """Return the plain text of the message so far."""
        return "".join(part["text"] for part in self.parts if part["kind"] == "markdown")

    def blocks(self) -> list[Json]:
        """Return the message's blocks so far."""
        as_plan = self.mode == "plan" or bool(self.title)
        blocks = [self._plan()] if as_plan and (self.tasks or self.title) else []
        for index, part in enumerate(self.parts):
            if part["kind"] == "markdown":
                blocks.append({"type": "markdown", "text": part["text"], "block_id": f"md{index}"})
            elif part["kind"] == "blocks":
                blocks.extend(part["blocks"])
            elif not as_plan:
                blocks.append(self._card(part["id"]))
        return blocks

    def _plan(self) -> Json:
        cards = [self._card(key) for key in self.tasks]
        title = self.title or next(iter(self.tasks.values()))["title"]
        return {"type": "plan", "block_id": "plan", "title": title, "tasks": cards}

    def _card(self, key: str) -> Json:
        task = self.tasks[key]
        card: Json = {
            "type": "task_card",
            "block_id": task["block_id"],
            "task_id": key,
            "title": task["title"],
            "status": task["status"],
        }
        for name in ("details", "output"):
            if task[name]:
                card[name] = rich_text(task[name], f"{task['block_id']}-{name}")[0]
        if "sources" in task:
            card["sources"] = task["sources"]
        return card


class Streams:
    """The streams that are running."""

    def __init__(self) -> None:
        self._running: dict[tuple[str, str], Stream] = {}

    def add(self, stream: Stream) -> None:
        self._running[stream.channel, stream.ts] = stream

    def running(self, channel: str, ts: str, *, now: float) -> Stream | None:
        """Return a stream that still takes chunks; one past its lifetime is closed."""
        stream = self._running.get((channel, ts))
        if stream is not None and now - stream.started > limits.STREAM_SECONDS:
            del self._running[channel, ts]
            return None
        return stream

    def end(self, stream: Stream) -> None:
        self._running.pop((stream.channel, stream.ts), None)

    def in_thread(self, channel: str, thread_ts: str) -> list[Stream]:
        """Return the running streams of a thread."""
        running = list(self._running.values())
        return [s for s in running if (s.channel, s.thread_ts) == (channel, thread_ts)]
