"""A Slack that does as it is told: keeps messages, and fails the calls that a test names."""

import asyncio
from collections import deque
from typing import Any

from bot.slack.errors import OutcomeUnknown, SlackFailure, failure

Json = dict[str, Any]
LOST = "lost"
"""The call is done, but its answer gets lost."""


class ScriptedPoster:
    """`script(method, ...)` lets the next calls of a method meet failures, in order."""

    def __init__(self, *, keeps_metadata: bool = True) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.permalinks: dict[str, str] = {}
        """By a message's ts."""
        self.messages: list[Json] = []
        self.members_only = False
        self.posted = asyncio.Event()
        self._keeps_metadata = keeps_metadata
        self._script: dict[str, deque[SlackFailure | str]] = {}
        self._ts = 1_700_000_000

    def script(self, method: str, *outcomes: SlackFailure | str) -> None:
        self._script.setdefault(method, deque()).extend(outcomes)

    def made(self, method: str) -> list[Json]:
        return [payload for name, payload in self.calls if name == method]

    @property
    def texts(self) -> list[str]:
        return [str(message["text"]) for message in self.messages]

    async def call(self, method: str, payload: Json) -> Json:
        self.calls.append((method, payload))
        queue = self._script.get(method)
        told = queue.popleft() if queue else ""
        if isinstance(told, SlackFailure):
            raise told
        answer = self._answer(method, payload)
        if told == LOST:
            raise OutcomeUnknown(method, "TimeoutError")
        return answer

    def _answer(self, method: str, payload: Json) -> Json:
        match method:
            case "chat.postMessage":
                return self._post(payload)
            case "chat.update":
                return self._update(payload)
            case "conversations.replies" | "conversations.history":
                return {"ok": True, "messages": [dict(m) for m in self.messages]}
            case "chat.startStream":
                return self._start(payload)
            case "chat.appendStream" | "chat.stopStream":
                return self._stream(method, payload)
            case "conversations.join":
                self.members_only = False
                return {"ok": True}
            case "chat.getPermalink":
                return {"ok": True, "permalink": self.permalinks.get(payload["message_ts"], "")}
            case "auth.test":
                return {"ok": True, "bot_id": "B1", "user_id": "UBOT"}
            case _:
                return {"ok": True}

    def _post(self, payload: Json) -> Json:
        if self.members_only:
            raise failure("chat.postMessage", "not_in_channel")
        self._ts += 1
        message = {**payload, "ts": f"{self._ts}.000100", "bot_id": "B1"}
        if not self._keeps_metadata:
            message = {name: message[name] for name in ("channel", "text", "ts")}
            message["user"] = "UBOT"
        self.messages.append(message)
        self.posted.set()
        return {"ok": True, "ts": message["ts"], "channel": payload["channel"]}

    def _start(self, payload: Json) -> Json:
        self._ts += 1
        message = {"channel": payload["channel"], "ts": f"{self._ts}.000100", "bot_id": "B1"}
        message |= {"text": "", "streaming": True, "tasks": {}, "thread_ts": payload["thread_ts"]}
        self.messages.append(message)
        self._chunks(message, payload)
        return {"ok": True, "ts": message["ts"]}

    def _stream(self, method: str, payload: Json) -> Json:
        (message,) = [m for m in self.messages if m["ts"] == payload["ts"]]
        if not message.get("streaming"):
            raise failure(method, "message_not_in_streaming_state")
        self._chunks(message, payload)
        if method == "chat.stopStream":
            message["streaming"] = False
            message["blocks"] += payload.get("blocks") or []
        return {"ok": True, "ts": message["ts"]}

    def _chunks(self, message: Json, payload: Json) -> None:
        for chunk in payload.get("chunks") or ():
            if chunk["type"] == "plan_update":
                message["title"] = chunk["title"]
                continue
            old = message["tasks"].get(chunk["id"], {})
            output = old.get("output", "") + chunk.get("output", "")
            message["tasks"][chunk["id"]] = {**old, **chunk, "output": output}
        tasks = [{"type": "task_card", "task_id": key} for key in message["tasks"]]
        message["blocks"] = [{"type": "plan", "tasks": tasks}]

    def _update(self, payload: Json) -> Json:
        for message in self.messages:
            if message["ts"] == payload["ts"] and message["channel"] == payload["channel"]:
                if message.get("streaming"):
                    raise failure("chat.update", "streaming_state_conflict")
                message.update(payload)
                return {"ok": True, "ts": message["ts"]}
        raise failure("chat.update", "message_not_found")
