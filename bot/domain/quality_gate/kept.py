"""Checks as they are kept: what one job of CI measures stands beside what its others did."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.domain.quality_gate.judge import GateState

Checks = Sequence[Mapping[str, Any]]


def over(earlier: Checks, later: Checks) -> list[Mapping[str, Any]]:
    """Return the later checks; those that it says nothing of stand as they stood earlier."""
    stood = {one["check"]: one for one in earlier if _speaks(one)}
    return [one if _speaks(one) else stood.get(one["check"], one) for one in later]


def beside(earlier: Checks, later: Checks) -> list[Mapping[str, Any]]:
    """Return the checks of a commit after one more of its jobs.

    What another of them measured stands, also where this one had to and did not.
    """
    measured = {one["check"]: one for one in earlier if one.get("value") is not None}
    told = [
        one if one.get("value") is not None else measured.get(one["check"], one) for one in later
    ]
    return over(earlier, told)


def standing(results: Iterable[Checks]) -> list[Mapping[str, Any]]:
    """Return how the checks stand after several results, the newest last."""
    checks: list[Mapping[str, Any]] = []
    for result in results:
        checks = over(checks, result)
    return checks


def state_of(checks: Checks) -> GateState:
    """Return the outcome of checks, as `Verdict.state` does."""
    if failing(checks):
        return GateState.MISSED
    if all(one["state"] == GateState.NOT_MEASURED for one in checks):
        return GateState.NOT_MEASURED
    return GateState.MET


def failing(checks: Checks) -> set[str]:
    """Return the names of those that keep the gate shut."""
    return {str(one["check"]) for one in checks if one["fails"]}


def _speaks(one: Mapping[str, Any]) -> bool:
    return one.get("value") is not None or bool(one["fails"])
