"""Python's security findings as bandit's JSON."""

from bot.domain.report import (
    Finding,
    Gap,
    Report,
    ReportKind,
    Severity,
    count_vulnerabilities,
    worst,
)
from bot.reports.fields import Fields

_SEVERITIES = {"HIGH": Severity.HIGH, "MEDIUM": Severity.MEDIUM, "LOW": Severity.LOW}


def read_bandit(document: Fields) -> Report:
    """Return the findings; files that bandit could not read are a gap; raises ReportInvalid."""
    found = [
        Finding(
            one.words("test_id", 20) or "bandit",
            _SEVERITIES.get(one.words("issue_severity").upper(), Severity.UNKNOWN),
            one.words("issue_text"),
            one.words("filename"),
            one.count("line_number"),
        )
        for one in document.each("results")
    ]
    gaps = [
        Gap("vulnerabilities", f"Bandit could not read {one.words('filename', 120) or 'a file'}.")
        for one in document.each("errors")
    ][:10]
    if not document.inner("metrics").inner("_totals").count("loc"):
        gaps.append(Gap("vulnerabilities", "Bandit read no code."))
    return Report(ReportKind.BANDIT, count_vulnerabilities(found), worst(found), tuple(gaps))
