"""Risks that the rows of a standup show, each with what helps; a model may weigh them anew."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

_QUEUE = 3
"""Ours: so many pieces that wait for one specialist are a queue."""
_HALF = 0.5


@dataclass(frozen=True)
class Stuck:
    """A task that does not move: its id, why, and whether it failed or waits for a yes."""

    public_id: str
    reason: str
    failed: bool = False
    wants_yes: bool = False


@dataclass(frozen=True)
class Repeated:
    """A blocker that was named before."""

    public_id: str
    times: int
    decision: str = ""
    escalation: str = ""


class Risk(BaseModel):
    """What may go wrong, and what helps."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(description="what may go wrong and why, one sentence with its ids")
    mitigation: str = Field(description="what helps and who does it, one sentence")


class RiskList(BaseModel):
    """A standup's risks as a model weighs them."""

    model_config = ConfigDict(frozen=True)

    risks: tuple[Risk, ...] = Field(description="the worst first, at most six; empty for none")


def risk(text: str, mitigation: str) -> Risk:
    """Return a risk."""
    return Risk(text=text, mitigation=mitigation)


def risks(
    stuck: Sequence[Stuck],
    repeated: Sequence[Repeated],
    waiting: Sequence[str],
    *,
    answered: int,
    asked: int,
) -> list[Risk]:
    """Return the risks, the worst first; `waiting` names a specialist for each piece that waits."""
    found = [_repeated(blocker) for blocker in repeated]
    found += [_stuck(task) for task in stuck]
    found += [
        risk(f"{count} pieces wait for {name}", "`/lead conflict` weighs which goes first")
        for name, count in Counter(waiting).most_common()
        if count >= _QUEUE
    ]
    if asked and answered < asked * _HALF:
        found.append(
            risk(
                f"Only {answered} of {asked} answered, so this may be incomplete",
                "late answers are added here",
            )
        )
    return found


def _repeated(blocker: Repeated) -> Risk:
    text = f"{blocker.public_id} blocks for the {_ordinal(blocker.times)} standup"
    if blocker.escalation:
        return risk(text, f"escalated as {blocker.escalation}")
    if blocker.decision:
        return risk(text, f"decide {blocker.decision}; named once more it is escalated")
    return risk(text, "somebody takes it")


def _stuck(task: Stuck) -> Risk:
    if task.failed:
        return risk(f"{task.public_id} failed: {task.reason}", f"`/lead retry {task.public_id}`")
    if task.wants_yes:
        return risk(
            f"{task.public_id} waits for a yes to its plan",
            f"approve it, or `/lead stop {task.public_id}`",
        )
    return risk(f"{task.public_id} is paused: {task.reason}", f"`/lead retry {task.public_id}`")


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 14 else ending}"
