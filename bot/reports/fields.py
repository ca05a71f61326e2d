"""Numbers and words of a file that nobody vouches for, refused with a sentence that names them."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.report import ReportInvalid

LARGEST = 1e15
"""No count, time or rate of a real report comes near."""
LONGEST_TEXT = 300
_NOT_PRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


def number(value: object, field: str) -> float:
    """Return a finite number that is not negative; raises ReportInvalid with the field's name."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ReportInvalid(f"`{field}` is not a number.")
    try:
        read = float(value)
    except (ValueError, OverflowError):
        raise ReportInvalid(f"`{field}` is not a number.") from None
    if not math.isfinite(read):
        raise ReportInvalid(f"`{field}` is not a finite number.")
    if read < 0:
        raise ReportInvalid(f"`{field}` is negative.")
    if read > LARGEST:
        raise ReportInvalid(f"`{field}` is too large to be true.")
    return read + 0.0 if read else 0.0


def count(value: object, field: str) -> int:
    """Return a whole number that is not negative; raises ReportInvalid."""
    read = number(value, field)
    if read != int(read):
        raise ReportInvalid(f"`{field}` is not a whole number.")
    return int(read)


def percent(part: float, whole: float, field: str) -> float:
    """Return 0 to 100; raises ReportInvalid when the part is larger than the whole."""
    if part > whole:
        raise ReportInvalid(f"`{field}` counts more than there are.")
    return 100.0 * part / whole


def words(value: object, longest: int = LONGEST_TEXT) -> str:
    """Return one printable line of bounded length; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    line = " ".join(_NOT_PRINTED.sub(" ", value[: 4 * longest]).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


@dataclass(frozen=True)
class Fields:
    """An object of a JSON document, with its place for the sentences."""

    values: dict[str, object]
    place: str = ""

    def field(self, key: str) -> str:
        """Return a field's name with its place."""
        return f"{self.place}.{key}" if self.place else key

    def number(self, key: str) -> float:
        """Return a number that must be there; raises ReportInvalid."""
        if key not in self.values:
            raise ReportInvalid(f"`{self.field(key)}` is missing.")
        return number(self.values[key], self.field(key))

    def count(self, key: str) -> int:
        """Return a whole number that must be there; raises ReportInvalid."""
        return count(self.number(key), self.field(key))

    def number_or_none(self, key: str) -> float | None:
        """Return a number, None when there is none; raises ReportInvalid."""
        return None if self.values.get(key) is None else self.number(key)

    def words(self, key: str, longest: int = LONGEST_TEXT) -> str:
        """Return a text of bounded length, empty when there is none."""
        return words(self.values.get(key), longest)

    def inner(self, key: str) -> "Fields":
        """Return an object, an empty one when there is none; raises ReportInvalid."""
        value = self.values.get(key)
        if value is None:
            return Fields({}, self.field(key))
        return fields(value, self.field(key))

    def each(self, key: str) -> Iterator["Fields"]:
        """Yield the objects of a list, nothing when there is none; raises ReportInvalid."""
        value = self.values.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise ReportInvalid(f"`{self.field(key)}` is not a list.")
        for index, one in enumerate(value):
            yield fields(one, f"{self.field(key)}[{index}]")


def fields(value: object, place: str) -> Fields:
    """Return an object's fields; raises ReportInvalid when it is none."""
    if not isinstance(value, dict):
        raise ReportInvalid(f"`{place or 'The file'}` is not an object.")
    return Fields(value, place)
