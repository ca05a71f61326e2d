"""Radon's JSON: complexity (`cc`), maintainability (`mi`) and lines (`raw`)."""

from collections.abc import Iterator

from bot.domain.report import Finding, Gap, Measurement, Name, Report, ReportInvalid, ReportKind
from bot.reports.complexity import complexity_report, function
from bot.reports.fields import Fields, fields, words


def is_radon(document: dict[str, object]) -> bool:
    """Whether an object of files looks like radon's."""
    return bool(document) and all(
        isinstance(value, list)
        or (isinstance(value, dict) and not {"mi", "loc", "error"}.isdisjoint(value))
        for value in document.values()
    )


def read_radon(document: Fields) -> Report:
    """Return what radon measured; raises ReportInvalid with the file."""
    functions: list[Finding] = []
    indexes: list[float] = []
    lines: list[float] = []
    failed: list[str] = []
    for path, value in document.values.items():
        if isinstance(value, list):
            functions += _functions(path, Fields({"blocks": value}, words(path, 120)))
            continue
        file = fields(value, words(path, 120))
        if "error" in file.values:
            failed.append(words(path, 120))
        elif "mi" in file.values:
            indexes.append(file.number("mi"))
        else:
            lines.append(file.number("loc"))
    gaps = (
        (Gap("complexity", f"Radon could not read {len(failed)} files, e.g. {failed[0]}."),)
        if failed
        else ()
    )
    if functions or not (indexes or lines):
        return complexity_report(ReportKind.RADON, functions, gaps)
    measured = [
        *([Measurement(Name.MAINTAINABILITY_MEAN, sum(indexes) / len(indexes))] if indexes else []),
        *([Measurement(Name.LINES, sum(lines))] if lines else []),
    ]
    return Report(ReportKind.RADON, tuple(measured), (), gaps)


def _functions(path: str, file: Fields) -> Iterator[Finding]:
    """Functions, methods and closures; a class stands for nothing but its methods, listed too."""
    waiting = list(file.each("blocks"))
    while waiting:
        block = waiting.pop()
        if block.words("type") not in {"function", "method", "class"}:
            raise ReportInvalid(f"`{block.field('type')}` is not function, method or class.")
        waiting.extend(block.each("closures"))
        if block.words("type") != "class":
            line = block.count("lineno")
            yield function(block.words("name", 120), block.number("complexity"), path, line)
