"""A sprint: its goal and days, what it has, its items, what may go wrong, what comes next."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.days import day_words
from bot.domain.sprint.estimates import Vote, amount
from bot.domain.sprint.forecast import Forecast, NotEnough
from bot.domain.sprint.states import CLOSED, ItemState, SprintState
from bot.slack.blocks import actions, button, context, message, sections
from bot.slack.payloads import SprintAction
from bot.slack.post import Block, Post
from bot.slack.text import bold, clip, count, escape, line, mention, moment

_MOST_ITEMS = 20
"""Ours: more are in *Items*."""
_SIGNS = {
    ItemState.OPEN: "▫️",
    ItemState.STARTED: "⏳",
    ItemState.DONE: "✅",
    ItemState.DROPPED: "✖️",
}
_STEPS = (
    ("breakdown", "cut into items"),
    ("staffing", "who does what"),
    ("dependencies", "what comes after what"),
    ("days", "estimates and days"),
    ("risks", "risks and tests"),
)
"""The seed's five steps, by the row that each leaves."""


@dataclass(frozen=True)
class ItemView:
    """One item."""

    item_id: str
    number: int
    title: str
    about: str
    service: str
    specialists: tuple[str, ...]
    needs: tuple[int, ...]
    state: ItemState
    critical: bool
    estimate: float | None
    agreed: bool
    round: int
    voters: tuple[str, ...]
    votes: tuple[Vote, ...]
    """Empty until they are revealed."""
    revealed: bool
    task: str = ""
    """The task that works on it, and how far it is."""


@dataclass(frozen=True)
class SprintCard:
    """What the card shows."""

    sprint_id: str
    public_id: str
    goal: str
    state: SprintState
    unit: str
    starts_on: date
    ends_on: date
    limits: str
    items: tuple[ItemView, ...]
    path: tuple[int, ...]
    """Items of the critical path by number."""
    path_length: float
    unestimated: int
    person_days: int | None
    people: int
    off_days: int
    pace: tuple[tuple[str, float], ...]
    """Specialists by what they finish a week."""
    forecast: Forecast | NotEnough
    risks: tuple[tuple[str, str], ...]
    tests: tuple[tuple[str, date], ...]
    actions: tuple[str, ...]
    """Open actions of the last retrospective, by id."""
    carried: int
    steps: frozenset[str]
    asked: str
    """The hand-off that asked for it, by id."""
    planner: str
    """The task that plans it, and how far it is; empty before that."""
    can_plan: bool
    basis: tuple[str, ...]
    """Models that gave a step."""
    accepted: str = ""
    ended: str = ""
    more_people: bool = False
    """More are here than were counted."""


def sprint_card(card: SprintCard) -> Post:
    """Return the card with its buttons."""
    body = sections(_head(card))
    body += sections(_inputs(card)) if card.state is SprintState.DRAFT else sections(_numbers(card))
    body += sections(_items(card))
    body += sections(_risks(card)) + sections(_tests(card))
    tail = context(_small_print(card)) + actions(*_buttons(card))
    goal = escape(clip(line(card.goal), 120)) or "to be planned"
    return Post(text=f"Sprint {card.public_id}: {goal}", blocks=message(body, tail))


def _head(card: SprintCard) -> str:
    goal = bold(clip(line(card.goal), 200)) or "no goal yet"
    days = f"{day(card.starts_on)} to {day(card.ends_on)}"
    return f"*Sprint {card.public_id}* · {goal} · {_standing(card)} · {days}"


def day(value: date) -> str:
    """Return `Mon 30 Nov`."""
    return day_words(value, weekday=True)


def _standing(card: SprintCard) -> str:
    alive = [item for item in card.items if item.state is not ItemState.DROPPED]
    done = sum(item.state is ItemState.DONE for item in alive)
    if card.state in (SprintState.RUNNING, SprintState.ENDED) and alive:
        return f"{card.state.value}, {done} of {len(alive)} items done"
    return f"{card.state.value}, {count(len(alive), 'item')}" if alive else card.state.value


def _inputs(card: SprintCard) -> str:
    parts = []
    if card.planner:
        done = [words for name, words in _STEPS if name in card.steps]
        parts.append(f"{escape(card.planner)} · {len(done)} of {len(_STEPS)} steps done")
    if card.actions:
        parts.append(f"Open from the last retrospective: {', '.join(card.actions)}")
    if not card.planner and not card.items:
        parts.append("Add what it should bring, then have it planned.")
    return "\n".join(parts)


def _numbers(card: SprintCard) -> str:
    parts = [_path(card), _capacity(card), _forecast(card)]
    return "\n".join(filter(None, parts))


