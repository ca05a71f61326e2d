"""One theme and one sheet to draw on, in pixels from the top left; matplotlib stays unloaded until.

An opaque light sheet reads the same in Slack's light and dark themes. The same input gives the same
bytes: the font ships with matplotlib, and no date or version is written into the picture.
"""

import io
from collections.abc import Sequence
from typing import Any

from bot.slack.text import clip

WIDTH, WIDE = 440.0, 520.0
"""Slack shows a picture of a message at most about this wide; it is drawn twice as fine."""
MARGIN = 20.0
_SHARP, _DPI = 2, 100

PAPER, INK, SOFT, RULE = "#ffffff", "#1d1c1d", "#5c5b5c", "#e3e3e4"
COLOURS = ("#1264a3", "#d06a12", "#2b8a5c", "#7c3085", "#c22650", "#6b7280")
"""Told apart also with little colour vision, each at least 3:1 against the paper (WCAG 1.4.11)."""
_FONT = "DejaVu Sans"
TEXT, TITLE = 13.0, 15.0


class Canvas:
    """A sheet of `width` by `height` pixels. Loads matplotlib, about 40 MB, when it is made."""

    def __init__(self, height: float, *, width: float = WIDTH) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        size = (width / _DPI, height / _DPI)
        figure = Figure(figsize=size, dpi=_DPI * _SHARP, facecolor=PAPER)
        self._agg: Any = FigureCanvasAgg(figure)  # parts of it have no types
        axes: Any = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        axes.set_axis_off()
        self._axes = axes
        self._width = width

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        align: str = "left",
        colour: str = INK,
        size: float = TEXT,
        bold: bool = False,
        front: bool = False,
    ) -> float:
        """Write one line, vertically centred on `y`; returns its width in pixels."""
        drawn = self._axes.text(
            x,
            y,
            printable(words),
            ha=align,
            va="center_baseline",
            color=colour,
            fontsize=size * 72 / _DPI,
            fontfamily=_FONT,
            fontweight="bold" if bold else "normal",
            parse_math=False,
            zorder=5 if front else 3,
        )
        return float(drawn.get_window_extent(self._agg.get_renderer()).width) / _SHARP

    def title(self, words: str) -> None:
        """Write the chart's name at the top, cut at the edge; the alt text has it whole."""
        room, shown = self._width - 2 * MARGIN, words
        # Measured left of the sheet.
        while (wide := self.text(-MARGIN, 0, shown, align="right", size=TITLE, bold=True)) > room:
            shown = clip(words, min(len(shown) - 1, int(len(shown) * room / wide)))
        self.text(MARGIN, MARGIN + 6, shown, size=TITLE, bold=True)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        from matplotlib.patches import Rectangle

        self._axes.add_patch(Rectangle((x, y), width, height, facecolor=colour, linewidth=0))

    def half_disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill the upper half of a disc around a point, with an edge of the paper's colour."""
        from matplotlib.patches import Wedge

        # The sheet's y grows downwards, so its upper half is from 180 to 360 degrees.
        half = Wedge((x, y), radius, 180, 360, facecolor=colour, edgecolor=PAPER, linewidth=1.5)
        self._axes.add_patch(half)

    def dot(self, x: float, y: float, radius: float, colour: str, *, hollow: bool = False) -> None:
        """Draw a filled circle, or a ring on the paper's colour, over what lies behind it."""
        from matplotlib.patches import Circle

        inside = PAPER if hollow else colour
        ring = Circle((x, y), radius, facecolor=inside, edgecolor=colour, linewidth=1.4, zorder=4)
        self._axes.add_patch(ring)

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """Draw a box with a border, over what lies behind it."""
        from matplotlib.patches import Rectangle

        box = Rectangle(
            (x, y), width, height, facecolor=PAPER, edgecolor=SOFT, linewidth=1.1, zorder=3
        )
        self._axes.add_patch(box)

    def arrow(
        self, points: Sequence[tuple[float, float]], colour: str, *, style: str = "-"
    ) -> None:
        """Draw a line through points, in one of matplotlib's styles, with a head at its end."""
        from matplotlib.patches import FancyArrowPatch

        *_, before, end = points
        self._axes.plot(
            [x for x, _ in points[:-1]], [y for _, y in points[:-1]], color=colour, linewidth=1.2,
            linestyle=style, clip_on=False,
        )  # fmt: skip
        head = FancyArrowPatch(
            before,
            end,
            arrowstyle="-|>,head_length=3.6,head_width=2.1",
            linestyle=style,
            linewidth=1.2,
            color=colour,
            shrinkA=0,
            shrinkB=0,
        )
        self._axes.add_patch(head)

    def path(
        self, xs: Sequence[float], ys: Sequence[float], colour: str, *, width: float = 2.2
    ) -> None:
        """Draw a line through points; one point alone becomes a dot."""
        dot = "o" if len(xs) == 1 else ""
        self._axes.plot(
            xs, ys, color=colour, linewidth=width, marker=dot, solid_capstyle="round", clip_on=False
        )

    def png(self) -> bytes:
        """Return the picture."""
        out = io.BytesIO()
        self._agg.print_png(out, metadata={"Software": None})
        return out.getvalue()


def printable(words: str) -> str:
    """Return the words with `?` for what the font lacks; the alt text says them whole."""
    from matplotlib import font_manager

    font = font_manager.get_font(font_manager.findfont(_FONT))
    known = font.get_charmap()
    return "".join(char if ord(char) in known else "?" for char in " ".join(words.split()))
