"""Quality gates: what is asked of code and services, and what a report says about it."""

from bot.domain.quality_gate.checks import CHECKS, Check, find_check
from bot.domain.quality_gate.judge import GateState, Judged, Verdict, judge
from bot.domain.quality_gate.observe import Observed, observe
from bot.domain.quality_gate.policy import Policy, Waiver, read_policy

__all__ = [
    "CHECKS",
    "Check",
    "GateState",
    "Judged",
    "Observed",
    "Policy",
    "Verdict",
    "Waiver",
    "find_check",
    "judge",
    "observe",
    "read_policy",
]
