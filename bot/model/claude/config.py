"""What a ClaudeModel must know, as plain values, and how the settings fill it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from bot.domain.redaction import Options
from bot.settings import Settings

Role = Literal["lead", "specialist", "triage"]

LARGEST_MAX_TOKENS = 64_000
"""The smallest output limit among the listed models (Haiku 4.5); a larger ask is refused."""


def _max_tokens() -> Mapping[Role, int]:
    # Thinking counts too. At an assumed 80 tokens/s a deadline of 120 s lets 10,000 through.
    return MappingProxyType({"lead": 10_000, "specialist": 8_000, "triage": 4_000})


@dataclass(frozen=True)
class ClaudeConfig:
    """How to reach Claude, which model has which role, and how patient we are.

    `deadline` is in seconds and holds for one exchange with its retries. `attempts` counts the
    first try. `backoff` is the longest wait in seconds before the second try; it doubles from
    there to `backoff_most`. `base_url` None leaves it to the SDK (`ANTHROPIC_BASE_URL`). An
    empty `api_key` is for servers that want none.
    """

    api_key: str = field(repr=False)
    base_url: str | None = None
    lead: str = "claude-sonnet-5-5"
    specialist: str = "claude-sonnet-5-5"
    triage: str = "claude-haiku-5-5"
    deadline: float = 120.0
    attempts: int = 4
    concurrency: int = 16
    max_tokens: Mapping[Role, int] = field(default_factory=_max_tokens)
    backoff: float = 1.0
    backoff_most: float = 20.0
    prices_file: Path | None = None
    redaction: Options = field(default_factory=Options)

    def model_of(self, role: Role) -> str:
        """Return the model's name for a role."""
        models: dict[Role, str] = {
            "lead": self.lead,
            "specialist": self.specialist,
            "triage": self.triage,
        }
        return models[role]


def config_from(settings: Settings) -> ClaudeConfig:
    """Return the configuration that the settings describe."""
    model = settings.model
    return ClaudeConfig(
        api_key=settings.claude.api_key.get_secret_value(),
        base_url=settings.claude.base_url or None,
        lead=model.lead,
        specialist=model.specialist,
        triage=model.triage,
        deadline=model.deadline_seconds,
        attempts=model.attempts,
        concurrency=model.concurrency,
        prices_file=model.prices_file,
        redaction=Options(**settings.redaction.model_dump()),
    )
