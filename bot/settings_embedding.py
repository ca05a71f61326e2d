"""Settings of finding by meaning: whether, and how much of it is held in memory."""

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import Field
from pydantic_settings import BaseSettings

from bot.settings_outside import group


class EmbeddingSettings(BaseSettings):
    """Finding what is remembered by its meaning; needs the extra `embeddings` (docs/memory.md)."""

    model_config = group("TEAMLEAD_EMBEDDING_")

    enabled: bool = Field(
        False, description="Whether notes are found by what they mean, too, not by words alone."
    )
    most: Annotated[int, Ge(100), Le(500_000)] = Field(
        50_000,
        description="How many of a workspace's newest notes are compared by meaning; each takes"
        " 1 kB of memory.",
    )
