"""Coverage as LCOV's text, which JavaScript's and C's tools write."""

from dataclasses import dataclass, field

from bot.domain.report import Gap, Measurement, Name, Report, ReportInvalid, ReportKind
from bot.reports.fields import count, number, percent, words

MOST_FILES = 200_000


@dataclass
class _File:
    lines: dict[int, bool] = field(default_factory=dict)
    found: int = 0
    hit: int = 0
    branches: int = 0
    taken: int = 0


def read_lcov(text: str) -> Report:
    """Return line and branch coverage; the same file twice counts once; raises ReportInvalid."""
    files: dict[str, _File] = {}
    at = _File()
    for index, line in enumerate(text.splitlines(), start=1):
        key, _, value = line.strip().partition(":")
        if key == "SF":
            if len(files) >= MOST_FILES:
                raise ReportInvalid(f"It has more than {MOST_FILES:,} files.")
            at = files.setdefault(words(value), _File())
        elif key in _READERS:
            _READERS[key](at, value, f"line {index}, {key}")
    total = [_counted(file) for file in files.values()]
    measurements = [
        *_rate(sum(one[0] for one in total), sum(one[1] for one in total), Name.COVERAGE_LINES),
        *_rate(
            sum(one.taken for one in files.values()),
            sum(one.branches for one in files.values()),
            Name.COVERAGE_BRANCHES,
        ),
    ]
    gaps = () if measurements else (Gap("coverage", "The report has no lines of code."),)
    return Report(ReportKind.LCOV, tuple(measurements), (), gaps)


def _counted(file: _File) -> tuple[int, int]:
    if file.lines:
        return sum(file.lines.values()), len(file.lines)
    return file.hit, file.found


def _rate(part: int, whole: int, name: Name) -> list[Measurement]:
    return [Measurement(name, percent(part, whole, str(name)))] if whole else []


def _line(file: _File, value: str, place: str) -> None:
    parts = value.split(",")
    if len(parts) < 2:
        raise ReportInvalid(f"`{place}` needs a line and how often it ran.")
    at = count(parts[0], place)
    file.lines[at] = file.lines.get(at, False) or number(parts[1], place) > 0


def _found(file: _File, value: str, place: str) -> None:
    file.found = max(file.found, count(value, place))


def _hit(file: _File, value: str, place: str) -> None:
    file.hit = max(file.hit, count(value, place))


def _branches(file: _File, value: str, place: str) -> None:
    file.branches = max(file.branches, count(value, place))


def _taken(file: _File, value: str, place: str) -> None:
    file.taken = max(file.taken, count(value, place))


_READERS = {"DA": _line, "LF": _found, "LH": _hit, "BRF": _branches, "BRH": _taken}
