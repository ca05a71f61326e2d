"""Puts a message together from stream events, without trusting that any of them came."""

from typing import Any

from bot.model.claude.wire import CallFailed, Heard
from bot.model.prices import Tokens


class MessageReader:
    """Collects text by block type, token counts and the stop reason of one stream.

    Events are read by duck typing: the SDK builds them unchecked, so other servers' events may
    lack any field.
    """

    def __init__(self, model: str) -> None:
        self._model = model
        self._message_id = ""
        self._texts: list[str] = []
        self._counts: dict[str, int] = {}
        self._stop_reason = ""
        self._complete = False

    def read(self, event: Any) -> None:
        """Take in one event; raises AttributeError, TypeError or LookupError on garbage."""
        if event.type == "message_start":
            self._model = event.message.model or self._model
            self._message_id = event.message.id or ""
            self._count(event.message.usage)
        elif event.type == "content_block_start" and event.content_block.type == "text":
            self._texts.append(event.content_block.text or "")
        elif event.type == "content_block_delta" and event.delta.type == "text_delta":
            self._texts.append(event.delta.text)
        elif event.type == "message_delta":
            self._stop_reason = event.delta.stop_reason or self._stop_reason
            self._count(event.usage)
        elif event.type == "message_stop":
            self._complete = True

    def message(self) -> Heard:
        """Return the message; raises CallFailed when the stream ended before it did."""
        if not self._complete and not self._stop_reason:
            raise CallFailed("broke off in the middle of an answer", retry=True)
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
        )

    def _count(self, usage: Any) -> None:
        """Later counts replace earlier ones: they are totals, not differences."""
        for name in (
            "input_tokens",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
            "output_tokens",
        ):
            value = getattr(usage, name, None)
            if isinstance(value, int):
                self._counts[name] = value
