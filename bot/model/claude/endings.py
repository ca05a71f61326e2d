"""The models that are to end, with the days, as Anthropic has said so far; a test asks its SDK."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

ENDS: Final[Mapping[str, date]] = MappingProxyType(
    {
        "claude-mythos-preview": date(2026, 6, 30),
        "claude-opus-4-5": date(2027, 1, 22),
        "claude-sonnet-4-5": date(2026, 11, 30),
    }
)
_DATED: Final = re.compile(r"-\d{8}$")


def deprecated(models: Iterable[str]) -> dict[str, str]:
    """Return which of `models` are to end, with the day; a dated name ends with its model."""
    ends = {model: ENDS.get(_DATED.sub("", model)) for model in models}
    return {model: f"{day:%Y-%m-%d}" for model, day in ends.items() if day is not None}
