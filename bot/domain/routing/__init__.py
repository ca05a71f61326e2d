"""Decides without a model what a request needs: a reaction, an answer, one specialist, a team."""

from bot.domain.routing.triage import card_index, matching_cards, route
from bot.domain.routing.values import Kind, Ranked, Route, TeamData, Topic

__all__ = ["Kind", "Ranked", "Route", "TeamData", "Topic", "card_index", "matching_cards", "route"]
