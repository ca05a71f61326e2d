"""What scores amount to: means, weighted totals, the winner; ties and gaps are said, not hidden."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.domain.matrix.criteria import Criterion


@dataclass(frozen=True)
class Score:
    """What one scorer says of one option by one criterion: 1 to 5, or None for no opinion."""

    option: str
    criterion: str
    scorer: str
    value: int | None
    by_specialist: bool = False
    reason: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Cell:
    """The scores of one option by one criterion; `mean` is None without any."""

    mean: Fraction | None
    count: int


@dataclass(frozen=True)
class Result:
    """All that was found; totals go from 1 to 5 and are exact."""

    options: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    cells: Mapping[tuple[str, str], Cell]
    """By (option, criterion)."""
    compared: tuple[Criterion, ...]
    """The criteria by which every option has a score: only these count."""
    totals: Mapping[str, Fraction]
    """Empty when nothing can be compared."""
    winners: tuple[str, ...]
    """Several for a tie."""

    @property
    def left_out(self) -> tuple[Criterion, ...]:
        """Criteria by which some option has no score."""
        return tuple(item for item in self.criteria if item not in self.compared)

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """The (option, criterion) without a score."""
        return tuple(key for key, cell in self.cells.items() if cell.mean is None)


def evaluate(
    options: Sequence[str], criteria: Sequence[Criterion], scores: Iterable[Score]
) -> Result:
    """Return the result: each cell the mean of its scores, each total weighted by the criteria.

    A criterion that lacks a score for some option is left out for all of them, and the others'
    weights stand for the whole: no option gains or loses by what nobody said.
    """
    given: dict[tuple[str, str], list[int]] = {(o, c.name): [] for o in options for c in criteria}
    for score in scores:
        if score.value is not None and (score.option, score.criterion) in given:
            given[score.option, score.criterion].append(score.value)
    cells = {key: _cell(values) for key, values in given.items()}
    compared = tuple(c for c in criteria if all(cells[o, c.name].count for o in options))
    totals = {option: _total(option, compared, cells) for option in options} if compared else {}
    best = max(totals.values(), default=None)
    return Result(
        options=tuple(options),
        criteria=tuple(criteria),
        cells=cells,
        compared=compared,
        totals=totals,
        winners=tuple(option for option, total in totals.items() if total == best),
    )


def _cell(values: list[int]) -> Cell:
    return Cell(Fraction(sum(values), len(values)) if values else None, len(values))


def _total(
    option: str, compared: Sequence[Criterion], cells: Mapping[tuple[str, str], Cell]
) -> Fraction:
    weight = sum(item.weight for item in compared)
    parts = (item.weight * (cells[option, item.name].mean or Fraction(0)) for item in compared)
    return sum(parts, Fraction(0)) / weight
