"""Decides without a model what a request needs: a reaction, an answer, one specialist, a team."""

from bot.domain.routing.triage import matching_cards, route
from bot.domain.routing.values import Kind, Ranked, Route, TeamData, Topic

__all__ = ["Kind", "Ranked", "Route", "TeamData", "Topic", "matching_cards", "route"]
