"""Cuts a stream of bytes into server-sent events, however the bytes were cut on the way.

As the HTML standard has it (section 9.2, “Server-sent events”); ids and retries are not needed.
"""

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import NamedTuple

from bot.model.claude.wire import CallFailed

MOST_BYTES = 4_000_000
"""Ours, of one event: a piece of an answer has some hundred bytes, a whole one some hundred
thousand. Without a limit a server could fill the memory by never ending one."""


class Event(NamedTuple):
    """One event; an empty name is the standard's “message”."""

    name: str
    data: bytes


class Splitter:
    """Feed it chunks; an event that the stream breaks off in is none, one of over `most` bytes
    ends the call.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._rest = b""
        self._after_return = False

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Yield the events that are whole now; raises UnicodeDecodeError for a garbled name, and
        CallFailed for an event that is too long.
        """
        if self._after_return and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._after_return = False
        if not chunk:
            return
        self._after_return = chunk.endswith(b"\r")
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *blocks, self._rest = (self._rest + chunk).split(b"\n\n")
        if max(map(len, (*blocks, self._rest))) > self._most:
            megabytes = self._most / 1e6
            raise CallFailed(f"sent an event of more than {megabytes:g} MB", retry=False)
        for block in blocks:
            if (event := _event(block)) is not None:
                yield event


def _event(block: bytes) -> Event | None:
    name, found, said = block.partition(b"\ndata: ")
    if found and name.startswith(b"event: ") and b"\n" not in name and b"\n" not in said:
        return Event(name[7:].decode(), said)  # as the API writes them
    name, data = b"", []
    for line in block.removeprefix(BOM_UTF8).split(b"\n"):  # the first one may begin with it
        field, _, value = line.partition(b":")
        if field == b"data":
            data.append(value.removeprefix(b" "))
        elif field == b"event":
            name = value.removeprefix(b" ")
    return Event(name.decode(), b"\n".join(data)) if name or data else None
