"""What readers of functions' complexity share."""

from collections.abc import Sequence

from bot.domain.report import Finding, Gap, Measurement, Name, Report, ReportKind, Severity, worst
from bot.reports.fields import words


def function(name: str, complexity: float, path: str, line: int | None) -> Finding:
    """Return a function as a finding; whether it is too complex is the policy's business."""
    named = words(name, 120) or "a function"
    text = f"{named} has a complexity of {complexity:g}"
    return Finding("complexity", Severity.NONE, text, words(path), line, complexity)


def complexity_report(
    kind: ReportKind, functions: Sequence[Finding], gaps: tuple[Gap, ...] = ()
) -> Report:
    """Return the highest and the mean complexity of functions."""
    values = [one.value or 0.0 for one in functions]
    if not values:
        return Report(kind, (), (), (*gaps, Gap("complexity", "The report has no functions.")))
    measured = (
        Measurement(Name.COMPLEXITY_MAX, max(values)),
        Measurement(Name.COMPLEXITY_MEAN, sum(values) / len(values)),
        Measurement(Name.COMPLEXITY_FUNCTIONS, float(len(values))),
    )
    return Report(kind, measured, worst(functions), gaps)
