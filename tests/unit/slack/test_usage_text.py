"""The footer says what the ledger says, and what it does not know."""

import pytest

from bot.domain.task import TaskState
from bot.domain.usage import Usage
from bot.slack import cards
from bot.slack.usage_text import call_usage, dollars, duration, usage_sentence
from tests.unit.slack.samples import OFFLINE, card, usage_line
from tests.unit.slack.validator import words


def test_the_whole_sentence() -> None:
    assert usage_sentence(usage_line()) == (
        "Ran: 3 of 9 specialists, 7 calls, 14,320 tokens (61 % cached), $0.38, 2 min 41 s"
    )


def test_offline_and_unknown_and_lost_are_said() -> None:
    assert usage_sentence(OFFLINE) == (
        "Ran: 3 of 9 specialists, 7 calls, offline playbook, no model, 0.4 s"
    )
    unknown = usage_line(usage=Usage(tokens_in=10, cost_micros=None), lost=1, wall_seconds=None)
    assert usage_sentence(unknown) == (
        "Ran: 3 of 9 specialists, 7 calls, 10 tokens, price unknown,"
        " 1 call cut off midway, cost unknown"
    )
    assert "tokens not reported" in usage_sentence(usage_line(usage=Usage()))


def test_a_later_round_keeps_its_own_apart_from_the_task_s() -> None:
    """Ten calls are not what one specialist made in 41 s."""
    later = usage_line(later=True, ran=("api-architect",), calls=10, wall_seconds=41, lost=1)
    assert usage_sentence(later) == (
        "Ran: 1 of 9 specialists, 41 s · all rounds: 10 calls, 14,320 tokens (61 % cached), $0.38,"
        " 1 call cut off midway, cost unknown"
    )
    bare = usage_line(later=True, ran=(), wall_seconds=None)
    assert usage_sentence(bare).startswith("all rounds: 7 calls, ")


def test_nothing_ran_is_not_dressed_up() -> None:
    line = usage_line(ran=(), calls=0, models=(), usage=Usage(), wall_seconds=None)
    assert usage_sentence(line) == "0 calls"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.01, "under 0.1 s"),
        (0.44, "0.4 s"),
        (9.96, "10 s"),
        (41, "41 s"),
        (161, "2 min 41 s"),
        (11_100, "3 h 5 min"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("micros", "said"),
    [(0, "$0.00"), (900, "under $0.01"), (380_000, "$0.38"), (10**10, "$10,000.00")],
)
def test_money_never_rounds_to_nothing(micros: int, said: str) -> None:
    assert dollars(micros) == said


def test_one_call() -> None:
    assert call_usage(Usage(tokens_in=1, cost_micros=None), "claude") == "1 token · price unknown"
    assert call_usage(Usage(), "") == ""


def test_a_price_below_a_cent_is_no_markup() -> None:
    """A `<` that is not escaped would swallow what follows up to the next mention."""
    cheap = card(state=TaskState.DONE, usage=usage_line(usage=Usage(tokens_in=9, cost_micros=900)))
    assert words(cards.task_card(cheap).blocks[-1]).endswith("9 tokens, under $0.01, 2 min 41 s")
    first = words(cards.task_card(card(estimate_micros=900)).blocks[0])
    assert first.endswith("· under $0.01 of $2.00")
