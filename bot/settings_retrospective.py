"""Retrospectives' defaults: what cards are asked for, how many votes people have."""

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group as _group


class RetrospectiveSettings(BaseSettings):
    """How the team looks back, unless a channel says otherwise (docs/improvement.md)."""

    model_config = _group("TEAMLEAD_RETROSPECTIVE_")

    columns: str = Field(
        "What worked, What failed, Ideas", description="What a retrospective asks for, by commas."
    )
    votes: Annotated[int, Ge(1), Le(10)] = Field(
        3, description="How many votes each person has in a retrospective."
    )
    enough: Annotated[int, Ge(1), Le(100)] = Field(
        5, description="A share or a median of fewer is not told in an assessment."
    )
