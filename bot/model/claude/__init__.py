"""Claude as a Model. Importing this loads no SDK; building a ClaudeModel does."""

from bot.model.claude.config import ClaudeConfig, config_from
from bot.model.claude.model import ClaudeModel

__all__ = ["ClaudeConfig", "ClaudeModel", "config_from"]
