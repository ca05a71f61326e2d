"""A matrix's outcome in plain sentences."""

from fractions import Fraction

from bot.domain.matrix.result import Result
from bot.domain.matrix.sensitivity import Turn


def verdict(result: Result) -> str:
    """Return who wins by how much, or why nobody does."""
    if not result.winners:
        return "No winner: by no criterion does every option have a score."
    top = result.totals[result.winners[0]]
    if len(result.winners) > 1:
        return f"Tie: {' and '.join(result.winners)}, each {decimal(top)} of 5."
    behind = [total for total in result.totals.values() if total != top]
    if not behind:  # the options have one name, e.g. none any more once the channel is forgotten
        return f"{result.winners[0] or 'An option'} has {decimal(top)} of 5."
    second = max(behind)
    others = " and ".join(o for o, t in result.totals.items() if t == second)
    ahead = decimal(top - second)
    return f"{result.winners[0]} wins with {decimal(top)} of 5, {ahead} ahead of {others}."


def turn_words(turn: Turn, result: Result) -> str:
    """Return e.g. "Kafka wins instead if team expertise falls under 22 % (now 35 %)."."""
    whole = sum(item.weight for item in result.compared)
    weight = next(item.weight for item in result.compared if item.name == turn.criterion)
    now = percent(Fraction(weight, whole))
    verb = "falls under" if turn.direction == "under" else "rises over"
    wins = "wins" if len(turn.winners) == 1 else "tie as winners"
    names = " and ".join(turn.winners)
    return f"{names} {wins} instead if {turn.criterion} {verb} {percent(turn.at)} (now {now})."


def decimal(value: Fraction) -> str:
    """Return a score with two digits at most, rounded half up; a real difference is never 0."""
    hundredths = int(value * 100 + Fraction(1, 2))
    if value and not hundredths:
        return "less than 0.01"
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def percent(value: Fraction) -> str:
    """Return a share in percent with one digit at most."""
    tenths = int(value * 1000 + Fraction(1, 2))
    return f"{tenths / 10:.1f}".removesuffix(".0") + " %"
