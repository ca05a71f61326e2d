"""Settings of standups."""

from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group


class StandupSettings(BaseSettings):
    """Whom a standup asks, unless a workspace or channel says otherwise (docs/standup.md)."""

    model_config = group("TEAMLEAD_STANDUP_")

    people: str = Field(
        "",
        description="Comma-separated user ids and user group ids who are asked, of those in the"
        " channel; empty: all its members.",
    )
