"""Settings of decision records as files."""

from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group


class AdrSettings(BaseSettings):
    """Where decisions are committed, by the bot and `teamlead adr export` (docs/adr-files.md)."""

    model_config = group("TEAMLEAD_ADR_")

    repository: str = Field("", description="A local Git repository; empty: nothing is committed.")
    branch: str = Field("adr/teamlead", description="The branch of the commits; made when new.")
    folder: str = Field("docs/decisions", description="The folder in it that holds the records.")
    push: bool = Field(False, description="Whether the bot pushes the branch to `origin`, too.")
    workspace: str = Field(
        "", description="The workspace whose decisions the bot commits, where there are several."
    )
