"""Jira's and Linear's exports (CSV) as work items: points, states and moments.

Sources: support.atlassian.com, "Export search results" (CSV, all fields);
linear.app/docs/exporting-data.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.domain.measure.fact import Fact, FactKind, Heard, Value
from bot.domain.measure.rules import Rules
from bot.domain.measure.shape import firsts, must_be, number, read_moment
from bot.errors import UserFacingError

MOST_ROWS = 20_000
"""Ours: stored in one transaction, for which others wait; Jira exports a thousand at a time."""
_KINDS = {"bug": "defect", "defect": "defect", "story": "story", "task": "task"}
_DROPPED = frozenset(
    {"won't do", "won't fix", "duplicate", "cannot reproduce", "declined", "invalid"}
)
_POINTS = ("Story Points", "Story point estimate", "Estimate")
_LONG = re.compile(r"\s*\([^)]*\)$")
"""The zone's name behind `GMT+0000` in JavaScript's dates."""
_FORMATS = {
    "%d/%b/%y %I:%M %p": "+0000",
    "%d/%b/%Y %I:%M %p": "+0000",
    "%d/%b/%y %H:%M": "+0000",
    "%d/%b/%y": "+0000",
    "%a %b %d %Y %H:%M:%S GMT": "",
}
"""Jira's own, in the zone of whoever exported, and JavaScript's in older exports of Linear; the
zone that is put behind those that have none.
"""

Row = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class _Item:
    source: str
    key: str
    origin: str
    kind: str
    state: str
    labels: Sequence[str]
    points: str
    opened_at: datetime | None
    started_at: datetime | None
    done_at: datetime | None
    changed_at: datetime


def is_export(text: str) -> bool:
    """Whether a text begins like an export that is read here."""
    try:
        head = set(next(csv.reader([text.partition("\n")[0].removeprefix("\ufeff")]), []))
    except csv.Error:
        return False
    return {"Issue key", "Status"} <= head or {"ID", "Team", "Status"} <= head


def read_export(text: str, *, rules: Rules, now: datetime) -> Heard:
    """Return the work items of an export; raises UserFacingError naming the row.

    Moments without a zone are read as UTC.
    """
    return Heard(tuple(_fact(item, rules) for item in _items(text, now)))


def _items(text: str, now: datetime) -> Iterator[_Item]:
    try:
        rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
        names = next(rows)
        for line, cells in enumerate(rows, start=2):
            if line > MOST_ROWS + 1:
                raise UserFacingError(f"That has more than {MOST_ROWS:,} rows.")
            if cells:
                yield _item(_named(names, cells, line), line, now)
    except csv.Error as error:
        raise UserFacingError(f"That is no CSV: {error}.") from None


def _named(names: Sequence[str], cells: Sequence[str], line: int) -> Row:
    """Return the cells by their column's name; Jira repeats the column of labels."""
    if len(cells) != len(names):
        raise UserFacingError(f"Row {line} has {len(cells)} columns, the first has {len(names)}.")
    found: dict[str, list[str]] = {}
    for name, cell in zip(names, cells, strict=True):
        short = name.strip().removeprefix("Custom field (").removesuffix(")")
        found.setdefault(short, []).append(cell.replace("\x00", "").strip())
    return found


def _item(row: Row, line: int, now: datetime) -> _Item:
    try:
        return _jira(row, now) if "Issue key" in row else _linear(row, now)
    except UserFacingError as error:
        raise UserFacingError(f"Row {line}: {error.text}") from None


def _jira(row: Row, now: datetime) -> _Item:
    key, category = _key(row, "Issue key"), _cell(row, "Status Category").casefold()
    status, resolution = _cell(row, "Status").casefold(), _cell(row, "Resolution").casefold()
    resolved = _moment(row, "Resolved", now)
    is_over = resolved is not None or category == "done" or status in ("done", "closed")
    is_dropped = is_over and resolution in _DROPPED
    begun = category == "in progress" or status in ("in progress", "in review")
    state = "dropped" if is_dropped else "done" if is_over else "started" if begun else "open"
    opened = _moment(row, "Created", now)
    changed = must_be(_moment(row, "Updated", now) or resolved or opened, "Created", of="issue")
    return _Item(
        "jira",
        key,
        _cell(row, "Project key") or key.rpartition("-")[0],
        _KINDS.get(_cell(row, "Issue Type").casefold(), "other"),
        state,
        row.get("Labels", ()),
        _points(row),
        opened,
        None,
        (resolved or changed) if state == "done" else None,
        changed,
    )


def _linear(row: Row, now: datetime) -> _Item:
    labels = [label.strip() for cell in row.get("Labels", ()) for label in cell.split(",")]
    moments = {
        name: _moment(row, name, now)
        for name in ("Created", "Started", "Completed", "Canceled", "Updated")
    }
    done, dropped = moments["Completed"], moments["Canceled"]
    state = "dropped" if dropped else "done" if done else "started" if moments["Started"] else ""
    known = [moment for moment in moments.values() if moment is not None]
    return _Item(
        "linear",
        _key(row, "ID"),
        _cell(row, "Team"),
        next((_KINDS[one.casefold()] for one in labels if one.casefold() in _KINDS), "other"),
        state or "open",
        labels,
        _points(row),
        moments["Created"],
        moments["Started"],
        done if state == "done" else None,
        must_be(max(known, default=None), "Created", of="issue"),
    )


def _fact(item: _Item, rules: Rules) -> Fact:
    is_defect = item.kind == "defect" or rules.is_defect(item.labels)
    points = None if not item.points else number(item.points, f"{item.key}: the estimate")
    newest: dict[str, Value] = {
        "kind": "defect" if is_defect else item.kind,
        "state": item.state,
        "escaped": is_defect and rules.is_escaped(item.labels),
        "points": points,
        "done_at": item.done_at,
    }
    return Fact(
        FactKind.WORK_ITEM,
        item.source,
        item.key,
        item.origin[:140],
        item.changed_at,
        newest,
        firsts(opened_at=item.opened_at, started_at=item.started_at),
        rank=int(item.state in ("done", "dropped")),
    )


def _key(row: Row, name: str) -> str:
    found = _cell(row, name)
    if not found or len(found) > 100:
        raise UserFacingError(f"{name} is missing or too long.")
    return found


def _points(row: Row) -> str:
    return next((_cell(row, name) for name in _POINTS if _cell(row, name)), "")


def _cell(row: Row, name: str) -> str:
    return next(iter(row.get(name, ())), "")


def _moment(row: Row, name: str, now: datetime) -> datetime | None:
    said = _cell(row, name)
    if not said:
        return None
    for form, zone in _FORMATS.items():
        with suppress(ValueError):
            at = datetime.strptime(_LONG.sub("", said) + zone, f"{form}%z")
            return read_moment(at.isoformat(), name, now=now)
    return read_moment(said, name, now=now)
