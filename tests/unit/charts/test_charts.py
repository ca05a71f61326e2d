"""Charts say all their values in words, keep to the sheet, and come out the same every time."""

import hashlib
import io
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.errors import Bug
from bot.slack.charts import MOST_ALT, Chart, bar, line, stacked
from bot.slack.charts.canvas import COLOURS, INK, PAPER, SOFT
from bot.slack.charts.chart import number
from bot.slack.text import size
from tests.support.examples import examples

PARTS: dict[str, list[float]] = {"done": [3, 0], "at work": [1, 0.5]}
LOAD = ("Load", ["Go", "Java"], PARTS)


def picture(chart: Chart) -> Image.Image:
    return Image.open(io.BytesIO(chart.png)).convert("RGB")


def test_the_words_name_every_value() -> None:
    """Who cannot see the picture hears the same numbers, with their units."""
    assert (
        bar("Score", [("Kafka", 4.35), ("日本", 3)]).alt == "Bar chart, Score: Kafka 4.35, 日本 3."
    )
    assert (
        stacked(*LOAD, unit="days").alt == "Stacked bar chart, Load."
        " done: Go 3 days, Java 0 days. at work: Go 1 days, Java 0.5 days."
    )
    assert (
        line("Spent", ["Mon", "Tue"], {"all": [1, 0.4]}, unit="$").alt
        == "Line chart, Spent. all: Mon $1, Tue $0.40."
    )


def test_a_series_that_ends_early_is_drawn_as_far_as_it_goes() -> None:
    chart = line("Left", ["Mon", "Tue", "Wed"], {"left": [9, 4], "even": [9, 6, 3]})
    assert chart.alt == "Line chart, Left. left: Mon 9, Tue 4. even: Mon 9, Tue 6, Wed 3."
    drawn = picture(chart)
    blue = (18, 100, 163)
    places = [
        x
        for x in range(drawn.width)
        for y in range(170, drawn.height)
        if drawn.getpixel((x, y)) == blue
    ]
    assert drawn.width * 0.5 < max(places) < drawn.width * 0.6, "it ends at Tuesday"


def test_long_words_are_cut_where_slack_takes_no_more() -> None:
    """The alt text of a file has at most 1,000 characters."""
    assert size(bar("Many", [(f"service number {n}", n) for n in range(200)]).alt) <= MOST_ALT


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1250, "", "1,250"),
        (62, "%", "62 %"),
        (0.4, "$", "$0.40"),
        (-2, "$", "-$2"),
        (2.5, "d", "2.5 d"),
    ],
)
def test_numbers_are_written_for_people(value: float, unit: str, said: str) -> None:
    """No 3.0, no 0.4 dollars."""
    assert number(value, unit) == said


