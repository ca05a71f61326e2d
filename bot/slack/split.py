"""Cuts long text into pieces that each stand alone: never inside a fence, a table row or a word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.slack.text import head, size

SMALLEST = 64
"""Below this limit a fence could not be re-opened around anything."""

_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})(?P<info>[^\n]*)")
_WORD = re.compile(r"\s*(?:<[^<>\n]*>|\S)+|\s+")
"""A link's label may hold spaces; the link is one word all the same."""
_TOKEN = re.compile(r"\s*(?:<[^<>\n]*>|&(?:amp|lt|gt);|[^\s<&]+|[<&])|\s+")


@dataclass(frozen=True)
class Piece:
    """`body` is a stretch of the original; `opens` and `closes` are what was added to it."""

    body: str
    opens: str = ""
    closes: str = ""

    @property
    def text(self) -> str:
        """The piece as it is sent."""
        return f"{self.opens}{self.body}{self.closes}"


def split(text: str, limit: int) -> list[str]:
    """Return pieces of at most `limit` UTF-16 units (at least 64); empty for empty text."""
    return [piece.text for piece in cut(text, limit)]


def cut(text: str, limit: int) -> list[Piece]:
    """Like `split`, keeping apart what was added; the bodies joined are `text` again."""
    cutter = _Cutter(max(limit, SMALLEST))
    for line in _lines(text):
        cutter.take(line)
    cutter.flush()
    return cutter.pieces


def _lines(text: str) -> Iterator[str]:
    """Yield lines with their line end; only `\\n` ends a line, as in Slack."""
    yield from re.findall(r"[^\n]*\n|[^\n]+", text)


def _whole(part: re.Pattern[str], line: str, room: int) -> str:
    """Return as many whole parts of a line as fit."""
    end = 0
    for found in part.finditer(line):
        room -= size(found[0])
        if room < 0:
            break
        end = found.end()
    return line[:end]


class _Cutter:
    def __init__(self, limit: int) -> None:
        self.pieces: list[Piece] = []
        self._limit = limit
        self._body: list[str] = []
        self._size = 0
        self._fence = ""
        """The mark of the fence we are in, e.g. "```"; empty outside."""
        self._opens = ""
        self._fence_from = -1
        """Index in `_body` of the line that opened the present fence; -1: an earlier piece."""

    @property
    def _room(self) -> int:
        """What a further line may take, a closing fence reserved while one is open."""
        closing = size(self._fence) + 1 if self._fence else 0
        return self._limit - size(self._opens) - self._size - closing

    def take(self, line: str) -> None:
        """Add a line, beginning a new piece where it no longer fits."""
        mark = self._mark(line)
        if size(line) > self._room - (size(mark) + 1 if mark else 0) and self._body:
            self._break()
        while size(line) > self._room:
            part = self._fitting(line)
            self._add(part)
            self.flush()
            line = line[len(part) :]
        if not line:
            return
        if mark:
            self._turn(mark)
        self._add(line)

    def _mark(self, line: str) -> str:
        """Return the fence's mark when this line opens or closes one."""
        found = _FENCE.match(line)
        if not found:
            return ""
        mark, info = found["mark"], found["info"].strip()
        if self._fence:
            return mark if mark.startswith(self._fence) and not info else ""
        # A fence that opens and closes on one line is inline code in prose.
        return "" if "`" in info or size(mark) > SMALLEST // 8 else mark

    def _turn(self, mark: str) -> None:
        self._fence, self._fence_from = ("", -1) if self._fence else (mark, len(self._body))

    def _add(self, part: str) -> None:
        self._body.append(part)
        self._size += size(part)

    def _fitting(self, line: str) -> str:
        """Return the beginning of a line too long for a piece, cut between words if it can be."""
        room = max(self._room, 2)
        return _whole(_WORD, line, room) or _whole(_TOKEN, line, room) or head(line, room)

    def _break(self) -> None:
        """End the piece; a fence that was only just opened moves on to the next one."""
        if self._fence and self._fence_from == len(self._body) - 1 and len(self._body) > 1:
            opener = self._body.pop()
            self._size -= size(opener)
            mark, self._fence = self._fence, ""
            self.flush()
            self._fence, self._fence_from = mark, 0
            self._add(opener)
            return
        self.flush()

    def flush(self) -> None:
        """Close the piece; an open fence is closed here and opened again in the next."""
        if not self._body:
            return
        body = "".join(self._body)
        closes = ""
        if self._fence:
            closes = self._fence if body.endswith("\n") else f"\n{self._fence}"
        self.pieces.append(Piece(body, self._opens, closes))
        self._body, self._size = [], 0
        self._opens = f"{self._fence}\n" if self._fence else ""
        self._fence_from = -1
