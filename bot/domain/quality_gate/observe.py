"""What reports say about each check; of several reports the worst value counts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.quality_gate.checks import CHECKS, Check
from bot.domain.report import Finding, Name, Report, Severity


@dataclass(frozen=True)
class Observed:
    """A check's value, None when nothing measured it; `gaps` say what was not looked at."""

    value: float | None = None
    gaps: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Source:
    names: tuple[Name, ...]
    join: Callable[[Sequence[float]], float]
    finding: Callable[[Finding], bool] = lambda finding: False


def _is(rule: str) -> Callable[[Finding], bool]:
    return lambda finding: finding.rule == rule


_SEVERE = (Severity.HIGH, Severity.CRITICAL, Severity.UNKNOWN)
_SOURCES: dict[Check, _Source] = {
    Check.COVERAGE: _Source((Name.COVERAGE_LINES,), min, _is("coverage")),
    Check.COMPLEXITY: _Source((Name.COMPLEXITY_MAX,), max, _is("complexity")),
    Check.DUPLICATION: _Source((Name.DUPLICATION,), max, _is("duplication")),
    Check.VULNERABILITIES: _Source(
        (
            Name.VULNERABILITIES_CRITICAL,
            Name.VULNERABILITIES_HIGH,
            Name.VULNERABILITIES_UNKNOWN,  # whoever does not say must be expected to mean it
        ),
        sum,
        lambda finding: finding.severity in _SEVERE and finding.rule != "test",
    ),
    Check.TESTS: _Source((Name.TESTS_FAILED,), sum, _is("test")),
    Check.LATENCY_P95: _Source((Name.LATENCY_P95,), max),
    Check.THROUGHPUT: _Source((Name.THROUGHPUT,), min),
    Check.MEMORY: _Source((Name.MEMORY,), max),
    Check.ERROR_RATE: _Source((Name.ERROR_RATE,), max),
}


def observe(reports: Iterable[Report]) -> dict[Check, Observed]:
    """Return what each check's reports say; a check that none is about has no value."""
    read = list(reports)
    return {check: _observed(check, read) for check in _SOURCES}


def _observed(check: Check, reports: list[Report]) -> Observed:
    source = _SOURCES[check]
    values: list[float] = []
    findings: list[Finding] = []
    gaps: list[str] = []
    for report in reports:
        found = [value for name in source.names if (value := report.value(name)) is not None]
        if found:
            values.append(sum(found))
            findings += filter(source.finding, report.findings)
        gaps += [gap.text for gap in report.gaps if gap.family == CHECKS[check].family]
    value = source.join(values) if values else None
    return Observed(value, tuple(dict.fromkeys(gaps)), tuple(findings))


def merged(*observed: Mapping[Check, Observed]) -> dict[Check, Observed]:
    """Return what is known of all checks; later ones stand in for earlier ones without a value."""
    known: dict[Check, Observed] = {}
    for one in observed:
        for check, seen in one.items():
            if seen.value is not None or seen.gaps or check not in known:
                known[check] = seen
    return known
