"""Runs the router over the labelled cases and gives the score that the scorer defines."""

from pathlib import Path

from bot.domain.routing import route
from bot.team import Team
from tests.routing.score import Case, Outcome, Score, load, score

CASES = Path(__file__).parent / "cases"
FILES = ("development.yaml", "test.yaml")


def outcomes(cases: tuple[Case, ...], team: Team) -> dict[str, Outcome]:
    """Return what routing does with each case, by its id."""
    found: dict[str, Outcome] = {}
    for case in cases:
        routed = route(case.text, team)
        found[case.id] = Outcome(
            kind=routed.kind,
            specialists=tuple(item.name for item in routed.specialists),
            pattern=routed.pattern,
        )
    return found


def measure(file: str, team: Team) -> Score:
    """Return the score of one file of cases."""
    cases = load(CASES / file)
    return score(cases, outcomes(cases, team))
