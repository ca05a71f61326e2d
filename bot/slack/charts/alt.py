"""The words of a chart: every value, shortened only where Slack takes no more."""

from collections.abc import Mapping, Sequence

from bot.slack.charts.chart import number
from bot.slack.text import clip

MOST_ALT = 1_000
"""docs.slack.dev/reference/methods/files.getUploadURLExternal, alt_txt."""


def of_values(kind: str, title: str, items: Sequence[tuple[str, float]], *, unit: str) -> str:
    """Return `Bar chart, Load: Go 3, Java 1.`"""
    said = ", ".join(f"{label} {number(value, unit)}" for label, value in items)
    return clip(f"{kind}, {title}: {said}.", MOST_ALT)


def of_series(
    kind: str,
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    unit: str,
) -> str:
    """Return `Line chart, Spent. Go: Mon 1, Tue 2. Java: Mon 0, Tue 4.`"""
    said = [
        f"{name}: "
        + ", ".join(
            f"{label} {number(value, unit)}" for label, value in zip(labels, values, strict=False)
        )
        for name, values in series.items()
    ]
    return clip(f"{kind}, {title}. {'. '.join(said)}.", MOST_ALT)
