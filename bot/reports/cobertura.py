"""Coverage as Cobertura's XML, which most languages' tools can write."""

from typing import TYPE_CHECKING

from bot.domain.report import (
    Finding,
    Gap,
    Measurement,
    Name,
    Report,
    ReportInvalid,
    ReportKind,
    Severity,
    worst,
)
from bot.reports.fields import count, number, percent, words
from bot.reports.xml_text import local, walk

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MOST_FILES = 200
_MOST_ROOTS = 20


def read_cobertura(content: bytes) -> Report:
    """Return line and branch coverage, and the files with the least; raises ReportInvalid."""
    root: dict[str, str] = {}
    lines: dict[str, dict[int, bool]] = {}
    roots: list[str] = []
    for event, element in walk(content):
        name = local(element.tag)
        if event == "start" and name == "coverage" and not root:
            root = dict(element.attrib)
            if "clover" in root or "generated" in root:
                raise ReportInvalid(
                    "This is Clover's XML, which I do not read.",
                    hint="Let the tool write Cobertura or LCOV.",
                )
        if event == "end" and name == "source" and len(roots) < _MOST_ROOTS:
            roots.append(words(element.text))
        if event == "end" and name == "class":
            _lines(element, lines)
            element.clear()
    covered = sum(sum(file.values()) for file in lines.values())
    valid = sum(len(file) for file in lines.values())
    measurements = [
        *_rate(root, "line", covered, valid, Name.COVERAGE_LINES),
        *_rate(root, "branch", 0, 0, Name.COVERAGE_BRANCHES),
    ]
    gaps = () if measurements else (Gap("coverage", "The report has no lines of code."),)
    return Report(
        ReportKind.COBERTURA, tuple(measurements), _files(lines), gaps, tuple(filter(None, roots))
    )


def _rate(
    root: dict[str, str], what: str, covered: int, valid: int, name: Name
) -> list[Measurement]:
    """The counts of the report's head, else its rate, else what its lines say."""
    many = "lines" if what == "line" else "branches"
    if f"{many}-valid" in root:
        valid = count(root[f"{many}-valid"], f"{many}-valid")
        covered = count(root.get(f"{many}-covered", ""), f"{many}-covered")
    elif f"{what}-rate" in root:
        rate = number(root[f"{what}-rate"], f"{what}-rate")
        return [Measurement(name, percent(rate, 1.0, f"{what}-rate"))] if valid else []
    return [Measurement(name, percent(covered, valid, f"{many}-covered"))] if valid else []


def _lines(element: "Element", lines: dict[str, dict[int, bool]]) -> None:
    file = lines.setdefault(words(element.get("filename", "")), {})
    for line in element.iter():
        if local(line.tag) != "line":
            continue
        at = count(line.get("number", ""), "line number")
        hits = number(line.get("hits", ""), "hits")
        file[at] = file.get(at, False) or hits > 0


def _files(lines: dict[str, dict[int, bool]]) -> tuple[Finding, ...]:
    rates = sorted(
        (100.0 * sum(file.values()) / len(file), path) for path, file in lines.items() if file
    )
    return worst(
        Finding("coverage", Severity.NONE, f"{rate:.0f} % of the lines are covered", path,
                value=rate)
        for rate, path in rates[:_MOST_FILES]
    )  # fmt: skip
