"""Puts a message together from stream events or a whole body, trusting that no part is there."""

from typing import Any

from bot.model.claude.content import Content
from bot.model.claude.wire import CallFailed, Heard
from bot.model.prices import Tokens

_COUNTS = (
    "input_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "output_tokens",
)


class MessageReader:
    """Collects text by block type, token counts and the stop reason of one message.

    Other servers' events may lack any field.
    """

    def __init__(self, model: str) -> None:
        self._model = model
        self._message_id = ""
        self._texts: list[str] = []
        self._content = Content()
        self._counts: dict[str, int] = {}
        self._stop_reason = ""
        self._complete = False
        self._block_open: bool | None = None
        self.streamed = False
        """Whether events came."""

    def read(self, event: Any) -> None:
        """Take in one event; raises AttributeError, TypeError or LookupError on garbage."""
        self.streamed = True
        kind = event["type"]
        if kind == "content_block_delta":
            self._content.lengthen(event["delta"])
            if event["delta"]["type"] == "text_delta":
                self._texts.append(str(event["delta"]["text"] or ""))
        elif kind == "content_block_start":
            self._block_open = True
            self._content.start(event["content_block"])
            if event["content_block"]["type"] == "text":
                self._texts.append(_text(event["content_block"], "text"))
        elif kind == "content_block_stop":
            self._block_open = False
        else:
            self._read_frame(kind, event)

    def _read_frame(self, kind: str, event: dict[str, Any]) -> None:
        """Take in what stands around the blocks."""
        if kind == "message_start":
            message = event.get("message") or {}
            self._model = _text(message, "model") or self._model
            self._message_id = _text(message, "id")
            self._count(message.get("usage"))
        elif kind == "message_delta":
            self._stop_reason = _text(event["delta"], "stop_reason") or self._stop_reason
            self._count(event.get("usage"))
        elif kind == "message_stop":
            self._complete = True

    def read_whole(self, body: Any) -> None:
        """Take in a message that came in one piece; raises TypeError or LookupError on garbage.

        Raises CallFailed for an error that came with a good status.
        """
        if body.get("type") == "error" or ("error" in body and "content" not in body):
            raise CallFailed("reported an error inside a good answer", retry=True)
        content = body["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        self._content.whole(blocks)
        self._texts += [
            str(block.get("text") or "") for block in blocks if block.get("type", "text") == "text"
        ]
        self._model = str(body.get("model") or self._model)
        self._message_id = str(body.get("id") or "")
        self._stop_reason = str(body.get("stop_reason") or "")
        self._count(body.get("usage"))
        self._complete = True

    def message(self) -> Heard:
        """Return the message; raises CallFailed when the stream ended before it did.

        Raises ValueError when a tool was called with something that is no JSON.
        """
        if not self._whole():
            raise CallFailed(
                "broke off in the middle of an answer",
                retry=True,
                stream_refused=not self.streamed,
            )
        return Heard(
            text="".join(self._texts),
            stop_reason=self._stop_reason,
            tokens=Tokens(
                fresh=self._counts.get("input_tokens", 0),
                cache_read=self._counts.get("cache_read_input_tokens", 0),
                cache_write=self._counts.get("cache_creation_input_tokens", 0),
                output=self._counts.get("output_tokens", 0),
            ),
            model=self._model,
            message_id=self._message_id,
            content=self._content.blocks() if self._content.calls else (),
        )

    def _whole(self) -> bool:
        """Whether nothing is missing; some servers leave out the events that say so."""
        if self._complete or self._stop_reason:
            return True
        return bool("".join(self._texts)) and self._block_open is False

    def _count(self, usage: Any) -> None:
        """Later counts replace earlier ones: they are totals, not differences."""
        for name in _COUNTS:
            value = usage.get(name) if isinstance(usage, dict) else None
            if isinstance(value, int):
                self._counts[name] = value


def _text(part: dict[str, Any], name: str) -> str:
    return str(part.get(name) or "")
