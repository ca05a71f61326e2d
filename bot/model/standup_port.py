"""What a standup asks of a model."""

from dataclasses import dataclass

from bot.domain.standup.risks import Risk, RiskList
from bot.model.port import Request


@dataclass(frozen=True, kw_only=True)
class StandupRiskRequest(Request[RiskList]):
    """Weigh a standup's risks; `said` is what people answered.

    `facts` is what the tables say, a line each; `known` is what rules made of that.
    """

    result_type = RiskList
    role = "lead"

    facts: tuple[str, ...]
    known: tuple[Risk, ...]
