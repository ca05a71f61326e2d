"""Settings of the MCP server: whether it is there, for whom, and how much one program may ask."""

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group


class McpSettings(BaseSettings):
    """The MCP server for other programs (docs/mcp.md)."""

    model_config = group("TEAMLEAD_MCP_")

    enabled: bool = Field(
        True, description="Whether `run` and `serve` answer `/mcp`, for programs with a token."
    )
    hosts: str = Field(
        "",
        description="Comma-separated public names under which `/mcp` is reached, e.g."
        " `lead.example.com`; this machine's own always count.",
    )
    calls_per_minute: Annotated[int, Ge(1), Le(100_000)] = Field(
        240, description="Requests that one token may make in a minute, in one process."
    )
    body_bytes: Annotated[int, Ge(1_000), Le(100_000_000)] = Field(
        1_000_000, description="Largest request, in bytes."
    )
    token_days: Annotated[int, Ge(0), Le(3_650)] = Field(
        90, description="How long a new token lasts, in days; 0: without an end."
    )
