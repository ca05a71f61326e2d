"""A decision: its contents, its states, its votes, its links, its dates."""

from bot.domain.decision.dues import DueKind, dues_of
from bot.domain.decision.links import BACKWARD, DIRECTED, LinkKind, check_link, closes_circle
from bot.domain.decision.record import (
    DecisionOption,
    DecisionProposal,
    DecisionRecord,
    RecordOption,
)
from bot.domain.decision.states import OPEN, TERMINAL, DecisionState, can_move, move
from bot.domain.decision.voting import Rejection, Tally, Verdict, Vote, tally

__all__ = [
    "BACKWARD",
    "DIRECTED",
    "OPEN",
    "TERMINAL",
    "DecisionOption",
    "DecisionProposal",
    "DecisionRecord",
    "DecisionState",
    "DueKind",
    "LinkKind",
    "RecordOption",
    "Rejection",
    "Tally",
    "Verdict",
    "Vote",
    "can_move",
    "check_link",
    "closes_circle",
    "dues_of",
    "move",
    "tally",
]
