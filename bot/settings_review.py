"""What an architecture review puts on its agenda, unless a workspace or channel says otherwise."""

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group

USUAL = {
    "decisions": "backend-architect",
    "debt": "microservices-expert",
    "changes": "api-architect",
    "technology": "backend-architect",
    "performance": "database-architect",
}
"""The four participants that the seed names, by the point that each works."""


def read_specialists(text: str) -> dict[str, str]:
    """Return who works which point, of those left out the usual one.

    Raises ValueError for a point that there is not.
    """
    found = dict(USUAL)
    for part in filter(None, map(str.strip, text.split(","))):
        point, _, name = (word.strip() for word in part.partition("="))
        if point not in USUAL or not name:
            raise ValueError(f"“{part}” does not fit; say point=specialist, points are"
                             f" {', '.join(USUAL)}")  # fmt: skip
        found[point] = name
    return found


def _specialists(text: str) -> str:
    read_specialists(text)
    return text


class ReviewSettings(BaseSettings):
    """What an architecture review speaks of (docs/architecture-review.md)."""

    model_config = group("TEAMLEAD_REVIEW_")

    ahead_days: Annotated[int, Ge(0), Le(365)] = Field(
        14, description="Days ahead in which a decision's end or review counts as near."
    )
    stale_days: Annotated[int, Ge(1), Le(3_650)] = Field(
        90, description="Days after which a technology on trial or assessed is asked about."
    )
    measure_days: Annotated[int, Ge(1), Le(365)] = Field(
        30, description="Days after which a performance target wants a new measurement."
    )
    specialists: Annotated[str, AfterValidator(_specialists)] = Field(
        ", ".join(f"{point}={name}" for point, name in USUAL.items()),
        description="Who works which point; what the team lacks its first specialist works.",
    )
