"""Settings of other teams: where they are, and what they may send us."""

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from bot.settings_outside import group


class TeamsSettings(BaseSettings):
    """Where other teams are: a channel's id, or a webhook that takes JSON (docs/hand-offs.md)."""

    model_config = group("TEAMLEAD_TEAMS_")

    main_orchestrator: str = Field("off", description="Gets the daily report as well.")
    frontend: str = Field("off", description="The frontend team.")
    mobile: str = Field("off", description="The mobile team.")
    devops: str = Field("off", description="The devops team.")
    security: str = Field("off", description="The security team.")
    testing: str = Field("off", description="The testing team.")
    inbox: str = Field("off", description="The channel that shows what other teams ask of us.")
    report_hour: Annotated[int, Ge(0), Le(23)] = Field(
        16, description="Hour in UTC of the daily report, Monday to Friday."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="Signs what comes to `/webhooks/hand-off`; empty: nothing does."
    )
    webhook_workspace: str = Field(
        "", description="The workspace that it is for, where there are several."
    )
