"""Test results as JUnit's XML, with what Surefire and pytest add to it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
from bot.reports.fields import number, words
from bot.reports.xml_text import local, walk

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


@dataclass
class _Seen:
    total: int = 0
    failed: int = 0
    skipped: int = 0
    flaky: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)


def read_junit(content: bytes) -> Report:
    """Return how many tests ran and failed; the cases count, not the sums; raises ReportInvalid."""
    seen = _Seen()
    for event, element in walk(content):
        name = local(element.tag)
        if event == "end" and name == "testcase":
            _case(element, seen)
            element.clear()
    ran = seen.total - seen.skipped
    measurements = [
        Measurement(Name.TESTS_TOTAL, float(seen.total)),
        Measurement(Name.TESTS_FAILED, float(seen.failed)),
        Measurement(Name.TESTS_SKIPPED, float(seen.skipped)),
        Measurement(Name.TESTS_FLAKY, float(seen.flaky)),
        Measurement(Name.TESTS_SECONDS, seen.seconds),
    ]
    if ran:
        measurements.append(Measurement(Name.TESTS_PASSED, 100.0 * (ran - seen.failed) / ran))
    gaps = () if ran else (Gap("tests", "No test ran."),)
    return Report(ReportKind.JUNIT, tuple(measurements), worst(seen.findings), gaps)


def _case(element: "Element", seen: _Seen) -> None:
    inside = {local(child.tag): child for child in reversed(element)}
    seen.total += 1
    # Surefire writes a second and more as 1,234.5.
    seen.seconds += number(element.get("time", "0").replace(",", "") or 0, "time")
    bad = inside.get("failure", inside.get("error"))
    if bad is not None:
        seen.failed += 1
        seen.findings.append(_finding(element, bad))
    elif "skipped" in inside:
        seen.skipped += 1
    elif "flakyFailure" in inside or "flakyError" in inside:
        seen.flaky += 1


def _finding(element: "Element", bad: "Element") -> Finding:
    where = words(element.get("classname", ""), 120)
    name = ".".join(part for part in (where, words(element.get("name", ""), 120)) if part)
    text = words(bad.get("message", ""), 160) or "failed"
    line = element.get("line", "")
    return Finding(
        "test",
        Severity.HIGH,
        f"{name}: {text}",
        words(element.get("file", "")),
        int(line) if line.isascii() and line.isdigit() and len(line) < 8 else None,
    )
