"""What follows from a time by rule: the worst first, each one names the rows it rests on."""

from collections.abc import Sequence

from bot.domain.assessment.figures import Tally
from bot.domain.assessment.period import Period

MOST = 6
"""Ours: more than a team can take on."""
_FAILED = 0.2
"""Ours: one task in five that fails is no chance any more."""
_ANSWERED = 0.6
"""Ours: below it a standup does not tell how the team stands."""


def proposals(period: Period, now: Tally, *, enough: int) -> tuple[str, ...]:
    """Return at most six actions, the most pressing first."""
    found = [
        *_waiting(now),
        *_working(now, enough),
        *(_longer(now) if period is not Period.WEEKLY else ()),
        *(_ahead(now) if period in (Period.QUARTERLY, Period.ANNUAL) else ()),
    ]
    return tuple(found[:MOST])


def headline(now: Tally, proposed: Sequence[str]) -> str:
    """Return what matters most, without a model."""
    if proposed:
        return proposed[0]
    if not now.came_in and not now.done and not now.asked:
        return "Nothing happened here that I could count."
    return "Nothing stands out."


def _waiting(now: Tally) -> list[str]:
    found = []
    if now.escalations_open:
        found.append(f"Resolve what is escalated: {_named(now.escalations_open)}.")
    if now.repeated:
        found.append(f"Give an owner to what blocks for days: {_named(now.repeated)}.")
    if now.hand_offs_late:
        found.append(f"Ask again for overdue hand-offs: {_named(now.hand_offs_late)}.")
    if now.actions_late:
        found.append(f"Finish or drop overdue actions: {_named(now.actions_late)}.")
    if now.actions_nobodys:
        found.append(f"Find owners for actions that are nobody's: {_named(now.actions_nobodys)}.")
    if len(now.undecided) > now.decided:
        found.append(f"Decide what waits: {_named(now.undecided)}.")
    return found


def _working(now: Tally, enough: int) -> list[str]:
    found = []
    tried = now.done + now.failed
    if tried >= enough and now.failed / tried > _FAILED:
        found.append(f"Look at why {now.failed} of {tried} tasks failed.")
    if now.asked >= enough and now.answered / now.asked < _ANSWERED:
        told = f"{now.answered} of {now.asked}"
        found.append(f"Ask whether the standup's time and questions fit: {told} answers came.")
    if now.good + now.bad >= enough and now.bad > now.good:
        found.append(f"Look at the results that {now.bad} of {now.good + now.bad} found bad.")
    return found


def _longer(now: Tally) -> list[str]:
    found = []
    if now.debts_late:
        found.append(f"Pay off overdue debt, or set a new day: {_named(now.debts_late)}.")
    if now.debts_planless:
        found.append(f"Plan how debt is remedied: {_named(now.debts_planless)}.")
    if now.to_review:
        found.append(f"Review decisions whose day has passed: {_named(now.to_review)}.")
    if now.ownerless:
        found.append(f"Find owners for services: {_named(now.ownerless)}.")
    if now.learning_late:
        found.append(f"Give overdue learning a new day, or drop it: {_named(now.learning_late)}.")
    return found


def _ahead(now: Tally) -> list[str]:
    found = []
    if not now.learning_open:
        found.append("Plan what to learn and teach next quarter: `/lead learning add`.")
    if now.debts and not now.debts_late:
        found.append(f"Choose which debt the next quarter pays off: {_named(now.debts)}.")
    if not now.retrospectives:
        found.append("Hold retrospectives: `/lead schedule retrospective every 2 weeks`.")
    return found


def _named(ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:5])
    return shown + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
