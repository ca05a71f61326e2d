"""Reads what people type behind `/lead remember` and `/lead memory`."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from bot.domain.memory.note import KINDS, check_name, check_text, kind_of
from bot.errors import UserFacingError

_HINT = "E.g. `/lead remember orders: its tables are cut by month`."
_FILTER = re.compile(r"(?<!\S)(?P<name>kind|type|service|since|page):(?P<value>\S+)", re.IGNORECASE)
_HERE = re.compile(r"(?<!\S)scope:here(?!\S)", re.IGNORECASE)
_NUMBER = re.compile(r"#?(\d{1,9})")


@dataclass(frozen=True)
class Spoken:
    """A note as somebody typed it."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True)
class Asked:
    """A search as somebody typed it."""

    text: str
    kinds: tuple[str, ...] = ()
    service: str = ""
    since: datetime | None = None
    here_only: bool = False
    page: int = 1


def read_note(words: str) -> Spoken:
    """Return kind, name and text of `[<kind>] <name>: <text>`; raises UserFacingError."""
    head, colon, text = words.partition(":")
    if not colon or not head.strip() or not text.strip():
        raise UserFacingError("Say of what, a colon, and what is so.", hint=_HINT)
    first, _, rest = head.strip().partition(" ")
    known = first.casefold() in KINDS and bool(rest.strip())
    name = check_name(rest if known else head)
    return Spoken(kind_of(first) if known else "note", name, check_text(text))


def read_search(words: str) -> Asked:
    """Return the words to look for and the filters among them; raises UserFacingError."""
    given: dict[str, str] = {}
    for found in _FILTER.finditer(words):
        given[found["name"].casefold()] = found["value"]
    here = bool(_HERE.search(words))
    text = " ".join(_HERE.sub(" ", _FILTER.sub(" ", words)).split())
    kind = given.get("kind") or given.get("type") or ""
    return Asked(
        text=text,
        kinds=(kind_of(kind),) if kind else (),
        service=given.get("service", ""),
        since=_since(given["since"]) if "since" in given else None,
        here_only=here,
        page=_page(given.get("page", "1")),
    )


def read_number(words: str) -> tuple[int, str] | None:
    """Return a note's number and the words behind it; None where none stands first."""
    first, _, rest = words.strip().partition(" ")
    found = _NUMBER.fullmatch(first)
    return (int(found[1]), rest.strip()) if found else None


def _since(day: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(), UTC)
    except ValueError:
        raise UserFacingError(
            f"“{day[:20]}” is no day.", hint="E.g. `/lead memory retries since:2026-11-03`."
        ) from None


def _page(number: str) -> int:
    if not number.isdecimal() or not 1 <= int(number) <= 100:
        raise UserFacingError("Pages are 1 to 100.", hint="E.g. `/lead memory retries page:2`.")
    return int(number)
