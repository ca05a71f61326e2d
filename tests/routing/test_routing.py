"""The router keeps its measured quality, on the cases it was tuned on and on those it was not."""

import pytest

from bot.team import Team, load_team
from tests.routing.measure import measure


@pytest.fixture(scope="module")
def team() -> Team:
    return load_team()


def test_the_goals_hold_on_the_development_cases(team: Team) -> None:
    result = measure("development.yaml", team)
    assert result.primary_found >= 0.95
    assert result.needless_per_request <= 0.5
    assert result.pattern_right >= 0.9
    assert result.kind_right >= 0.95


def test_the_held_out_cases_stay_at_the_measured_level(team: Team) -> None:
    """Measured: kind 0.915, primary 0.952, needless 0.08, pattern 0.846 (11 of 13).

    The goal for patterns is 0.9: two projects of the held-out set are taken for a question to one
    specialist. The bounds are the measured level less one case.
    """
    result = measure("test.yaml", team)
    assert result.primary_found >= 0.93
    assert result.needless_per_request <= 0.5
    assert result.pattern_right >= 0.76
    assert result.kind_right >= 0.9
