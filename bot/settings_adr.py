"""Settings of decision records as files."""

from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group


class AdrSettings(BaseSettings):
    """Where `teamlead adr export` commits decisions (docs/adr-files.md)."""

    model_config = group("TEAMLEAD_ADR_")

    repository: str = Field("", description="A local Git repository; empty: name a folder.")
    branch: str = Field("adr/teamlead", description="The branch of the commits; made when new.")
    folder: str = Field("docs/decisions", description="The folder in it that holds the records.")
