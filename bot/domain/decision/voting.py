"""Who has said what about a revision of a decision, and whether that settles it.

The rule: a decision is accepted when as many people as its quorum have said yes to the present
revision, each counted once, by their last word. What rejects it is the channel's choice: one no
of somebody whose vote counts, or as many as yeses are needed. Who is named as approver, or belongs
to a named group, has a vote; without names everybody has whom the settings let decide.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.domain.decision.states import DecisionState

Rejection = Literal["one", "quorum"]
"""How many noes reject: one, or as many as yeses are needed."""


class Verdict(StrEnum):
    """What one person says."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True)
class Vote:
    """One person's last word on a revision."""

    user_id: str
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True)
class Tally:
    """The votes counted: who said yes and no, and what that makes of the decision."""

    yes: tuple[str, ...]
    no: tuple[str, ...]
    quorum: int
    outcome: Literal[DecisionState.ACCEPTED, DecisionState.REJECTED, DecisionState.PROPOSED]

    @property
    def words(self) -> str:
        """How far it is, e.g. "1 of 2 so far"."""
        return f"{len(self.yes)} of {self.quorum} so far"


def tally(votes: Iterable[Vote], *, quorum: int, rejection: Rejection) -> Tally:
    """Count votes in the order they were given; of one person only the last counts."""
    last = {vote.user_id: vote.verdict for vote in votes}
    yes = tuple(user for user, verdict in last.items() if verdict is Verdict.YES)
    no = tuple(user for user, verdict in last.items() if verdict is Verdict.NO)
    if len(no) >= (1 if rejection == "one" else quorum):
        return Tally(yes, no, quorum, DecisionState.REJECTED)
    if len(yes) >= quorum:
        return Tally(yes, no, quorum, DecisionState.ACCEPTED)
    return Tally(yes, no, quorum, DecisionState.PROPOSED)
