"""What a gate looks at: each check with its words, its unit, and which way is better."""

import difflib
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.errors import UserFacingError

Comparison = Literal["at most", "under", "at least", "over"]
LEVELS = ("low", "medium", "high")
"""How closely services hang together; a level's value is its place."""
_MOST_DIGITS = 6


class Check(StrEnum):
    """The names of checks, in the order in which they are shown."""

    COVERAGE = "coverage"
    COMPLEXITY = "complexity"
    DUPLICATION = "duplication"
    VULNERABILITIES = "vulnerabilities"
    TESTS = "tests"
    LATENCY_P95 = "latency_p95"
    THROUGHPUT = "throughput"
    MEMORY = "memory"
    ERROR_RATE = "error_rate"
    COUPLING = "coupling"
    DOCUMENTATION = "documentation"
    API_VERSIONING = "api_versioning"
    API_COMPLIANCE = "api_compliance"
    MONITORING = "monitoring"


@dataclass(frozen=True)
class Rule:
    """How a check is read. `ratchets`: it may not get worse than it is on the main branch."""

    check: Check
    words: str
    comparison: Comparison
    unit: str = ""
    family: str = ""
    """Of a report's gaps, those that leave this check open."""
    ratchets: bool = False

    @property
    def noun(self) -> str:
        """Its words within a sentence, e.g. `failed tests`, `API versions`."""
        return self.words if self.words[1].isupper() else self.words[0].lower() + self.words[1:]

    @property
    def more_is_better(self) -> bool:
        """Whether a higher value is a better one."""
        return self.comparison in ("at least", "over")

    def keeps(self, value: float, limit: float) -> bool:
        """Whether a value is within its limit."""
        match self.comparison:
            case "at most":
                return value <= limit
            case "under":
                return value < limit
            case "at least":
                return value >= limit
            case "over":
                return value > limit

    def show(self, value: float, *, limit: float | None = None) -> str:
        """Return a value in words, e.g. `81.4 %`, never rounded to the limit's other side."""
        if self.check is Check.COUPLING:
            return LEVELS[min(2, max(0, int(value)))]
        if self.check is Check.API_VERSIONING:
            return "yes" if value else "no"
        digits = 3 if value < 1 else 1
        while limit is not None and digits < _MOST_DIGITS:
            if self.keeps(round(value, digits), limit) == self.keeps(value, limit):
                break
            digits += 1
        shown = f"{value:,.{digits}f}".rstrip("0").rstrip(".")
        return f"{shown} {self.unit}".rstrip()

    def limit_words(self, limit: float) -> str:
        """Return a limit in words, e.g. `at least 80 %`."""
        if self.check in (Check.COUPLING, Check.API_VERSIONING):
            return self.show(limit)
        shown = f"{limit:,.{_MOST_DIGITS}f}".rstrip("0").rstrip(".")
        return f"{self.comparison} {shown} {self.unit}".rstrip()


CHECKS: dict[Check, Rule] = {
    rule.check: rule
    for rule in (
        Rule(Check.COVERAGE, "Lines covered by tests", "at least", "%", "coverage", ratchets=True),
        Rule(Check.COMPLEXITY, "Most complex function", "at most", "", "complexity", ratchets=True),
        Rule(Check.DUPLICATION, "Duplicated code", "at most", "%", "duplication", ratchets=True),
        Rule(
            Check.VULNERABILITIES,
            "High and critical vulnerabilities",
            "at most",
            "",
            "vulnerabilities",
            ratchets=True,
        ),
        Rule(Check.TESTS, "Failed tests", "at most", "", "tests"),
        Rule(Check.LATENCY_P95, "Response time (p95)", "under", "ms", "latency"),
        Rule(Check.THROUGHPUT, "Throughput", "at least", "/s", "throughput"),
        Rule(Check.MEMORY, "Memory", "at most", "MB", "memory"),
        Rule(Check.ERROR_RATE, "Failed requests", "under", "%", "error"),
        Rule(Check.COUPLING, "Coupling of services", "at most"),
        Rule(Check.DOCUMENTATION, "Services documented", "over", "%", ratchets=True),
        Rule(Check.API_VERSIONING, "API versions", "at least", family="api"),
        Rule(
            Check.API_COMPLIANCE, "API rules kept", "over", "%", "api", ratchets=True
        ),
        Rule(Check.MONITORING, "Services monitored", "at least", "%", ratchets=True),
    )
}  # fmt: skip


def find_check(name: str) -> Check:
    """Return the check of that name; raises UserFacingError with what was probably meant."""
    wanted = name.strip().lower().replace("-", "_").replace(" ", "_")
    if wanted in set(Check):
        return Check(wanted)
    meant = difflib.get_close_matches(wanted, list(Check), n=1, cutoff=0.5)
    hint = f"Did you mean `{meant[0]}`?" if meant else f"There are {', '.join(Check)}."
    raise UserFacingError(f"There is no check `{name.strip()[:40]}`.", hint=hint)
