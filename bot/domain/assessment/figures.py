"""Figures from counted rows; of too few no share and no median is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from bot.domain.assessment.findings import NOT_ENOUGH, Figure
from bot.domain.assessment.period import Period
from bot.domain.usage import MICROS

Ids = tuple[str, ...]


@dataclass(frozen=True)
class Tally:
    """What the rows of one channel and time say; ids are as people call things."""

    came_in: int = 0
    done: int = 0
    failed: int = 0
    stopped: int = 0
    hours: tuple[float, ...] = ()
    """From coming in to done, of each task."""
    blockers: Ids = ()
    """That came up."""
    solved_days: tuple[float, ...] = ()
    repeated: Ids = ()
    """Blockers that are open and were named in two standups or more."""
    escalations: Ids = ()
    escalations_open: Ids = ()
    decided: int = 0
    undecided: Ids = ()
    to_review: Ids = ()
    """Accepted decisions whose review or end has passed."""
    hand_offs_late: Ids = ()
    asked: int = 0
    answered: int = 0
    good: int = 0
    bad: int = 0
    cost_micros: int = 0
    cost_tasks: int = 0
    actions_done: int = 0
    actions_open: Ids = ()
    actions_late: Ids = ()
    actions_nobodys: Ids = ()
    lessons: int = 0
    retrospectives: int = 0
    services: int = 0
    ownerless: Ids = ()
    """Names of services without an owner."""
    dependencies: int = 0
    debts: Ids = ()
    debts_late: Ids = ()
    debts_planless: Ids = ()
    debts_ended: int = 0
    compared: Ids = ()
    """Comparisons of technologies that were revealed."""
    moves: tuple[str, ...] = ()
    """On the technology radar, e.g. "Kafka: trial to adopt"."""
    learned: int = 0
    learning_open: Ids = ()
    learning_late: Ids = ()
    steps: tuple["Tally", ...] = field(default=())
    """The same of each step of the time."""


Say = Callable[[Tally], str]

_DELIVERY, _FLOW, _PEOPLE = "Delivery", "What waits", "People"
_HEALTH, _DEBT, _TECHNOLOGY = "Architecture health", "Technical debt", "Technology"
_LEARNING, _COST = "Team development", "Cost"


def _table(enough: int) -> tuple[tuple[str, str, Say], ...]:
    return (
        (_DELIVERY, "Tasks done", lambda t: _of(t.done, t.came_in, "came in")),
        (_DELIVERY, "Failed", lambda t: _share(t.failed, t.done + t.failed, enough)),
        (_DELIVERY, "From wish to done", lambda t: _median(t.hours, enough)),
        (_FLOW, "Blockers that came up", lambda t: str(len(t.blockers))),
        (
            _FLOW,
            "Until a blocker is solved",
            lambda t: _median([24 * days for days in t.solved_days], enough),
        ),
        (_FLOW, "Escalations", lambda t: _ids(t.escalations, still=t.escalations_open)),
        (_FLOW, "Decisions taken", lambda t: _of(t.decided, len(t.undecided), "wait")),
        (_PEOPLE, "Standup answers", lambda t: _share(t.answered, t.asked, enough)),
        (_PEOPLE, "Results found good", lambda t: _share(t.good, t.good + t.bad, enough)),
        (_PEOPLE, "Actions done", lambda t: _of(t.actions_done, len(t.actions_open), "open")),
        (_PEOPLE, "Lessons kept", lambda t: _of(t.lessons, t.retrospectives, "retrospectives")),
        (_COST, "Model calls", lambda t: _money(t)),
    )


_LONGER: tuple[tuple[str, str, Say], ...] = (
    (_HEALTH, "Services without an owner", lambda t: _of(len(t.ownerless), t.services, "in all")),
    (_HEALTH, "Dependencies between services", lambda t: str(t.dependencies)),
    (_HEALTH, "Decisions due for review", lambda t: _ids(t.to_review)),
    (_DEBT, "Open debts", lambda t: _of(len(t.debts), len(t.debts_late), "overdue")),
    (_DEBT, "Debts paid off or dropped", lambda t: str(t.debts_ended)),
    (_TECHNOLOGY, "Comparisons", lambda t: _ids(t.compared)),
    (_TECHNOLOGY, "Moves on the radar", lambda t: "; ".join(t.moves[:8]) or "none"),
    (_LEARNING, "Learned or taught", lambda t: _of(t.learned, len(t.learning_open), "planned")),
)
_NOW_ONLY = frozenset({_HEALTH, _DEBT, _TECHNOLOGY})
"""Told as it is now: what stood a month ago cannot be counted from rows that stand now."""
_TRENDS = frozenset({"Tasks done", "Blockers that came up", "Decisions taken", "Lessons kept"})


def figures(period: Period, now: Tally, before: Tally, *, enough: int) -> tuple[Figure, ...]:
    """Return the figures of a time, each with that of the time before it."""
    rows = _table(enough)
    if period is not Period.WEEKLY:
        rows = (*rows[:-1], *_LONGER, rows[-1])
    return tuple(
        Figure(
            part=part,
            name=name,
            value=say(now),
            was="" if part in _NOW_ONLY else say(before),
            trend=tuple(_first(say(step)) for step in now.steps) if name in _TRENDS else (),
        )
        for part, name, say in rows
    )


def _first(text: str) -> str:
    return text.partition(",")[0]


def _of(part: int, other: int, word: str) -> str:
    return f"{part}, {other} {word}"


def _ids(ids: Sequence[str], *, still: Sequence[str] = ()) -> str:
    shown = ", ".join(ids[:6]) + (f" and {len(ids) - 6} more" if len(ids) > 6 else "")
    told = f"{len(ids)}: {shown}" if ids else "0"
    return f"{told}, {len(still)} open" if still else told


def few(n: int, enough: int) -> str:
    """Return how it is said that there is too little to tell a share or a median."""
    return f"{NOT_ENOUGH}: n={n} of {enough}"


def _share(part: int, whole: int, enough: int) -> str:
    if whole < enough:
        return few(whole, enough)
    return f"{round(100 * part / whole)} %, n={whole}"


def _median(hours: Sequence[float], enough: int) -> str:
    if len(hours) < enough:
        return few(len(hours), enough)
    return f"{_time(median(hours))} (median), n={len(hours)}"


def _time(hours: float) -> str:
    if hours >= 48:
        return f"{hours / 24:.1f} d"
    if hours >= 1:
        return f"{hours:.1f} h"
    minutes = round(60 * hours)
    return f"{minutes} min" if minutes else "under a minute"


def _money(tally: Tally) -> str:
    tasks = f"{tally.cost_tasks} task{'s' * (tally.cost_tasks != 1)}"
    return f"${tally.cost_micros / MICROS:.2f}, {tasks}"
