"""A plan's picture: a bar for each item, its words whole, the same bytes for the same plan."""

import pytest

from bot.errors import Bug
from bot.slack.charts import draw, sketch_path
from bot.slack.charts.path import MOST_ITEMS, Bar, path

BARS = [
    ("1. Schema", 0.0, 3.0, True, []),
    ("2. API | v2", 3.0, 8.0, True, [0]),
    ("3. Docs", 3.0, 3.5, False, [0]),
]


def test_it_says_who_comes_after_whom_and_what_is_critical() -> None:
    chart = draw(sketch_path("SP-1", BARS, unit="points").as_json())
    assert chart.png.startswith(b"\x89PNG")
    assert chart.alt == (
        "Plan, SP-1, in points: 1. Schema from 0 to 3, critical;"
        " 2. API | v2 from 3 to 8, critical, after 1; 3. Docs from 3 to 3.5, after 1."
    )
    assert draw(sketch_path("SP-1", BARS, unit="points").as_json()).png == chart.png


def test_what_cannot_be_drawn_is_our_own_fault() -> None:
    for bars in ([], [Bar("x", 0, 1, critical=False)] * (MOST_ITEMS + 1)):
        with pytest.raises(Bug, match="cannot be drawn"):
            path("t", bars)
    with pytest.raises(Bug, match="not drawn"):
        path("t", [Bar("x", 0, 1, critical=True, needs=[3])])
