"""Lines over time: a few series, their names in a legend, round numbers at the rulers."""

from collections.abc import Mapping, Sequence

from bot.errors import Bug
from bot.slack.charts import alt
from bot.slack.charts.canvas import COLOURS, MARGIN, RULE, SOFT, WIDTH, Canvas
from bot.slack.charts.chart import Chart, check, number
from bot.slack.text import clip

_HEIGHT, _TOP, _BOTTOM = 270.0, 62.0, 36.0
_LABEL_CHARS, _MOST_TICKS = 22, 5
_APART = 78.0
"""Pixels from one moment to the next, so that `24 Nov` and `30 Nov` do not touch."""
_NARROW = 0.1
"""Ours: where all values are this near to each other, from 0 on they would be one flat line."""


def line(
    title: str,
    x: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    unit: str = "",
) -> Chart:
    """Draw a line for each series over the moments `x`, which are words such as `Mon 3`.

    `unit` stands behind values, `$` before them; a series that ends before the others is drawn as
    far as it goes. Raises Bug for nothing to draw, for more series than colours (6), or for more
    values than moments.
    """
    values = [value for of_one in series.values() for value in of_one]
    check(values)
    if len(series) > len(COLOURS) or any(len(of_one) > len(x) for of_one in series.values()):
        raise Bug("a line chart's series and moments do not fit together")
    legend = 24.0 if len(series) > 1 else 0.0
    canvas = Canvas(_HEIGHT + legend)
    canvas.title(title)
    _legend(canvas, series if legend else ())
    top, bottom = _TOP + legend, _HEIGHT + legend - _BOTTOM
    rulers = _rulers(_lowest(values), max(values), unit)
    low, high = rulers[0], rulers[-1]

    def height(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - top)

    room = max(canvas.text(-WIDTH, -WIDTH, number(ruler, unit)) for ruler in rulers)
    left = MARGIN + room + 10
    for ruler in rulers:
        canvas.box(left, height(ruler), WIDTH - MARGIN - left, 1, RULE)
        canvas.text(left - 8, height(ruler), number(ruler, unit), align="right", colour=SOFT)
    across = _across(len(x), left + 4, WIDTH - MARGIN - 8)
    _moments(canvas, x, across, y=bottom + 18)
    for of_one, colour in zip(series.values(), COLOURS, strict=False):
        canvas.path(across[: len(of_one)], [height(value) for value in of_one], colour)
    return Chart(title, canvas.png(), alt.of_series("Line chart", title, x, series, unit=unit))


def _legend(canvas: Canvas, names: Sequence[str] | Mapping[str, object]) -> None:
    x = MARGIN
    for name, colour in zip(names, COLOURS, strict=False):
        canvas.box(x, 51, 14, 4, colour)
        x += 20 + canvas.text(x + 20, 53, clip(name, _LABEL_CHARS), colour=SOFT) + 18


def _lowest(values: Sequence[float]) -> float:
    """Return from where on the rulers go: 0, or the least value of some that lie close together."""
    least, most = min(values), max(values)
    return least if 0 < most - least < _NARROW * most else min(0.0, least)


def _rulers(low: float, high: float, unit: str) -> list[float]:
    """Return round numbers that enclose the values."""
    from matplotlib.ticker import MaxNLocator

    whole = unit not in ("$",) and float(low).is_integer() and float(high).is_integer()
    found = MaxNLocator(nbins=4, integer=whole).tick_values(low, high if high > low else low + 1)
    rulers = [float(value) for value in found]
    step = rulers[1] - rulers[0]
    kept = [ruler for ruler in rulers if low - step < ruler < high + step]
    return kept if len(kept) > 1 else rulers


def _across(many: int, left: float, right: float) -> list[float]:
    if many == 1:
        return [(left + right) / 2]
    return [left + (right - left) * index / (many - 1) for index in range(many)]


def _moments(canvas: Canvas, x: Sequence[str], across: Sequence[float], *, y: float) -> None:
    """Write as many moments as fit, always the last one, from which the others are counted back."""
    step = -(-len(x) // _MOST_TICKS)
    while 1 < step < len(x) and (across[1] - across[0]) * step < _APART:
        step += 1
    for index in range(len(x) - 1, -1, -step):
        align = "right" if index == len(x) - 1 and len(x) > 1 else "center"
        canvas.text(across[index], y, clip(x[index], 12), align=align, colour=SOFT)