def _path(card: SprintCard) -> str:
    if not card.path:
        return ""
    chain = " → ".join(map(str, card.path))
    many = count(len(card.path), "item")
    unsure = f"; {card.unestimated} without an estimate count as 1" if card.unestimated else ""
    return f"*Critical path* {amount(card.path_length, card.unit)}, {many}: {chain}{unsure}"


def _capacity(card: SprintCard) -> str:
    planned = sum(item.estimate or 0 for item in card.items if item.state is not ItemState.DROPPED)
    found = f"*Planned* {amount(planned, card.unit)}"
    lacking = sum(i.estimate is None and i.state is not ItemState.DROPPED for i in card.items)
    if lacking:
        found += f", {count(lacking, 'item')} without an estimate"
    if card.person_days is None:
        return f"{found} · *Capacity* unknown: Slack did not say who is here"
    off = f", {count(card.off_days, 'day')} off taken away" if card.off_days else ""
    people = count(card.people, "person", "people")
    if card.more_people:
        people += " (there are more; name those of the sprint)"
    return f"{found} · *Capacity* {count(card.person_days, 'person-day')} of {people}{off}"


def _forecast(card: SprintCard) -> str:
    if card.state is SprintState.ENDED:
        return ""
    if isinstance(card.forecast, NotEnough):
        return f"*Forecast* {card.forecast.words}"
    late = (card.forecast.p85 - card.ends_on).days
    then = f", {count(late, 'day')} after the end" if late > 0 else ""
    return (
        f"*Forecast* P50 {day(card.forecast.p50)}, P85 {day(card.forecast.p85)}{then};"
        f" by the last day in {card.forecast.chance:.0%} of the runs"
        f" (n={card.forecast.weeks} weeks)"
    )


def _items(card: SprintCard) -> str:
    shown = [item for item in card.items if item.state is not ItemState.DROPPED]
    lines = [item_line(item, card.unit) for item in shown[:_MOST_ITEMS]]
    if len(shown) > _MOST_ITEMS:
        lines.append(f"_and {len(shown) - _MOST_ITEMS} more_")
    return "\n".join(lines)


def item_line(item: ItemView, unit: str) -> str:
    """Return one line of an item."""
    parts = [
        escape(item.service),
        ", ".join(map(escape, item.specialists)) or "nobody yet",
        _size(item, unit),
        f"after {', '.join(map(str, item.needs))}" if item.needs else "",
        escape(item.task),
    ]
    title = bold(item.title) if item.critical else escape(line(item.title))
    said = " · ".join(filter(None, parts))
    return f"{_SIGNS[item.state]} {item.number}. {title} · {said}"


def _size(item: ItemView, unit: str) -> str:
    if item.estimate is not None and item.revealed:
        wide = "" if item.agreed else f" ({_ends(item)})"
        return f"{amount(item.estimate, unit)}{wide}"
    hidden = count(len(item.voters), "vote") + " hidden" if item.voters else "no estimate"
    again = f", round {item.round}" if item.round > 1 else ""
    return f"{hidden}{again}"


def _ends(item: ItemView) -> str:
    values = [vote.value for vote in item.votes]
    return f"{min(values):g} to {max(values):g}" if values else "far apart"


def _risks(card: SprintCard) -> str:
    lines = [f"• {escape(text)} → {escape(helps)}" for text, helps in card.risks]
    return "*Risks*\n" + "\n".join(lines) if lines else ""


def _tests(card: SprintCard) -> str:
    lines = [f"• {day(on)} · {escape(title)}" for title, on in card.tests]
    return "*Integration tests*\n" + "\n".join(lines) if lines else ""


def _small_print(card: SprintCard) -> str:
    parts = [f"asked by {card.asked}"] if card.asked else []
    if card.carried:
        parts.append(f"{count(card.carried, 'item')} from the last sprint")
    if card.actions and card.state is not SprintState.DRAFT:
        parts.append(f"open from the last retrospective: {', '.join(card.actions)}")
    if card.pace:
        pace = ", ".join(f"{escape(name)} {rate:.1f}" for name, rate in card.pace[:4])
        parts.append(f"assignments a week (n=8 weeks): {pace}")
    if any(item.critical for item in card.items) and card.state is not SprintState.DRAFT:
        parts.append("bold: on the critical path")
    parts += [escape(name) for name in card.basis]
    parts += [card.accepted, card.ended]
    return " · ".join(filter(None, parts))


