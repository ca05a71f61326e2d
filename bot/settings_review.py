"""What an architecture review puts on its agenda, unless a workspace or channel says otherwise."""

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group


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
