"""The kinds of values that a setting takes: read from words, checked, shown."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from bot.domain.unlinked import refused
from bot.errors import UserFacingError

Value: TypeAlias = float | int | bool | str | tuple[str, ...]

ANYONE = "anyone"
ADMINS = "admins"
OFF = "off"
MOST_PEOPLE = 50
"""Ours: a longer list belongs in a user group."""

_WORDS = {
    "anyone": ANYONE,
    "anybody": ANYONE,
    "everyone": ANYONE,
    "everybody": ANYONE,
    "all": ANYONE,
    "admins": ADMINS,
    "admin": ADMINS,
}
_MENTION = re.compile(r"<(?:@|#|!subteam\^)(?P<id>[A-Z0-9]{2,40})(?:\|[^>]*)?>")
_ID = re.compile(r"[UWSCG][A-Z0-9]{1,39}")
"""A person, user group or channel; one in twenty of Slack's has no digit."""
_TYPED_ID = re.compile(r"(?=[A-Z]*[0-9])[UWSCG][A-Z0-9]{1,39}")
"""One that stands there alone; with a digit, so that "CTO" is a word and no id."""
_SWITCH = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


class Kind(Protocol):
    """What all kinds can do; `parse` and `check` raise UserFacingError."""

    @property
    def expects(self) -> str:
        """What to write, for hints and placeholders."""
        ...

    def parse(self, text: str) -> Value:
        """Return the value that a person wrote."""
        ...

    def check(self, value: Any) -> Value:
        """Return a stored value, made whole again after JSON."""
        ...

    def show(self, value: Value) -> str:
        """Return the value in words of Slack's."""
        ...


@dataclass(frozen=True)
class Money:
    """US dollars from 0 up to `most`."""

    most: float

    @property
    def expects(self) -> str:
        return f"dollars from 0 to {self.most:,.0f}, e.g. 2.50"

    def parse(self, text: str) -> Value:
        word = text.strip().removeprefix("$").strip()
        if not re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]{1,4})?", word):
            raise _unreadable(text, self.expects)
        return self.check(float(word))

    def check(self, value: Any) -> Value:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or not 0 <= value <= self.most:
            raise _unreadable(value, self.expects)
        return float(value)

    def show(self, value: Value) -> str:
        return f"${float(str(value)):.4f}".removesuffix("00")


@dataclass(frozen=True)
class Whole:
    """A whole number from `least` to `most`."""

    least: int
    most: int
    unit: str = ""

    @property
    def expects(self) -> str:
        return f"a whole number from {self.least} to {self.most:,}"

    def parse(self, text: str) -> Value:
        word = text.strip()
        if not re.fullmatch(r"[0-9]{1,7}", word):
            raise _unreadable(text, self.expects)
        return self.check(int(word))

    def check(self, value: Any) -> Value:
        if not isinstance(value, int) or isinstance(value, bool):
            raise _unreadable(value, self.expects)
        if not self.least <= value <= self.most:
            raise _unreadable(value, self.expects)
        return value

    def show(self, value: Value) -> str:
        return f"{value} {self.unit}".strip()


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]

    @property
    def expects(self) -> str:
        return "one of " + ", ".join(self.options)

    def parse(self, text: str) -> Value:
        return self.check(text.strip().lower())

    def check(self, value: Any) -> Value:
        if value not in self.options:
            raise _unreadable(value, self.expects)
        return str(value)

    def show(self, value: Value) -> str:
        return str(value)


@dataclass(frozen=True)
class Switch:
    """On or off."""

    @property
    def expects(self) -> str:
        return "on or off"

    def parse(self, text: str) -> Value:
        word = text.strip().lower()
        if word not in _SWITCH:
            raise _unreadable(text, self.expects)
        return _SWITCH[word]

    def check(self, value: Any) -> Value:
        if not isinstance(value, bool):
            raise _unreadable(value, self.expects)
        return value

    def show(self, value: Value) -> str:
        return "on" if value else "off"


@dataclass(frozen=True)
class People:
    """Anyone, the workspace's admins, or people, user groups and members of channels by id."""

    @property
    def expects(self) -> str:
        return "anyone, admins, or mentions of people, user groups and channels (their members)"

    def parse(self, text: str) -> Value:
        found = [_one(word, self.expects) for word in re.split(r"[\s,]+", text.strip()) if word]
        return self.check(found)

    def check(self, value: Any) -> Value:
        items = list(value) if isinstance(value, list | tuple) else []
        known = [item for item in items if isinstance(item, str) and _is_known(item)]
        if not items or known != items or len(set(items)) > MOST_PEOPLE:
            raise _unreadable(" ".join(map(str, items)), self.expects)
        return (ANYONE,) if ANYONE in items else tuple(sorted(set(items)))

    def show(self, value: Value) -> str:
        names = value if isinstance(value, tuple) else (str(value),)
        return ", ".join(map(_named, names))


@dataclass(frozen=True)
class Phrase:
    """Words that `read` understands; stored as they are shown, None as "off"."""

    expects: str
    read: Callable[[str], object | None]

    def parse(self, text: str) -> Value:
        found = self.read(text)
        return OFF if found is None else str(found)

    def check(self, value: Any) -> Value:
        return self.parse(str(value))

    def show(self, value: Value) -> str:
        return str(value)


def _one(word: str, expects: str) -> str:
    if word.lower() in _WORDS:
        return _WORDS[word.lower()]
    mention = _MENTION.fullmatch(word)
    if mention and _ID.fullmatch(mention["id"]):
        return mention["id"]
    if not _TYPED_ID.fullmatch(word):
        raise refused(word, expects)
    return word


def _is_known(item: str) -> bool:
    return item in (ANYONE, ADMINS) or _ID.fullmatch(item) is not None


def _named(item: str) -> str:
    if item == ANYONE:
        return "anyone"
    if item == ADMINS:
        return "workspace admins"
    if item.startswith("S"):
        return f"<!subteam^{item}>"
    return f"members of <#{item}>" if item[0] in "CG" else f"<@{item}>"


def _unreadable(given: object, expects: str) -> UserFacingError:
    shown = str(given).strip()[:60]
    said = f"“{shown}” does not fit here." if shown else "That says nothing."
    return UserFacingError(said, hint=f"Give {expects}.")
