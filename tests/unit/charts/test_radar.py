"""The radar: the same picture again, all of it said in words, moves and proposals told apart."""

import io

import pytest
from PIL import Image

from bot.errors import Bug
from bot.slack.charts import MOST_ALT, RadarEntry, radar, sketch_radar
from bot.slack.charts.radar import MOST_ENTRIES, RINGS
from bot.slack.charts.sketch import draw
from bot.slack.text import size

ENTRIES = [
    RadarEntry("PostgreSQL", "adopt", was="trial"),
    RadarEntry("Kafka", "trial", was="assess", proposed=True),
    RadarEntry("gRPC", "assess", was="new"),
    RadarEntry("MongoDB", "hold"),
]


def test_the_words_say_where_all_stand_and_what_moved() -> None:
    assert radar("Radar", ENTRIES).alt == (
        "Radar. adopt: PostgreSQL (came from trial). trial: Kafka (proposed, now assess)."
        " assess: gRPC (new). hold: MongoDB."
    )


def test_a_sketch_draws_the_same_bytes() -> None:
    assert draw(sketch_radar("Radar", ENTRIES).as_json()).png == radar("Radar", ENTRIES).png


def test_a_move_shows() -> None:
    still = [RadarEntry(e.name, e.ring, e.was) for e in ENTRIES]
    assert radar("Radar", still).png != radar("Radar", ENTRIES).png


@pytest.mark.parametrize("many", [1, MOST_ENTRIES, 3 * MOST_ENTRIES])
def test_every_size_is_a_picture_of_the_same_width(many: int) -> None:
    entries = [RadarEntry(f"technology {n}", RINGS[n % 4]) for n in range(many)]
    chart = radar("Radar", entries)
    assert Image.open(io.BytesIO(chart.png)).width == 1040
    assert size(chart.alt) <= MOST_ALT


@pytest.mark.parametrize("entries", [[], [RadarEntry("Kafka", "somewhere")]])
def test_nothing_and_nowhere_are_our_fault(entries: list[RadarEntry]) -> None:
    with pytest.raises(Bug):
        radar("Radar", entries)
