"""Claude as a Model, over the Messages API; no SDK is loaded (ADR 24)."""

from bot.model.claude.config import ClaudeConfig, config_from
from bot.model.claude.model import ClaudeModel

__all__ = ["ClaudeConfig", "ClaudeModel", "config_from"]
