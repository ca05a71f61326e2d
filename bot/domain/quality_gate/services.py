"""Coupling, documentation and monitoring of services, each miss named."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.quality_gate.checks import LEVELS
from bot.domain.quality_gate.observe import Observed
from bot.domain.report import Finding, Severity


@dataclass(frozen=True)
class ServiceFacts:
    """What is known of one service. `fan_in` use it, it uses `fan_out`."""

    name: str
    fan_in: int = 0
    fan_out: int = 0
    owner: bool = False
    about: bool = False
    docs: bool = False
    runbook: bool = False
    targeted: bool = False
    """It has a performance target."""
    measured: bool = False
    """Its load, latency or errors came in lately."""


def coupling_level(connections: int, *, medium: int, high: int) -> int:
    """Return 0 low, 1 medium, 2 high, by the number of services that it is connected with."""
    return 2 if connections >= high else 1 if connections >= medium else 0


def observe_coupling(services: Sequence[ServiceFacts], *, medium: int, high: int) -> Observed:
    """Return the highest level of these services; those above low are named."""
    levels = [
        (coupling_level(one.fan_in + one.fan_out, medium=medium, high=high), one)
        for one in services
    ]
    findings = tuple(
        _finding("coupling", f"{one.name}: {LEVELS[level]} coupling, used by {one.fan_in}, uses"
                 f" {one.fan_out}")
        for level, one in levels
        if level
    )  # fmt: skip
    return Observed(float(max(level for level, _ in levels)), findings=findings)


def observe_documentation(services: Sequence[ServiceFacts]) -> Observed:
    """Return the percent of owner, description, docs and runbook that is there."""
    missing = [(one.name, [word for word, there in _parts(one) if not there]) for one in services]
    asked = 4 * len(services)
    there = asked - sum(len(words) for _, words in missing)
    findings = tuple(
        _finding("documentation", f"{name}: no {', no '.join(words)}")
        for name, words in missing
        if words
    )
    return Observed(100 * there / asked, findings=findings)


def _parts(one: ServiceFacts) -> tuple[tuple[str, bool], ...]:
    return (
        ("owner", one.owner),
        ("description", one.about),
        ("docs link", one.docs),
        ("runbook", one.runbook),
    )


def observe_monitoring(services: Sequence[ServiceFacts]) -> Observed:
    """Return the percent of services that have a target or measurements of the last days."""
    watched = [one for one in services if one.targeted or one.measured]
    findings = tuple(
        _finding("monitoring", f"{one.name}: neither a target nor measurements")
        for one in services
        if one not in watched
    )
    return Observed(100 * len(watched) / len(services), findings=findings)


def _finding(rule: str, text: str) -> Finding:
    return Finding(rule, Severity.NONE, text)