@pytest.mark.parametrize("colour", [*COLOURS, INK, SOFT])
def test_every_colour_can_be_seen(colour: str) -> None:
    """Bars and lines at least 3:1 against the paper, words 4.5:1 (WCAG 2.2, 1.4.3 and 1.4.11)."""
    least = 4.5 if colour in (INK, SOFT) else 3.0
    assert (luminance(PAPER) + 0.05) / (luminance(colour) + 0.05) >= least


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_another_process_draws_the_same_bytes() -> None:
    """A chart can be compared and kept by its hash: no date, no order of a set gets into it."""
    code = (
        "import hashlib; from bot.slack.charts import stacked;"
        f" print(hashlib.sha256(stacked(*{LOAD!r}).png).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == hashlib.sha256(stacked(*LOAD).png).hexdigest()


def test_matplotlib_is_loaded_only_to_draw() -> None:
    """It costs some 70 MB that a process without charts need not have."""
    code = "import sys, bot.slack.charts; raise SystemExit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@examples(5)
@given(
    st.lists(
        st.tuples(st.text(max_size=40), st.floats(0, 1e9) | st.integers(0, 5)),
        min_size=1,
        max_size=30,
    )
)
def test_nothing_touches_the_edge(items: list[tuple[str, float]]) -> None:
    """Whatever names and numbers come, the longest bar leaves room for its value."""
    drawn = picture(bar("Anything", items))
    right = drawn.crop((drawn.width - 16, 0, drawn.width, drawn.height))
    assert right.getcolors() == [(right.width * right.height, (255, 255, 255))]


@pytest.mark.parametrize(
    "title", ["Which broker carries the order events of the shop? " * 4, "W" * 300, "x"]
)
def test_a_long_title_ends_where_the_sheet_does(title: str) -> None:
    drawn = bar(title, [("Kafka", 1)])
    sheet = picture(drawn)
    right = sheet.crop((sheet.width - 16, 0, sheet.width, sheet.height))
    assert right.getcolors() == [(right.width * right.height, (255, 255, 255))]
    assert title.strip()[:300] in drawn.alt


def test_bars_are_as_long_as_their_values() -> None:
    """Half the value, half the bar; nothing is nothing."""
    drawn = picture(bar("Lengths", [("a", 4), ("b", 2), ("c", 0)]))
    blue = tuple(int(COLOURS[0][at : at + 2], 16) for at in (1, 3, 5))
    rows = [
        sum(drawn.getpixel((x, 2 * (54 + 28 * row + 14))) == blue for x in range(drawn.width))
        for row in range(3)
    ]
    assert rows[0] > 500
    assert rows[0] == pytest.approx(2 * rows[1], abs=4)
    assert rows[2] == 0


def test_a_goal_stands_across_the_bars_and_through_no_number() -> None:
    drawn = picture(bar("Reached", [("a", 20), ("b", 96)], goal=100.0))
    ink = tuple(int(INK[at : at + 2], 16) for at in (1, 3, 5))
    rows = [2 * (54 + 28 * row + 14) for row in range(2)]
    lines = [x for x in range(300, drawn.width) if all(drawn.getpixel((x, y)) == ink for y in rows)]
    assert 2 <= len(lines) <= 4, "one line, at 100, right of both bars"
    around = drawn.crop((lines[-1] + 3, 100, lines[-1] + 12, 2 * (54 + 56)))
    assert around.getcolors() == [(around.width * around.height, (255, 255, 255))]


def test_values_close_together_are_not_one_flat_line() -> None:
    """99.95 and 99.89 % are met and missed; from 0 on both would be one line."""
    drawn = picture(line("Up", ["Mon", "Tue"], {"a": [99.95, 99.89]}, unit="%"))
    blue = tuple(int(COLOURS[0][at : at + 2], 16) for at in (1, 3, 5))
    rows = [
        y
        for y in range(drawn.height)
        if any(drawn.getpixel((x, y)) == blue for x in range(drawn.width))
    ]
    assert rows[-1] - rows[0] > 150


def test_days_below_a_line_do_not_touch() -> None:
    days = [f"{day:02} Nov" for day in range(1, 31)]
    drawn = picture(line("Cost", days, {"a": [float(day % 5) for day in range(30)]}, unit="$"))
    strip = drawn.crop((0, 2 * 250, drawn.width, drawn.height))
    used = [
        any(strip.getpixel((x, y)) != (255, 255, 255) for y in range(strip.height))
        for x in range(strip.width)
    ]
    gaps = [len(gap) for gap in "".join("x" if one else " " for one in used).split("x") if gap]
    assert sum(gap > 30 for gap in gaps[1:-1]) == 4, "five days, apart"


@pytest.mark.parametrize(
    "draw",
    [
        lambda: bar("None", []),
        lambda: bar("Less", [("a", -1)]),
        lambda: line("NaN", ["Mon"], {"a": [float("nan")]}),
        lambda: line("Odd", ["Mon", "Tue"], {"a": [1, 2, 3]}),
        lambda: stacked("Odd", ["a"], {"x": [1], "y": [1, 2]}),
        lambda: stacked("Many", ["a"], {str(n): [1] for n in range(7)}),
    ],
)
def test_what_cannot_be_drawn_is_our_mistake(draw: Callable[[], Chart]) -> None:
    """A wrong call is a Bug, not an odd picture."""
    with pytest.raises(Bug):
        draw()
