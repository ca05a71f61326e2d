"""A plan along its dependencies: a bar per item from its earliest start, critical ones marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Bug
from bot.slack.charts.alt import MOST_ALT
from bot.slack.charts.canvas import COLOURS, INK, MARGIN, PAPER, RULE, SOFT, WIDE, Canvas
from bot.slack.charts.chart import Chart, check, number
from bot.slack.text import clip

MOST_ITEMS = 20
"""Ours: a picture of more cannot be read."""
_ROW, _THICK, _TOP, _KEY = 30.0, 15.0, 50.0, 26.0
_LABEL_CHARS, _LEAST = 28, 3.0
_GAP = 10.0
_INSIDE = 32.0
"""So wide a bar holds its size; beside a narrower one it may stand on a line."""
_CRITICAL, _OTHER = COLOURS[1], COLOURS[0]


@dataclass(frozen=True)
class Bar:
    """One item; `needs` are places in the same list."""

    name: str
    start: float
    end: float
    critical: bool
    needs: Sequence[int] = ()


def path(title: str, bars: Sequence[Bar], *, unit: str = "") -> Chart:
    """Draw a plan. Raises Bug for none or more than MOST_ITEMS, or for a need that is not there."""
    if not 1 <= len(bars) <= MOST_ITEMS:
        raise Bug(f"a plan of {len(bars)} items cannot be drawn")
    check((value for bar in bars for value in (bar.start, bar.end)), least=0)
    if any(not 0 <= need < len(bars) for bar in bars for need in bar.needs):
        raise Bug("a plan's item needs one that is not drawn")
    top = _TOP + _KEY
    canvas = Canvas(top + _ROW * len(bars) + 30, width=WIDE)
    canvas.title(title)
    _key(canvas)
    rows = [top + _ROW * at + _ROW / 2 for at in range(len(bars))]
    names = [clip(bar.name, _LABEL_CHARS) for bar in bars]
    wide = [canvas.text(MARGIN, y, name) for y, name in zip(rows, names, strict=True)]
    left = MARGIN + max(wide) + _GAP
    room = max(canvas.text(-WIDE, -WIDE, _size(bar, unit)) for bar in bars)
    length = max(bar.end for bar in bars) or 1.0
    scale = (WIDE - MARGIN - room - _GAP - left) / length
    bottom = rows[-1] + _ROW / 2
    for part in (0.0, 0.5, 1.0):
        canvas.box(left + part * length * scale, top, 1, bottom - top, RULE)
        said = number(round(part * length, 1), unit if part == 1.0 else "")
        align = {0.0: "left", 1.0: "right"}.get(part, "center")
        x = left + part * length * scale
        canvas.text(x, bottom + 12, said, align=align, colour=SOFT)
    _lines(canvas, bars, rows, left=left, scale=scale)
    for bar, y in zip(bars, rows, strict=True):
        x, width = left + bar.start * scale, max(_LEAST, (bar.end - bar.start) * scale)
        canvas.box(x, y - _THICK / 2, width, _THICK, _CRITICAL if bar.critical else _OTHER)
        said, inside = _size(bar, unit), width >= _INSIDE
        at = x + width - 6 if inside else x + width + 6
        align = "right" if inside else "left"
        canvas.text(at, y, said, align=align, colour=PAPER if inside else INK, size=12.0)
    return Chart(title, canvas.png(), _alt(title, bars, unit))


def _size(bar: Bar, unit: str) -> str:
    return number(bar.end - bar.start, "" if unit == "points" else "d" if unit == "days" else unit)


def _key(canvas: Canvas) -> None:
    x = MARGIN
    for colour, words in ((_CRITICAL, "critical path"), (_OTHER, "can slip")):
        canvas.box(x, _TOP - 7, 11, 11, colour)
        x += 17 + canvas.text(x + 17, _TOP - 1, words, colour=SOFT) + 22


def _lines(
    canvas: Canvas, bars: Sequence[Bar], rows: Sequence[float], *, left: float, scale: float
) -> None:
    """Lead a line from the end of what an item needs down, or up, to its start."""
    for at, bar in enumerate(bars):
        for need in bar.needs:
            x, start = left + bars[need].end * scale, left + bar.start * scale
            down = 1 if rows[at] > rows[need] else -1
            edge = rows[at] - down * _THICK / 2
            middle = max(x, start) + 0.5
            both = bar.critical and bars[need].critical
            points = [(x, rows[need]), (middle, rows[need]), (middle, edge)]
            canvas.arrow(points, _CRITICAL if both else SOFT)


def _alt(title: str, bars: Sequence[Bar], unit: str) -> str:
    said = [
        f"{bar.name} from {number(bar.start)} to {number(bar.end)}"
        f"{', critical' if bar.critical else ''}"
        + (f", after {', '.join(bars[n].name.split('.')[0] for n in bar.needs)}" * bool(bar.needs))
        for bar in bars
    ]
    return clip(f"Plan, {title}, in {unit}: {'; '.join(said)}.", MOST_ALT)
