"""Findings of scanners as SARIF 2.1.0."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.report import (
    Finding,
    Gap,
    Report,
    ReportKind,
    Severity,
    count_vulnerabilities,
    worst,
)
from bot.reports.fields import Fields, number

_LEVELS = {
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "note": Severity.LOW,
    "none": Severity.NONE,
}


def read_sarif(document: Fields) -> Report:
    """Return the findings that stand; raises ReportInvalid.

    Severity is the rule's `security-severity` in GitHub's steps (9, 7, 4), else the result's level.
    When a run's rules tell security from the rest, only security counts as a vulnerability.
    """
    found: list[Finding] = []
    gaps: list[Gap] = []
    runs = list(document.each("runs"))
    for run in runs:
        tool = run.inner("tool").inner("driver").words("name", 60) or "The scanner"
        if not isinstance(run.values.get("results"), list):
            gaps.append(Gap("vulnerabilities", f"{tool} wrote no results."))
        if any(one.values.get("executionSuccessful") is False for one in run.each("invocations")):
            gaps.append(Gap("vulnerabilities", f"{tool} did not end well."))
        found += _findings(run)
    if not runs:
        gaps.append(Gap("vulnerabilities", "The report has no runs."))
    measured = count_vulnerabilities(found)
    return Report(ReportKind.SARIF, measured, worst(found), tuple(gaps))


def _findings(run: Fields) -> Iterator[Finding]:
    rules = _Rules.of(run)
    tells = any(_is_security(rule) for rule in rules.by_id.values())
    for result in run.each("results"):
        rule = rules.find(result)
        # A rule that the file does not describe may be of security: nobody said that it is not.
        counts = not tells or rule is None or _is_security(rule) or _is_security(result)
        if counts and _stands(result):
            yield _finding(result, rule or Fields({}, "rules"))


@dataclass(frozen=True)
class _Rules:
    """The rules of the tool (first) and of each of its extensions."""

    listed: tuple[tuple[Fields, ...], ...]
    by_id: dict[str, Fields]

    @classmethod
    def of(cls, run: Fields) -> "_Rules":
        tool = run.inner("tool")
        parts = [tool.inner("driver"), *tool.each("extensions")]
        listed = tuple(tuple(part.each("rules")) for part in parts)
        return cls(listed, {rule.words("id"): rule for rules in listed for rule in rules})

    def find(self, result: Fields) -> Fields | None:
        """Return the rule by its id, whole or up to a slash, else by its place; None: unknown."""
        named = _named(result)
        while named:
            if named in self.by_id:
                return self.by_id[named]
            named = named.rpartition("/")[0]
        if _named(result):
            return None
        said = result.inner("rule")
        part = _index(said.inner("toolComponent").values.get("index"))
        place = _index(said.values.get("index", result.values.get("ruleIndex")))
        which = 0 if part is None else part + 1
        rules = self.listed[which] if which < len(self.listed) else ()
        return rules[place] if place is not None and place < len(rules) else None


def _named(result: Fields) -> str:
    return result.words("ruleId") or result.inner("rule").words("id")


def _index(value: object) -> int | None:
    """A place in a list; SARIF writes -1 for none."""
    return value if isinstance(value, int) and value >= 0 else None


def _stands(result: Fields) -> bool:
    """Neither suppressed, nor gone, nor a pass."""
    accepted = [
        one for one in result.each("suppressions") if one.words("status") in ("", "accepted")
    ]
    kind = result.words("kind") or "fail"
    return not accepted and kind == "fail" and result.words("baselineState") != "absent"


def _is_security(rule: Fields) -> bool:
    properties = rule.inner("properties")
    tags = properties.values.get("tags")
    return "security-severity" in properties.values or (
        isinstance(tags, list) and "security" in tags
    )


def _finding(result: Fields, rule: Fields) -> Finding:
    rule_id = _named(result) or rule.words("id") or "finding"
    first = next(result.each("locations"), Fields({}, "locations")).inner("physicalLocation")
    region = first.inner("region")
    return Finding(
        rule_id,
        _severity(result, rule),
        result.inner("message").words("text") or rule_id,
        first.inner("artifactLocation").words("uri"),
        region.count("startLine") if "startLine" in region.values else None,
    )


def _severity(result: Fields, rule: Fields) -> Severity:
    for properties in (result.inner("properties"), rule.inner("properties")):
        if "security-severity" in properties.values:
            field = properties.field("security-severity")
            return of_score(number(properties.values["security-severity"], field))
    default = rule.inner("defaultConfiguration").words("level") or "warning"
    return _LEVELS.get(result.words("level") or default, Severity.UNKNOWN)


def of_score(score: float) -> Severity:
    """Return the severity of a CVSS score: 9 is critical, 7 high, 4 medium (CVSS 3, GitHub)."""
    steps = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM))
    fallback = Severity.LOW if score else Severity.NONE
    return next((severity for least, severity in steps if score >= least), fallback)
