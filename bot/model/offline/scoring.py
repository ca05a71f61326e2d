"""Scores a matrix from what the playbook's cards say of an option; where they say nothing, nothing.

The rule: a card of the specialist's own chooses between the option and another one of the matrix.
What the card counts for it or against it is given to the criterion whose words it has. Only good
words make a 4, only bad ones a 2, both a 3. It never knows what a team is good at.
"""

import re
from collections.abc import Iterable, Iterator

from bot.domain.fold import words
from bot.domain.matrix.opinion import CellOpinion, MatrixOpinion
from bot.domain.playbook import Card, CardOption
from bot.domain.research import LibraryDocs, first_line
from bot.model.port import ScoreRequest
from bot.team import Team

_GOOD, _BAD, _BOTH = 4, 2, 3
_SIGNS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("perform", "latenc", "speed", "throughput", "fast"),
        ("ms", "nanosecond", "latenc", "fast", "slow", "hop", "throughput", "cheap", "cpu", "lock"),
    ),
    (
        ("scal", "growth", "load"),
        ("scal", "parallel", "shard", "growth", "grow", "replica", "burst"),
    ),
    (
        ("ecosystem", "matur", "tool", "librar", "communit"),
        ("young", "matur", "tool", "librar", "client", "language", "standard", "vendor"),
    ),
    (
        ("maint", "operat", "cost", "effort", "simpl", "complex"),
        ("run", "simple", "configur", "set-up", "govern", "operat", "debug", "thing", "manage",
         "know", "cost", "price", "free", "complex", "track"),
    ),
)  # fmt: skip
"""Beginnings of words in a criterion's name, and of those that speak about it."""
_COMMON = frozenset({"the", "a", "an", "of", "in", "with", "and", "or", "by", "for", "to", "on"})


def score(request: ScoreRequest, team: Team) -> MatrixOpinion:
    """Return one cell for each option and criterion; most are without a score, and say why."""
    own = [card for card in team.cards.values() if request.specialist in card.specialists]
    # A card that names one option only speaks of something else.
    cards = [
        card
        for card in own
        if sum(any(True for _ in _choices(card, name)) for name in request.options) > 1
    ]
    cells = [
        _cell(option, criterion.name, cards)
        for option in request.options
        for criterion in request.criteria
    ]
    return MatrixOpinion(cells=tuple(_with_documents(cells, request.documents)))


def _with_documents(
    cells: Iterable[CellOpinion], documents: Iterable[LibraryDocs]
) -> Iterator[CellOpinion]:
    """Cite what was looked up of an option where the playbook has no score for it, once.

    Rules do not judge what they cannot read: the words stand there for people to.
    """
    said = {each.option: f"{first_line(each.text)} ({each.source})" for each in documents}
    for cell in cells:
        found = said.pop(cell.option, None) if cell.score is None else None
        if found is None:
            yield cell
        else:
            reason = f"{cell.reason} Its documentation: {found}"
            yield cell.model_copy(update={"reason": reason})


def _cell(option: str, criterion: str, cards: Iterable[Card]) -> CellOpinion:
    signs = _signs(criterion)
    if not signs:
        return _none(option, criterion, "The playbook knows nothing about this criterion.")
    found = [(card, choice) for card in cards for choice in _choices(card, option)]
    for card, choice in found:
        good = [part for part in _parts(choice.good) if _speaks(part, signs)]
        bad = [part for part in _parts(choice.bad) if _speaks(part, signs)]
        if good or bad:
            value = _BOTH if good and bad else _GOOD if good else _BAD
            said = [*(f"for it: {part}" for part in good), *(f"against it: {part}" for part in bad)]
            reason = f"{card.title}: {'; '.join(said)}."
            return CellOpinion(
                option=option, criterion=criterion, score=value, reason=reason, source=card.name
            )
    reason = (
        f"The playbook names {option}, but not in this respect."
        if found
        else f"No card of mine compares {option} with the others."
    )
    return _none(option, criterion, reason)


def _none(option: str, criterion: str, reason: str) -> CellOpinion:
    return CellOpinion(option=option, criterion=criterion, reason=reason)


def _signs(criterion: str) -> tuple[str, ...]:
    for names, signs in _SIGNS:
        if any(word.startswith(names) for word in words(criterion)):
            return signs
    return ()


def _choices(card: Card, option: str) -> Iterator[CardOption]:
    """Yield the card's choices whose title has all of the option's own words."""
    wanted = set(words(option)) - _COMMON
    for choice in card.decision.options if card.decision and wanted else ():
        if wanted <= set(words(choice.title)):
            yield choice


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;]", text) if part.strip()]


def _speaks(part: str, signs: tuple[str, ...]) -> bool:
    return any(word.startswith(signs) for word in words(part))
