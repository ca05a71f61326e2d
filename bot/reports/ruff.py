"""Ruff's JSON with its complexity rule (C901): Python's functions as McCabe counts them.

All are listed by
`ruff check --select C901 --config lint.mccabe.max-complexity=0 --output-format json`.
Lizard and radon count each `and` and `or` as well, McCabe's rule does not.
"""

import re
from collections.abc import Iterator

from bot.domain.report import Finding, Gap, Report, ReportInvalid, ReportKind
from bot.reports.complexity import complexity_report, function
from bot.reports.fields import Fields, number

_MESSAGE = re.compile(r"`(?P<name>[^`]{1,200})` is too complex \((?P<value>\d{1,6}) > \d{1,6}\)")


def read_ruff(document: Fields) -> Report:
    """Return the functions' complexity; raises ReportInvalid. Other rules are not looked at."""
    found, broken = [], []
    for one in document.each("results"):
        if not {"code", "filename", "message"} <= one.values.keys():
            raise ReportInvalid("I do not know what wrote this JSON.", hint="Lists I read of ruff.")
        code = one.words("code")
        if code in ("", "invalid-syntax"):
            broken.append(one.words("filename", 120))
        elif code == "C901":
            found.append(one)
    gaps = (Gap("complexity", f"Ruff could not read {broken[0] or 'a file'}."),) if broken else ()
    return complexity_report(ReportKind.RUFF, list(_functions(found)), gaps)


def _functions(found: list[Fields]) -> Iterator[Finding]:
    for one in found:
        said = _MESSAGE.match(one.words("message"))
        if said is None:
            raise ReportInvalid(f"`{one.field('message')}` names no complexity.")
        line = one.inner("location").count("row")
        yield function(said["name"], number(said["value"], "C901"), one.words("filename"), line)
