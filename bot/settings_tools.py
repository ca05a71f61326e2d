"""Settings of tool servers and repositories: how far specialists may go with them."""

from typing import Annotated

from annotated_types import Ge, Gt, Le
from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group


class ToolsSettings(BaseSettings):
    """Tools that specialists may use (docs/tools.md)."""

    model_config = group("TEAMLEAD_TOOLS_")

    enabled: bool = Field(True, description="Whether configured tool servers are used at all.")
    call_seconds: Annotated[float, Gt(0)] = Field(60, description="One call of a tool.")
    result_chars: Annotated[int, Ge(500), Le(200_000)] = Field(
        12_000, description="Most of one result that a model is given, in characters."
    )
    rounds: Annotated[int, Ge(1), Le(10)] = Field(
        4, description="How often a specialist may look things up before it must answer."
    )
    calls: Annotated[int, Ge(1), Le(50)] = Field(
        8, description="Most calls that a specialist may make at once."
    )
    ask_hours: Annotated[float, Gt(0), Le(720)] = Field(
        24, description="How long a call waits for a person's yes before it goes on without."
    )
    check_minutes: Annotated[float, Gt(0)] = Field(
        15, description="How often it is looked whether tool servers answer."
    )
    private_addresses: bool = Field(
        False,
        description="Whether a tool server's address may lead into this machine or its network.",
    )
