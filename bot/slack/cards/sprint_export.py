"""A sprint as a Markdown file, and a list of sprints."""

from collections.abc import Sequence

from bot.domain.sprint.estimates import amount
from bot.domain.sprint.forecast import NotEnough
from bot.slack.cards.sprint import ItemView, SprintCard, day
from bot.slack.text import bold, clip, line


def as_markdown(card: SprintCard, *, burndown: Sequence[tuple[str, float]]) -> str:
    """Return everything on record of a sprint; hidden votes stay hidden."""
    parts = [
        f"# Sprint {card.public_id}: {line(card.goal) or 'no goal'}",
        _standing(card),
        f"## Constraints\n\n{card.limits.strip()}" if card.limits.strip() else "",
        "## Numbers\n\n" + "\n".join(f"- {said}" for said in _numbers(card)),
        "## Backlog\n\n" + _table(card),
        _votes(card),
        "## Risks\n\n" + "\n".join(f"- {text}; {helps}" for text, helps in card.risks)
        if card.risks
        else "",
        "## Integration tests\n\n" + "\n".join(f"- {day(on)}: {title}" for title, on in card.tests)
        if card.tests
        else "",
        "## Burndown\n\n" + "\n".join(f"- {name}: {left:g} left" for name, left in burndown)
        if burndown
        else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _standing(card: SprintCard) -> str:
    days = f"{day(card.starts_on)} to {day(card.ends_on)} {card.ends_on.year}"
    return f"{card.state.value.capitalize()}, {days}. Estimates in {card.unit}."


def _numbers(card: SprintCard) -> list[str]:
    chain = " → ".join(map(str, card.path))
    found = [f"Critical path: {amount(card.path_length, card.unit)}: {chain}"] if chain else []
    if card.person_days is None:
        found.append("Capacity: unknown")
    else:
        found.append(f"Capacity: {card.person_days} person-days of {card.people} people")
    if isinstance(card.forecast, NotEnough):
        found.append(f"Forecast: {card.forecast.words}")
    else:
        found.append(
            f"Forecast: P50 {card.forecast.p50}, P85 {card.forecast.p85},"
            f" from n={card.forecast.weeks} weeks"
        )
    return found


def _table(card: SprintCard) -> str:
    rows = ["| # | Item | Service | Specialists | Estimate | After | State |", "|---" * 7 + "|"]
    for item in card.items:
        cells = (
            str(item.number),
            _cell(item.title),
            _cell(item.service),
            ", ".join(item.specialists),
            _size(item, card.unit),
            ", ".join(map(str, item.needs)),
            item.state.value + (f" ({item.task})" if item.task else ""),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _size(item: ItemView, unit: str) -> str:
    return amount(item.estimate, unit) if item.estimate is not None and item.revealed else ""


def _cell(text: str) -> str:
    return line(text).replace("|", "\\|")


def _votes(card: SprintCard) -> str:
    lines = []
    for item in card.items:
        for vote in item.votes:
            why = f": {line(vote.reason)}" if vote.reason else ""
            lines.append(f"- {item.number}, {vote.voter}: {vote.value:g}{why}")
    return "## Votes\n\n" + "\n".join(lines) if lines else ""


def sprint_line(public_id: str, goal: str, state: str, last: str) -> str:
    """Return one line of `/lead sprint list`."""
    return f"• *{public_id}* {bold(clip(line(goal), 90)) or 'no goal yet'} · {state} · to {last}"
