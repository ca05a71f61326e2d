"""Known vulnerabilities of Python packages as pip-audit's JSON, which names no severity."""

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


def read_pip_audit(document: Fields) -> Report:
    """Return vulnerabilities without severity; skipped packages are a gap; raises ReportInvalid."""
    found: list[Finding] = []
    skipped: list[str] = []
    packages = list(document.each("dependencies"))
    for package in packages:
        name = package.words("name", 100)
        if package.values.get("skip_reason"):
            skipped.append(name)
        for vulnerability in package.each("vulns"):
            named = vulnerability.words("id", 80) or "vulnerability"
            text = f"{named} in {name} {package.words('version', 40)}"
            found.append(Finding(named, Severity.UNKNOWN, text))
    gaps = []
    if skipped:
        many = f"{len(skipped)} of {len(packages)} packages, e.g. {skipped[0]}"
        gaps.append(Gap("vulnerabilities", f"pip-audit skipped {many}."))
    elif not packages:
        gaps.append(Gap("vulnerabilities", "pip-audit looked at no packages."))
    measured = (Measurement(Name.COMPONENTS, float(len(packages))), *count_vulnerabilities(found))
    return Report(ReportKind.PIP_AUDIT, measured, worst(found), tuple(gaps))
