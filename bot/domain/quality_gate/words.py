"""What `/lead gates …` asks for, read from its words."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.domain.quality_gate.checks import Check, find_check
from bot.domain.quality_gate.policy import read_limit
from bot.domain.service import check_name
from bot.errors import UserFacingError

Verb = Literal["list", "show", "set", "default", "waive", "end", "here", "nowhere"]
EVERYTHING = ("all", "everything", "*")
_REPOSITORY = re.compile(r"repo:(?P<name>[\w./-]{1,140})")
_WAIVER = re.compile(r"W-?(?P<number>\d{1,9})", re.IGNORECASE)
USAGE = (
    "Say `checkout`, `set checkout coverage 85`, `waive checkout coverage`, `end W-1` or"
    " `here checkout`."
)


@dataclass(frozen=True)
class Subject:
    """A service, or a repository, or (both empty) everything."""

    service: str = ""
    repository: str = ""

    @property
    def name(self) -> str:
        """How people write it."""
        return self.service or (f"repo:{self.repository}" if self.repository else "everything")


@dataclass(frozen=True)
class Words:
    """One thing to do."""

    verb: Verb
    subject: Subject = Subject()
    check: Check | None = None
    value: float | None = None
    number: int = 0


def read(words: str) -> Words:
    """Return what is asked for; raises UserFacingError with an example."""
    text = " ".join(words.split())
    verb, _, rest = text.partition(" ")
    match verb.lower():
        case "" | "list":
            return Words("list")
        case "set":
            return _set(rest)
        case "waive":
            subject, check, _ = _split(rest)
            return Words("waive", subject, check)
        case "end":
            return _end(rest)
        case "here":
            return Words("here", _named(rest))
        case "nowhere":
            return Words("nowhere", _named(rest))
    return Words("show", read_subject(text))


def read_subject(text: str) -> Subject:
    """Return the service, repository or everything that is meant; raises UserFacingError."""
    if text.lower() in EVERYTHING:
        return Subject()
    if found := _REPOSITORY.fullmatch(text):
        return Subject(repository=found["name"])
    return Subject(service=check_name(text))


def _named(text: str) -> Subject:
    subject = read_subject(text) if text else Subject()
    if subject == Subject():
        raise UserFacingError("Name a service or `repo:name`.", hint=USAGE)
    return subject


def _set(rest: str) -> Words:
    subject, check, value = _split(rest)
    if not value:
        raise UserFacingError("Say the limit, `off` or `default`.", hint=USAGE)
    if value.lower() == "default":
        return Words("default", subject, check)
    return Words("set", subject, check, read_limit(check, value))


def _split(rest: str) -> tuple[Subject, Check, str]:
    """The last word that is a check parts the name from the value."""
    words = rest.split()
    for place in range(len(words) - 1, 0, -1):
        if words[place].lower().replace("-", "_") in set(Check):
            subject = read_subject(" ".join(words[:place]))
            return subject, find_check(words[place]), " ".join(words[place + 1 :])
    if len(words) > 1:
        find_check(words[1])  # says what was probably meant
    raise UserFacingError("Name a service and one of its checks.", hint=USAGE)


def _end(rest: str) -> Words:
    found = _WAIVER.fullmatch(rest)
    if found is None:
        raise UserFacingError("Name the waiver.", hint="E.g. `/lead gates end W-3`.")
    return Words("end", number=int(found["number"]))
