"""Quantities, technologies and the subject of a request, read without a model."""

from bot.domain.facts.extract import extract, extract_all, without_code
from bot.domain.facts.values import CARD_FACTS, Fact, FactName, Facts

__all__ = ["CARD_FACTS", "Fact", "FactName", "Facts", "extract", "extract_all", "without_code"]
