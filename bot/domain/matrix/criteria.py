"""Criteria and options as people write them: one a line, weights in percent."""

import re
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from bot.errors import UserFacingError

MOST_OPTIONS = 6
MOST_CRITERIA = 6
"""Ours: a form of six options by six criteria is the largest that anybody fills in."""
_LONGEST_OPTION, _LONGEST_NAME = 60, 40
_LINE = re.compile(r"\s*(?:[-*•]\s*)?(?P<name>.+?)\s*[:=]?\s+(?P<weight>[0-9]{1,3})\s*%?\s*")
_EXAMPLE = "One a line, e.g. `team expertise 35`."


class Criterion(BaseModel):
    """What the options are compared by; `weight` in percent."""

    model_config = ConfigDict(frozen=True)

    name: str
    weight: int


DEFAULTS = (
    Criterion(name="team expertise", weight=35),
    Criterion(name="performance requirements", weight=25),
    Criterion(name="scalability needs", weight=20),
    Criterion(name="ecosystem maturity", weight=10),
    Criterion(name="maintenance cost", weight=10),
)
"""Source: the seed, "Technology Selection Matrix". A 5 is always good: low cost scores high."""


def parse_criteria(text: str) -> tuple[Criterion, ...]:
    """Return the criteria of a text; commas part them as lines do.

    Raises UserFacingError when one cannot be read, stands twice, or they do not sum to 100 %.
    """
    found = [_criterion(line) for line in re.split(r"[\n,;]", text) if line.strip()]
    if not found:
        raise UserFacingError("There are no criteria.", hint=_EXAMPLE)
    if len(found) > MOST_CRITERIA:
        raise UserFacingError(f"More than {MOST_CRITERIA} criteria are too many to score.")
    _no_doubles([item.name for item in found], "criterion")
    total = sum(item.weight for item in found)
    if total != 100:
        raise UserFacingError(f"The weights sum to {total} %.", hint="They must sum to 100 %.")
    return tuple(found)


def show_criteria(criteria: Iterable[Criterion]) -> str:
    """Return criteria as `parse_criteria` reads them."""
    return "\n".join(f"{item.name} {item.weight}" for item in criteria)


def parse_options(text: str) -> tuple[str, ...]:
    """Return the options of a text, one a line; raises UserFacingError for less than two."""
    found = [" ".join(line.strip(" \t-*•").split()) for line in text.splitlines()]
    found = [line for line in found if line]
    if len(found) < 2:
        raise UserFacingError(
            "There is nothing to compare.", hint="Two options or more, one a line."
        )
    if len(found) > MOST_OPTIONS:
        raise UserFacingError(f"More than {MOST_OPTIONS} options are too many to score.")
    long = next((line for line in found if len(line) > _LONGEST_OPTION), None)
    if long is not None:
        raise UserFacingError(f"“{long[:30]}…” is too long for a table.", hint="60 characters fit.")
    _no_doubles(found, "option")
    return tuple(found)


def _criterion(line: str) -> Criterion:
    match = _LINE.fullmatch(line)
    if match is None:
        raise UserFacingError(f"“{line.strip()[:60]}” has no weight.", hint=_EXAMPLE)
    name, weight = " ".join(match["name"].split()), int(match["weight"])
    if len(name) > _LONGEST_NAME:
        raise UserFacingError(f"“{name[:30]}…” is too long for a table.", hint="40 characters fit.")
    if not 1 <= weight <= 100:
        raise UserFacingError(f"The weight of “{name}” must be from 1 to 100.")
    return Criterion(name=name, weight=weight)


def _no_doubles(names: list[str], noun: str) -> None:
    folded = [name.casefold() for name in names]
    twice = next((name for name in names if folded.count(name.casefold()) > 1), None)
    if twice is not None:
        raise UserFacingError(f"The {noun} “{twice}” stands twice.")
