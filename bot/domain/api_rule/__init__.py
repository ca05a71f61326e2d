"""Rules that every API keeps: looked up in its OpenAPI document, each miss named with its place."""

from bot.domain.api_rule.check import ApiScore, check_api, observe_apis
from bot.domain.api_rule.rules import RULES

__all__ = ["RULES", "ApiScore", "check_api", "observe_apis"]
