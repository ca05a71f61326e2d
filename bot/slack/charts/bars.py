"""Horizontal bars, plain or in parts: names on the left can be read, values stand at the end."""

from collections.abc import Mapping, Sequence

from bot.errors import Bug
from bot.slack.charts import alt
from bot.slack.charts.canvas import COLOURS, INK, MARGIN, SOFT, WIDTH, Canvas
from bot.slack.charts.chart import Chart, check, number
from bot.slack.text import clip

MOST_BARS = 20
"""Ours: more is a table. The rest is summed up as one bar."""
_ROW, _THICK, _TOP = 28.0, 16.0, 54.0
_LABEL_CHARS = 26
_GAP = 10.0
_LINE = 24.0
"""Height of a legend's row."""


def bar(
    title: str,
    items: Sequence[tuple[str, float]],
    *,
    unit: str = "",
    goal: float | None = None,
) -> Chart:
    """Draw one bar for each (name, value of at least 0), in the order given.

    `unit` stands behind values, `$` before them; a line across the bars stands at `goal`. Raises
    Bug for nothing to draw.
    """
    names, parts = [name for name, _ in items], {"": [value for _, value in items]}
    return _draw("Bar chart", title, names, parts, unit, goal)


def stacked(
    title: str,
    labels: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    *,
    unit: str = "",
) -> Chart:
    """Draw one bar for each label, made of parts: `parts` gives each part's values by label.

    At most as many parts as there are colours (6). Raises Bug for nothing to draw, or for values
    that do not match the labels.
    """
    if len(parts) > len(COLOURS):
        raise Bug(f"a stacked chart of {len(parts)} parts has too few colours")
    return _draw("Stacked bar chart", title, labels, parts, unit)


def _draw(
    kind: str,
    title: str,
    labels: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    unit: str,
    goal: float | None = None,
) -> Chart:
    check((value for values in parts.values() for value in values), least=0)
    if any(len(values) != len(labels) for values in parts.values()):
        raise Bug("a chart's values and labels differ in number")
    if "" in parts:
        said = alt.of_values(kind, title, list(zip(labels, parts[""], strict=True)), unit=unit)
    else:
        said = alt.of_series(kind, title, labels, parts, unit=unit)
    names, shown = _fewer(labels, parts)
    key = [] if "" in parts else _legend_rows(list(parts))
    legend = _LINE * len(key)
    canvas = Canvas(_TOP + legend + _ROW * len(names) + MARGIN / 2)
    canvas.title(title)
    if legend:
        _legend(canvas, key)
    _bars(canvas, names, shown, top=_TOP + legend, unit=unit, goal=goal)
    return Chart(title, canvas.png(), said)


def _fewer(
    labels: Sequence[str], parts: Mapping[str, Sequence[float]]
) -> tuple[list[str], dict[str, list[float]]]:
    """Sum what is beyond the last bar that fits up as one."""
    if len(labels) <= MOST_BARS:
        return list(labels), {name: list(values) for name, values in parts.items()}
    kept = MOST_BARS - 1
    names = [*labels[:kept], f"{len(labels) - kept} others"]
    return names, {name: [*v[:kept], sum(v[kept:])] for name, v in parts.items()}


def _legend_rows(names: Sequence[str]) -> list[list[tuple[float, str, str]]]:
    """Return rows of (x, name, colour) that fit the sheet's width."""
    measure = Canvas(_TOP)
    rows: list[list[tuple[float, str, str]]] = [[]]
    x = MARGIN
    for name, colour in zip(names, COLOURS, strict=False):
        shown = clip(name, _LABEL_CHARS)
        wide = 17 + measure.text(-WIDTH, -WIDTH, shown) + 18
        if rows[-1] and x + wide > WIDTH - MARGIN + 18:
            rows.append([])
            x = MARGIN
        rows[-1].append((x, shown, colour))
        x += wide
    return rows


def _legend(canvas: Canvas, rows: Sequence[Sequence[tuple[float, str, str]]]) -> None:
    for number_of_row, row in enumerate(rows):
        y = _TOP + _LINE * number_of_row
        for x, name, colour in row:
            canvas.box(x, y - 7, 11, 11, colour)
            canvas.text(x + 17, y - 1, name, colour=SOFT)


def _bars(
    canvas: Canvas,
    labels: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    *,
    top: float,
    unit: str,
    goal: float | None,
) -> None:
    rows = [top + _ROW * index + _ROW / 2 for index in range(len(labels))]
    totals = [sum(values) for values in zip(*parts.values(), strict=True)]
    widths = [
        canvas.text(MARGIN, y, clip(name, _LABEL_CHARS))
        for y, name in zip(rows, labels, strict=True)
    ]
    left = MARGIN + max(widths) + _GAP
    # The widest value is measured off the sheet, so that the longest bar leaves room for it.
    room = max(canvas.text(-WIDTH, -WIDTH, number(total, unit)) for total in totals)
    scale = (WIDTH - MARGIN - room - _GAP - left) / (max(*totals, goal or 0) or 1)
    for index, y in enumerate(rows):
        x = left
        for values, colour in zip(parts.values(), COLOURS, strict=False):
            wide = values[index] * scale
            canvas.box(x, y - _THICK / 2, wide, _THICK, colour)
            x += wide
        if goal is None:
            canvas.text(x + _GAP - 4, y, number(totals[index], unit), colour=SOFT)
        else:  # beside the line, not across it
            shown = number(totals[index], unit)
            canvas.text(WIDTH - MARGIN, y, shown, align="right", colour=SOFT)
    if goal is not None:
        canvas.box(left + goal * scale - 0.75, top, 1.5, _ROW * len(labels), INK)
