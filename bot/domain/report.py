"""What a tool wrote about code or a system: measurements, findings, and what it left out."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import UserFacingError

MOST_FINDINGS = 500
"""Kept of one report, the worst first; the counts in the measurements are of all of them."""


class ReportInvalid(UserFacingError):
    """A report cannot be used; the sentence names the field or the place."""


class ReportKind(StrEnum):
    """Whose output it is."""

    COBERTURA = "cobertura"
    LCOV = "lcov"
    JUNIT = "junit"
    SARIF = "sarif"
    CYCLONEDX = "cyclonedx"
    JSCPD = "jscpd"
    LIZARD = "lizard"
    LIZARD_DUPLICATES = "lizard-duplicates"
    RADON = "radon"
    RUFF = "ruff"
    K6 = "k6"
    BANDIT = "bandit"
    PIP_AUDIT = "pip-audit"


class Severity(StrEnum):
    """How bad a finding is; the least bad first."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"
    UNKNOWN = "unknown"
    """The tool does not say; whoever reads it must expect the worst."""

    @property
    def weight(self) -> int:
        """How bad, for sorting."""
        return list(Severity).index(self)


class Name(StrEnum):
    """What can be measured. A percentage is 0 to 100."""

    COVERAGE_LINES = "coverage.lines"
    COVERAGE_BRANCHES = "coverage.branches"
    TESTS_TOTAL = "tests.total"
    TESTS_FAILED = "tests.failed"
    TESTS_SKIPPED = "tests.skipped"
    TESTS_FLAKY = "tests.flaky"
    """Failed first and passed when it was tried again."""
    TESTS_PASSED = "tests.passed"
    """Percent of those that ran."""
    TESTS_SECONDS = "tests.seconds"
    COMPLEXITY_MAX = "complexity.max"
    COMPLEXITY_MEAN = "complexity.mean"
    COMPLEXITY_FUNCTIONS = "complexity.functions"
    MAINTAINABILITY_MEAN = "maintainability.mean"
    LINES = "lines"
    DUPLICATION = "duplication"
    DUPLICATION_CLONES = "duplication.clones"
    VULNERABILITIES_CRITICAL = "vulnerabilities.critical"
    VULNERABILITIES_HIGH = "vulnerabilities.high"
    VULNERABILITIES_MEDIUM = "vulnerabilities.medium"
    VULNERABILITIES_LOW = "vulnerabilities.low"
    VULNERABILITIES_UNKNOWN = "vulnerabilities.unknown"
    COMPONENTS = "components"
    LATENCY_P50 = "latency.p50"
    LATENCY_P95 = "latency.p95"
    LATENCY_P99 = "latency.p99"
    THROUGHPUT = "throughput"
    ERROR_RATE = "error.rate"
    MEMORY = "memory"


UNITS: dict[Name, str] = {
    Name.COVERAGE_LINES: "%",
    Name.COVERAGE_BRANCHES: "%",
    Name.TESTS_PASSED: "%",
    Name.TESTS_SECONDS: "s",
    Name.DUPLICATION: "%",
    Name.LATENCY_P50: "ms",
    Name.LATENCY_P95: "ms",
    Name.LATENCY_P99: "ms",
    Name.THROUGHPUT: "/s",
    Name.ERROR_RATE: "%",
    Name.MEMORY: "MB",
}
"""Those that are not plain counts."""

VULNERABILITIES: dict[Severity, Name] = {
    Severity.CRITICAL: Name.VULNERABILITIES_CRITICAL,
    Severity.HIGH: Name.VULNERABILITIES_HIGH,
    Severity.MEDIUM: Name.VULNERABILITIES_MEDIUM,
    Severity.LOW: Name.VULNERABILITIES_LOW,
    Severity.UNKNOWN: Name.VULNERABILITIES_UNKNOWN,
}


@dataclass(frozen=True)
class Measurement:
    """One number; finite and not negative."""

    name: Name
    value: float

    @property
    def unit(self) -> str:
        """Its unit; empty: a count."""
        return UNITS.get(self.name, "")


@dataclass(frozen=True)
class Finding:
    """One place that a report names; `value` is what was measured there, e.g. a complexity."""

    rule: str
    severity: Severity
    text: str
    path: str = ""
    line: int | None = None
    value: float | None = None


@dataclass(frozen=True)
class Gap:
    """Something that the tool did not look at, so that a clean result proves nothing."""

    family: str
    """The first part of the names that it is about, e.g. `vulnerabilities`."""
    text: str


@dataclass(frozen=True)
class Report:
    """One file of one tool."""

    kind: ReportKind
    measurements: tuple[Measurement, ...]
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    roots: tuple[str, ...] = ()
    """Folders of whoever measured, in which the findings' paths begin."""

    def value(self, name: Name) -> float | None:
        """Return a measured value, None when it is not in the report."""
        return next((one.value for one in self.measurements if one.name == name), None)


def worst(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return at most MOST_FINDINGS, the worst first and otherwise as they came."""
    ordered = sorted(findings, key=lambda one: (-one.severity.weight, -(one.value or 0)))
    return tuple(ordered[:MOST_FINDINGS])


def count_vulnerabilities(findings: Iterable[Finding]) -> tuple[Measurement, ...]:
    """Return how many there are of each severity, zeros too."""
    counts = dict.fromkeys(VULNERABILITIES, 0)
    for finding in findings:
        if finding.severity in counts:
            counts[finding.severity] += 1
    return tuple(Measurement(VULNERABILITIES[one], float(n)) for one, n in counts.items())
