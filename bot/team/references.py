"""Checks what one file says about others: everybody and everything that is named must exist."""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from bot.domain.pattern import LANGUAGE_EXPERT, Pattern, PhaseStep
from bot.domain.playbook import AREAS
from bot.team.files import Files
from bot.team.front_matter import Source

_Place = tuple[int | str, ...]


def check_steps(source: Source, pattern: Pattern) -> None:
    """Raise TeamFileInvalid unless a pattern's steps can all be reached, in their order."""
    source.require_lower_case(pattern.when, "when")
    if not pattern.steps:
        raise source.fail("the pattern has no step", "phases")
    ids: set[str] = set()
    for where, step in _places(pattern):
        if step.id in ids:
            raise source.fail(f"id {step.id!r} stands twice", *where, "id")
        ids.add(step.id)
    _check_cycle(source, pattern)
    done: set[str] = set()
    for where, step in _places(pattern):
        for need in step.needs:
            if need not in ids:
                raise source.fail(f"{step.id} needs unknown {need!r}", *where, "needs")
            if need not in done:
                raise source.fail(f"{step.id} needs {need!r}, which comes later", *where, "needs")
        done.add(step.id)


def _check_cycle(source: Source, pattern: Pattern) -> None:
    needs = {step.id: step.needs for step in pattern.steps}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        names = ", ".join(dict.fromkeys(reversed(error.args[1])))
        first = next(where for where, step in _places(pattern) if step.id in error.args[1])
        raise source.fail(f"steps wait for each other: {names}", *first, "needs") from None


def _places(pattern: Pattern) -> Iterator[tuple[_Place, PhaseStep]]:
    for phase_at, phase in enumerate(pattern.phases):
        for step_at, step in enumerate(phase.steps):
            yield ("phases", phase_at, "steps", step_at), step


def check_references(files: Files) -> None:
    """Raise TeamFileInvalid where a file names a specialist, area or card that nobody made.

    What a team switched off was made, so it may be named.
    """
    names = files.made["charters"]
    languages = {who.language for who in files.charters.values() if who.language}
    areas = {*AREAS, *languages}
    concerns = areas | files.made["playbooks"]
    for name, who in files.charters.items():
        source = files.sources["charters", name]
        _check_known(source, who.hands_over, names, "hands over to unknown {!r}", "hands_over")
    for name, pattern in files.patterns.items():
        source = files.sources["patterns", name]
        for where, step in _places(pattern):
            if step.specialist not in names | {LANGUAGE_EXPERT}:
                reason = f"specialist {step.specialist!r} is unknown"
                raise source.fail(reason, *where, "specialist")
            at = (*where, "concerns")
            _check_known(source, step.concerns, concerns, "no area or card is named {!r}", *at)
    for name, card in files.cards.items():
        source = files.sources["playbooks", name]
        if card.area not in areas:
            raise source.fail(f"area {card.area!r} is unknown", "area")
        if not card.specialists:
            raise source.fail("nobody speaks on it", "specialists")
        _check_known(source, card.specialists, names, "specialist {!r} is unknown", "specialists")


def _check_known(
    source: Source, found: Iterable[str], known: set[str], reason: str, *where: int | str
) -> None:
    for position, name in enumerate(found):
        if name not in known:
            place = name if where == ("hands_over",) else position
            raise source.fail(reason.format(name), *where, place)
