"""Duplication as jscpd's JSON."""

from bot.domain.report import (
    Finding,
    Gap,
    Measurement,
    Name,
    Report,
    ReportKind,
    Severity,
    worst,
)
from bot.reports.fields import Fields, percent, words


def read_jscpd(document: Fields) -> Report:
    """Return the share of duplicated lines and the clones; raises ReportInvalid."""
    total = document.inner("statistics").inner("total")
    lines, twice = total.count("lines"), total.count("duplicatedLines")
    clones = [_clone(one) for one in document.each("duplicates")]
    if not lines:
        gap = Gap("duplication", "The report has no lines of code.")
        return Report(ReportKind.JSCPD, (), (), (gap,))
    measured = (
        Measurement(Name.DUPLICATION, percent(twice, lines, total.field("duplicatedLines"))),
        Measurement(Name.DUPLICATION_CLONES, float(total.count("clones"))),
    )
    return Report(ReportKind.JSCPD, measured, worst(clones))


def _clone(one: Fields) -> Finding:
    first, second = one.inner("firstFile"), one.inner("secondFile")
    lines = one.count("lines")
    other = f"{second.words('name', 160)}:{second.count('start')}"
    return Finding(
        "duplication",
        Severity.NONE,
        words(f"{lines} lines are the same as in {other}"),
        first.words("name"),
        first.count("start"),
        float(lines),
    )
