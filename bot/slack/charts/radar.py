"""A technology radar: half discs for the rings, numbered dots, arrows for moves, names below."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Bug
from bot.slack.charts.alt import MOST_ALT
from bot.slack.charts.canvas import COLOURS, INK, MARGIN, PAPER, SOFT, WIDE, Canvas
from bot.slack.charts.chart import Chart
from bot.slack.text import clip

RINGS = ("adopt", "trial", "assess", "hold")
"""From the middle outwards."""
MOST_ENTRIES = 32
"""Ours: more dots lie upon each other."""
_TINTS = ("#cfe5d8", "#d6e6f4", "#f8e6d2", "#ececed")
_DOTS = (COLOURS[2], COLOURS[0], COLOURS[1], COLOURS[5])
_OUTER = (92.0, 144.0, 192.0, 236.0)
_PHASES = (0.5, 0.3, 0.7, 0.42)
_TOP, _DOT, _LINE, _LABEL = 56.0, 9.5, 19.0, 34


@dataclass(frozen=True)
class RadarEntry:
    """One technology; `was` is the ring it came from lately, or `new`, or empty."""

    name: str
    ring: str
    was: str = ""
    reason: str = ""
    since: datetime | None = None
    source: str = ""
    proposed: bool = False
    """Whether the move still waits for a yes: it is drawn hollow, at the ring it would go to."""


def radar(title: str, entries: Sequence[RadarEntry]) -> Chart:
    """Draw the entries, ring by ring. Raises Bug for none, or for a ring that is not there."""
    if not entries or any(entry.ring not in RINGS for entry in entries):
        raise Bug(f"a radar of {len(entries)} entries cannot be drawn")
    ranked = sorted(entries, key=lambda entry: RINGS.index(entry.ring))
    shown = ranked[:MOST_ENTRIES]
    columns = _columns(shown)
    middle = _TOP + _OUTER[-1]
    legend = middle + 44
    canvas = Canvas(legend + max(columns) * _LINE + MARGIN, width=WIDE)
    canvas.title(title)
    for tint, outer in zip(_TINTS[::-1], _OUTER[::-1], strict=True):
        canvas.half_disc(WIDE / 2, middle, outer, tint)
    inner = (0.0, *_OUTER[:-1])
    for ring, near, far in zip(RINGS, inner, _OUTER, strict=True):
        canvas.text(
            WIDE / 2 + (near + far) / 2, middle + 14, ring, align="center", size=11.0, colour=SOFT
        )
    for number, entry in enumerate(shown, 1):
        _dot(canvas, number, entry, shown, middle)
    _legend(canvas, shown, legend)
    rest = f" And {len(ranked) - len(shown)} more." if len(ranked) > len(shown) else ""
    return Chart(title, canvas.png(), clip(_alt(title, shown) + rest, MOST_ALT))


def _dot(
    canvas: Canvas, number: int, entry: RadarEntry, shown: Sequence[RadarEntry], middle: float
) -> None:
    same = [other for other in shown if other.ring == entry.ring]
    # Each ring begins elsewhere, so that a move's arrow does not run into another ring's dot.
    place = (same.index(entry) + _PHASES[RINGS.index(entry.ring)]) / len(same)
    angle = math.pi * (0.05 + 0.9 * place)
    x, y = _at(angle, entry.ring, middle)
    colour = _DOTS[RINGS.index(entry.ring)]
    if entry.was in RINGS:
        fx, fy = _at(angle, entry.was, middle)
        gap = _DOT / max(1.0, math.hypot(x - fx, y - fy))
        end = (x + (fx - x) * gap * 1.25, y + (fy - y) * gap * 1.25)
        canvas.arrow([(fx, fy), end], SOFT if entry.proposed else INK)
    canvas.dot(x, y, _DOT, colour, hollow=entry.proposed)
    canvas.text(
        x,
        y,
        str(number),
        align="center",
        size=10.5,
        bold=True,
        colour=colour if entry.proposed else PAPER,
        front=True,
    )


def _at(angle: float, ring: str, middle: float) -> tuple[float, float]:
    place = RINGS.index(ring)
    near = 34.0 if place == 0 else _OUTER[place - 1]
    radius = (near + _OUTER[place]) / 2
    return WIDE / 2 - radius * math.cos(angle), middle - radius * math.sin(angle)


def _columns(shown: Sequence[RadarEntry]) -> tuple[int, int]:
    """Return how many lines the legend's two columns have: inner rings left, outer ones right."""
    sides = [_side(shown, rings) for rings in (RINGS[:2], RINGS[2:])]
    return (len(sides[0]), len(sides[1]))


def _side(shown: Sequence[RadarEntry], rings: Sequence[str]) -> list[tuple[str, str]]:
    """Return a column's lines with their ring; a ring's name comes before its entries."""
    lines: list[tuple[str, str]] = []
    for ring in rings:
        own = [(number, entry) for number, entry in enumerate(shown, 1) if entry.ring == ring]
        lines += [("", ring)] if own else []
        lines += [(f"{number}  {_named(entry)}", ring) for number, entry in own]
    return lines


def _named(entry: RadarEntry) -> str:
    came = "new" if entry.was == "new" else f"from {entry.was}" if entry.was else ""
    said = ", ".join(part for part in (came, "proposed" if entry.proposed else "") if part)
    tail = f" ({said})" if said else ""
    return f"{clip(entry.name, _LABEL - len(tail))}{tail}"


def _legend(canvas: Canvas, shown: Sequence[RadarEntry], top: float) -> None:
    for column, rings in enumerate((RINGS[:2], RINGS[2:])):
        x, y = MARGIN + column * (WIDE - 2 * MARGIN) / 2, top
        for text, ring in _side(shown, rings):
            head = not text
            canvas.text(
                x,
                y,
                ring.capitalize() if head else text,
                bold=head,
                size=12.0,
                colour=_DOTS[RINGS.index(ring)] if head else INK,
            )
            y += _LINE


def _alt(title: str, shown: Sequence[RadarEntry]) -> str:
    said = []
    for ring in RINGS:
        own = [_spoken(entry) for entry in shown if entry.ring == ring]
        said += [f"{ring}: {', '.join(own)}"] if own else []
    return f"{title}. {'. '.join(said)}."


def _spoken(entry: RadarEntry) -> str:
    if entry.proposed:
        return f"{entry.name} (proposed, now {entry.was if entry.was in RINGS else 'not on it'})"
    if entry.was:
        return f"{entry.name} ({'new' if entry.was == 'new' else f'came from {entry.was}'})"
    return entry.name
