"""What a drawn chart is: bytes to upload and the words that stand for them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import Bug


@dataclass(frozen=True)
class Chart:
    """`png` are the picture's bytes, `alt` says all its values; `title` names the file."""

    title: str
    png: bytes
    alt: str


def number(value: float, unit: str = "") -> str:
    """Return a value with its unit, such as `1,250`, `2.5 days`, `62 %` or `$0.38`."""
    digits = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0")
    if unit == "$":
        money = digits if float(value).is_integer() else f"{value:,.2f}"
        return f"-${money[1:]}" if money.startswith("-") else f"${money}"
    return f"{digits.rstrip('.')} {unit}".rstrip()


def check(values: Iterable[float], *, least: float = -math.inf) -> None:
    """Raise Bug for what cannot be drawn: nothing at all, NaN, or less than `least`."""
    found = list(values)
    if not found:
        raise Bug("a chart needs at least one value")
    wrong = [value for value in found if not math.isfinite(value) or value < least]
    if wrong:
        raise Bug(f"a chart cannot show {wrong[0]!r}")
