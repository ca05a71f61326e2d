"""Components and their known vulnerabilities as CycloneDX JSON."""

from bot.domain.report import (
    Finding,
    Gap,
    Measurement,
    Name,
    Report,
    ReportKind,
    Severity,
    count_vulnerabilities,
    worst,
)
from bot.reports.fields import Fields
from bot.reports.sarif import of_score

_NO_MATTER = {"not_affected", "false_positive", "resolved", "resolved_with_pedigree"}
"""States of an analysis after which a vulnerability does not count."""
_SEVERITIES = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
    "info": Severity.NONE,
    "none": Severity.NONE,
}


def read_cyclonedx(document: Fields) -> Report:
    """Return components and vulnerabilities; raises ReportInvalid.

    A list of components without a list of vulnerabilities says nothing about them.
    """
    components = Measurement(Name.COMPONENTS, float(sum(1 for _ in document.each("components"))))
    if "vulnerabilities" not in document.values:
        gap = Gap("vulnerabilities", "The report lists components, no vulnerabilities.")
        return Report(ReportKind.CYCLONEDX, (components,), (), (gap,))
    found = [
        _finding(one)
        for one in document.each("vulnerabilities")
        if one.inner("analysis").words("state") not in _NO_MATTER
    ]
    measured = (components, *count_vulnerabilities(found))
    return Report(ReportKind.CYCLONEDX, measured, worst(found))


def _finding(one: Fields) -> Finding:
    named = one.words("id", 80) or "vulnerability"
    where = ", ".join(place.words("ref", 120) for place in one.each("affects")) or "a component"
    severities = [_severity(rating) for rating in one.each("ratings")] or [Severity.UNKNOWN]
    known = [one for one in severities if one is not Severity.UNKNOWN] or severities
    severity = max(known, key=lambda one: one.weight)
    return Finding(named, severity, f"{named} in {where}"[:300])


def _severity(rating: Fields) -> Severity:
    said = _SEVERITIES.get(rating.words("severity").lower())
    if said is not None:
        return said
    score = rating.number_or_none("score")
    return of_score(score) if score is not None else Severity.UNKNOWN
