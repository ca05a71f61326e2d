"""Sprints' defaults: how long they are, what items are estimated in."""

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group as _group


class SprintSettings(BaseSettings):
    """How sprints are planned, unless a workspace or channel says otherwise (docs/sprint.md)."""

    model_config = _group("TEAMLEAD_SPRINT_")

    unit: Literal["points", "days"] = Field(
        "points", description="What items are estimated in: `points` or person-`days`."
    )
    weeks: Annotated[int, Ge(1), Le(6)] = Field(2, description="How many weeks a sprint has.")
