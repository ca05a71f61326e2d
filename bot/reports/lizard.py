"""Lizard's output: functions as CSV or XML, and the text of its duplicate detector."""

import csv
import io
import re

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
from bot.reports.complexity import complexity_report, function
from bot.reports.fields import count, number, percent, words
from bot.reports.xml_text import local, walk

_COLUMNS = 11
"""NLOC, CCN, tokens, parameters, length, location, file, function, long name, start, end."""
_RATE = re.compile(r"^Total duplicate rate:\s*(\S{1,20})%\s*$", re.MULTILINE)
_UNIQUE = re.compile(r"^Total unique rate:\s*(\S{1,20})%\s*$", re.MULTILINE)
_BLOCK = re.compile(
    r"^Duplicate block:\n-+\n(?P<places>(?:.{1,400}:\d{1,7} ~ \d{1,7}\n){1,99})", re.M
)
_LINES = re.compile(r"^(?P<path>.{1,400}):(?P<line>\d{1,7}) ~ (?P<end>\d{1,7})$")


def read_lizard_csv(text: str) -> Report:
    """Return the functions' complexity; raises ReportInvalid with the line."""
    found: list[Finding] = []
    try:
        for index, row in enumerate(csv.reader(io.StringIO(text)), start=1):
            if not row or (index == 1 and row[0] == "NLOC"):
                continue
            if len(row) != _COLUMNS:
                raise ReportInvalid(f"Line {index} has {len(row)} columns, not {_COLUMNS}.")
            line = count(row[9], f"line {index}, start")
            found.append(function(row[7], number(row[1], f"line {index}, CCN"), row[6], line))
    except csv.Error:
        raise ReportInvalid("This is no valid CSV.") from None
    return complexity_report(ReportKind.LIZARD, found)


def read_lizard_xml(content: bytes) -> Report:
    """Return the functions' complexity from `lizard --xml`; raises ReportInvalid."""
    found: list[Finding] = []
    kind = ""
    for event, element in walk(content):
        name = local(element.tag)
        if event == "start" and name == "measure":
            kind = element.get("type", "")
        if event == "end" and name == "item":
            if kind == "Function":
                values = [child.text or "" for child in element if local(child.tag) == "value"]
                if len(values) < 3:
                    raise ReportInvalid("An `item` has no complexity.")
                name, path, line = _place(element.get("name", ""))
                found.append(function(name, number(values[2], "CCN"), path, line))
            element.clear()
    return complexity_report(ReportKind.LIZARD, found)


def _place(item: str) -> tuple[str, str, int | None]:
    """Return name, path and line of `name(...) at path:line`."""
    name, _, place = item.partition(" at ")
    path, _, line = place.rpartition(":")
    if not (line.isascii() and line.isdigit() and len(line) < 8):
        return item, "", None
    return name.removesuffix("(...)"), path, int(line)


def read_lizard_duplicates(text: str) -> Report:
    """Return the share of code that is there twice (`lizard -Eduplicate`); raises ReportInvalid."""
    rate = _RATE.search(text)
    if rate is None:
        raise ReportInvalid("`Total duplicate rate` is missing.")
    value = percent(number(rate[1], "Total duplicate rate"), 100.0, "Total duplicate rate")
    blocks = [_block(found["places"]) for found in _BLOCK.finditer(text)]
    measured = (
        Measurement(Name.DUPLICATION, value),
        Measurement(Name.DUPLICATION_CLONES, float(len(blocks))),
    )
    unique = _UNIQUE.search(text)
    # Lizard says 0 % and 0 % when it read no code, or hardly any.
    if unique is not None and not number(unique[1], "Total unique rate") and not value:
        gap = Gap("duplication", "Lizard read too little code to tell.")
        return Report(ReportKind.LIZARD_DUPLICATES, (), (), (gap,))
    return Report(ReportKind.LIZARD_DUPLICATES, measured, worst(blocks))


def _block(places: str) -> Finding:
    read = [found for line in places.splitlines() if (found := _LINES.fullmatch(line))]
    first, others = read[0], read[1:]
    more = f" and in {len(others) - 1} more places" if len(others) > 1 else ""
    same = f"{others[0]['path']}:{others[0]['line']}{more}" if others else "itself"
    lines = max(1, int(first["end"]) - int(first["line"]) + 1)
    return Finding(
        "duplication",
        Severity.NONE,
        words(f"{lines} lines are the same as in {same}"),
        words(first["path"]),
        int(first["line"]),
        float(lines),
    )
