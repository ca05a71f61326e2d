"""How far one weight can move before another option wins: exact, by the lines' crossings.

Let a criterion's share move from its own w to x, the other shares keeping their proportions. Each
option's total is then a line in x: x times its score by this criterion, (1 - x) times its mean by
the others. The winner changes where another line crosses the winner's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from bot.domain.matrix.result import Result


@dataclass(frozen=True)
class Turn:
    """Beyond the share `at` of `criterion` (0 to 1), `winners` win instead."""

    criterion: str
    direction: Literal["under", "over"]
    at: Fraction
    winners: tuple[str, ...]


def turns(result: Result) -> tuple[Turn, ...]:
    """Return where the winner changes, nearest to the present weights first; none for a tie.

    A change exactly at 0 or 1 has nothing beyond it and is no turn.
    """
    if len(result.winners) != 1 or len(result.compared) < 2:
        return ()
    whole = sum(item.weight for item in result.compared)
    found: list[tuple[Fraction, Turn]] = []
    for item in result.compared:
        share = Fraction(item.weight, whole)
        lines = {option: _line(result, option, item.name) for option in result.options}
        both = (_under(item.name, share, lines), _over(item.name, share, lines))
        found += [(abs(turn.at - share), turn) for turn in both if turn is not None]
    return tuple(turn for _, turn in sorted(found, key=lambda each: (each[0], each[1].criterion)))


def told_turns(result: Result) -> tuple[Turn, ...]:
    """Return the turns that say something of their own.

    Of two criteria one rises as the other falls: each turn is there twice, and told as a rise.
    """
    found = turns(result)
    if len(result.compared) > 2:
        return found
    return tuple(turn for turn in found if turn.direction == "over")


@dataclass(frozen=True)
class _Line:
    own: Fraction
    """The score by the criterion that moves."""
    rest: Fraction
    """The weighted mean by the others."""

    def at(self, share: Fraction) -> Fraction:
        return share * self.own + (1 - share) * self.rest


def _line(result: Result, option: str, criterion: str) -> _Line:
    others = [item for item in result.compared if item.name != criterion]
    weight = sum(item.weight for item in others)
    rest = sum(
        (item.weight * (result.cells[option, item.name].mean or Fraction(0)) for item in others),
        Fraction(0),
    )
    return _Line(result.cells[option, criterion].mean or Fraction(0), rest / weight)


def _crossings(lines: Mapping[str, _Line], share: Fraction) -> list[Fraction]:
    """Return where the winner's line is met by another; lines that run beside it never meet it."""
    winner = max(lines.values(), key=lambda line: line.at(share))
    found = []
    for line in lines.values():
        slope = (winner.own - winner.rest) - (line.own - line.rest)
        if slope:
            found.append((line.rest - winner.rest) / slope)
    return found


def _under(name: str, share: Fraction, lines: Mapping[str, _Line]) -> Turn | None:
    below = [at for at in _crossings(lines, share) if 0 < at < share]
    return _turn(name, "under", max(below), lines) if below else None


def _over(name: str, share: Fraction, lines: Mapping[str, _Line]) -> Turn | None:
    above = [at for at in _crossings(lines, share) if share < at < 1]
    return _turn(name, "over", min(above), lines) if above else None


def _turn(
    name: str, direction: Literal["under", "over"], at: Fraction, lines: Mapping[str, _Line]
) -> Turn:
    """Return the turn at a crossing; who wins just beyond it is read off the lines' slopes."""
    best = max(line.at(at) for line in lines.values())
    level = {name: line for name, line in lines.items() if line.at(at) == best}
    sign = 1 if direction == "over" else -1
    steepest = max(sign * (line.own - line.rest) for line in level.values())
    winners = tuple(
        name for name, line in level.items() if sign * (line.own - line.rest) == steepest
    )
    return Turn(name, direction, at, winners)
