"""Lists as people type them come back as they were."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decision import RecordOption
from bot.domain.decision.lines import read_items, read_options, write_items, write_options

_WORDS = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12)
_OPTION = st.builds(
    RecordOption,
    title=_WORDS,
    good=st.lists(_WORDS, max_size=2).map(tuple),
    neutral=st.lists(_WORDS, max_size=2).map(tuple),
    bad=st.lists(_WORDS, max_size=2).map(tuple),
)


def test_points_belong_to_the_option_above() -> None:
    assert read_options("Kafka\n+ fast\n- heavy\n~ known\n\nRabbitMQ") == (
        RecordOption(title="Kafka", good=("fast",), neutral=("known",), bad=("heavy",)),
        RecordOption(title="RabbitMQ"),
    )


def test_a_point_without_an_option_is_one() -> None:
    assert read_options("- Kafka\n- RabbitMQ") == (RecordOption(title="Kafka", bad=("RabbitMQ",)),)


def test_bullets_are_taken_off() -> None:
    assert read_items("- a\n* b\n\n c ") == ("a", "b", "c")


@given(st.lists(_OPTION, max_size=4).map(tuple))
def test_options_come_back(options: tuple[RecordOption, ...]) -> None:
    assert read_options(write_options(options)) == options


@given(st.lists(_WORDS, max_size=5).map(tuple))
def test_items_come_back(items: tuple[str, ...]) -> None:
    assert read_items(write_items(items)) == items
