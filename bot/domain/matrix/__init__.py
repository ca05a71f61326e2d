"""The technology selection matrix: criteria with weights, scores, a result and how firm it is."""

from bot.domain.matrix.criteria import DEFAULTS, Criterion, parse_criteria, parse_options
from bot.domain.matrix.result import Cell, Result, Score, evaluate
from bot.domain.matrix.sensitivity import Turn, told_turns, turns

__all__ = [
    "DEFAULTS",
    "Cell",
    "Criterion",
    "Result",
    "Score",
    "Turn",
    "evaluate",
    "parse_criteria",
    "parse_options",
    "told_turns",
    "turns",
]
