"""The lines between title and first section: `* Status: accepted`, `Date: 2021-03-04`."""

import re
from dataclasses import dataclass, field

from bot.domain.adr import read_date
from bot.domain.adr.words import OWN

_KEYS = {
    "status": "status 状态 ステータス statut estado stato state",
    "date": "date decided created created-at decision-date 日期 日付 datum fecha data",
    "makers": "deciders decider decision-makers decision-maker decision-owners"
    " entscheider décideurs decisores 决策者",
    "consulted": "consulted",
    "informed": "informed",
}
NAMES = {name: kind for kind, names in _KEYS.items() for name in names.split()}
"""What a key of a header or of front matter means."""

_NAME = r"[^\W\d_][\w -]{2,30}?"
_MARK = r"(?:::?|：|\|)"
_LINE = re.compile(
    r"^\s*(?:[-*+]\s+|>\s*|\|\s*|:)?"
    rf"(?:(?P<b>\*\*|__|\*|_)(?P<bold>{_NAME})"
    rf"(?:\s*{_MARK}\s*(?P=b)|(?P=b)\s*{_MARK}|(?P=b)(?=\s|$))"
    rf"|(?P<plain>{_NAME})\s*{_MARK})"
    r"\s*(?P<value>.*?)\s*\|?\s*$"
)
_BADGE = re.compile(
    r"^\s*!\[(?P<plain>status|date)(?P<bold>)[-: ]+(?P<value>[^\]]+)\]\(.*\)\s*$", re.IGNORECASE
)
_BARE = re.compile(
    r"^[*_]{0,3}(?P<word>[A-Za-z]+)[*_]{0,3}"
    r"(?:\s*[,:;(–—-]?\s*(?:on )?(?P<day>\d{4}-\d\d-\d\d(?=\. \S.*$)|[^()]{4,20}\)?[.]?$)|[.]?$)"
)


@dataclass
class Header:
    """What was found, by kind; `rest` are the lines that say something else, verbatim."""

    values: dict[str, str] = field(default_factory=dict)
    rest: str = ""


def read_header(text: str) -> Header:
    """Take the known keys out of a header; the first of each kind counts."""
    found = Header()
    kept: list[str] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        match = _BADGE.match(lines[at]) or _LINE.match(lines[at])
        kind = NAMES.get(_key(match)) if match else None
        if match is None or kind is None or kind in found.values:
            kept.append(lines[at])
            at += 1
            continue
        value, at = _value(match["value"], lines, at + 1, far=kind == "status")
        found.values[kind] = value
    found.rest = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")
    if "status" not in found.values:
        _bare(found)
    return found


def _bare(found: Header) -> None:
    """Take a first line such as `Accepted, 2021-03-04`: a status of MADR's, alone or with a day."""
    line, _, rest = found.rest.partition("\n")
    match = _BARE.match(line)
    if match is None or match["word"].lower() not in OWN or rest[:1].strip():
        return
    day = (match["day"] or "").strip(" ).")
    if day and not read_date(day).day:
        return
    found.values["status"] = line.strip()
    if day:
        found.values.setdefault("date", day)
    found.rest = rest.strip("\n")


def _value(value: str, lines: list[str], at: int, *, far: bool) -> tuple[str, int]:
    """Add the lines that go on with a value: indented ones, or the block after a bare key.

    `far`: an empty line may stand between the two, as after `**Status**`.
    """
    if not value:
        while far and at < len(lines) and not lines[at].strip():
            at += 1
        while at < len(lines) and lines[at].strip() and not _known(lines[at]):
            value = f"{value}\n{lines[at].strip()}".strip()
            at += 1
        return value, at
    while at < len(lines) and re.match(r"^(?: {2,}|\t)\S", lines[at]) and not _known(lines[at]):
        value = f"{value} {lines[at].strip()}"
        at += 1
    return value, at


def _known(line: str) -> bool:
    match = _LINE.match(line)
    return match is not None and _key(match) in NAMES


def _key(match: re.Match[str]) -> str:
    return re.sub(r"[\s_]+", "-", (match["bold"] or match["plain"]).strip().lower())