def _buttons(card: SprintCard) -> list[Block]:
    payload, about = SprintAction(sprint_id=card.sprint_id), card.public_id

    def made(text: str, action: str, *, first: bool = False) -> Block:
        found = button(text, action, payload, about=about)
        return {**found, "style": "primary"} if first else found

    if card.state is SprintState.ENDED:
        return (
            [made("Burndown", "sprint.burndown"), made("Items", "sprint.items")]
            if card.accepted
            else []
        )
    alive = [item for item in card.items if item.state not in CLOSED]
    hidden = [item for item in alive if not item.revealed]
    voted = any(item.voters for item in hidden)
    wide = any(item.revealed and not item.agreed for item in alive)
    running = card.state is SprintState.RUNNING
    found = [
        made("Plan it", "sprint.plan", first=True) if card.can_plan else None,
        made("Accept", "sprint.accept", first=True)
        if card.state is SprintState.PLANNED and alive
        else None,
        made("Items", "sprint.items", first=running) if card.items else None,
        made("Estimate", "sprint.estimate") if hidden else None,
        made("Reveal", "sprint.reveal") if voted else None,
        made("Vote again", "sprint.again") if wide else None,
        made("Add an item", "sprint.add"),
        made("Burndown", "sprint.burndown") if running else None,
        made("End the sprint", "sprint.end") if running else None,
    ]
    return [one for one in found if one is not None]


def votes_post(card: SprintCard, shown: frozenset[str]) -> Post:
    """Return what was revealed: each item's votes with reasons, and who is asked why."""
    lines = []
    for item in card.items:
        if item.item_id in shown:
            lines += _revealed(item, card.unit)
    if any(item.item_id in shown and not item.agreed for item in card.items):
        lines.append("Where votes lie far apart: say here what the others do not know, then")
        lines[-1] += " press *Vote again* on the card."
    text = "\n".join(lines)
    blocks = message(sections(f"*Votes on {card.public_id}*\n{text}"))
    return Post(text=f"Votes on {card.public_id} are revealed", blocks=blocks)


def _revealed(item: ItemView, unit: str) -> list[str]:
    values = ", ".join(f"{_voter(vote)} {vote.value:g}" for vote in item.votes)
    size = amount(item.estimate or 0, unit)
    apart = "" if item.agreed else f", from {_ends(item)}"
    lines = [f"{item.number}. {bold(item.title)} · {size}{apart}: {values}"]
    # A rule's reason is worth its line where somebody sees it differently.
    reasons = [v for v in item.votes if v.reason and not (v.by_specialist and item.agreed)]
    lines += [
        f"    _{_voter(vote)} {vote.value:g}: {escape(clip(line(vote.reason), 200))}_"
        for vote in reasons
    ]
    if not item.agreed and item.votes:
        low = min(item.votes, key=lambda vote: (vote.value, vote.by_specialist))
        high = min(item.votes, key=lambda vote: (-vote.value, vote.by_specialist))
        # A specialist has said why already, and reads no question.
        asked = [
            f"{_voter(vote)}, why {word}{vote.value:g}?"
            for vote, word in ((low, "only "), (high, ""))
            if not vote.by_specialist
        ]
        lines += [f"    {' '.join(asked)}"] if asked else []
    return lines


def _voter(vote: Vote) -> str:
    return escape(vote.voter) if vote.by_specialist else mention(vote.voter)


def over_post(card: SprintCard, *, hint: str = "") -> Post:
    """Return how a sprint ended, or that its last day has passed."""
    alive = [item for item in card.items if item.state is not ItemState.DROPPED]
    done = [item for item in alive if item.state is ItemState.DONE]
    size = sum(item.estimate or 0 for item in done)
    whole = sum(item.estimate or 0 for item in alive)
    left = [item for item in alive if item.state is not ItemState.DONE]
    lines = [
        f"*{card.public_id}* · {bold(clip(line(card.goal), 120))}",
        f"{len(done)} of {count(len(alive), 'item')} done, {size:g} of {amount(whole, card.unit)}.",
    ]
    if left:
        names = ", ".join(f"{item.number} {escape(clip(item.title, 60))}" for item in left[:8])
        lines.append(f"Left: {names}. The next sprint begins with them.")
    lines.append(hint)
    tail: list[Block] = []
    if card.state is SprintState.RUNNING:
        end = SprintAction(sprint_id=card.sprint_id)
        tail = actions(button("End the sprint", "sprint.end", end, about=card.public_id))
        lines[0] += f" · its last day was {day(card.ends_on)}"
    else:
        lines[0] += " · ended"
    text = "\n".join(filter(None, lines))
    return Post(text=f"{card.public_id} is over", blocks=message(sections(text), tail))


def when(user_id: str | None, at: datetime | None, verb: str) -> str:
    """Return `accepted by @x, today 10:00`; empty without a moment."""
    if at is None:
        return ""
    return f"{verb} by {mention(user_id)}, {moment(at)}" if user_id else f"{verb} {moment(at)}"
