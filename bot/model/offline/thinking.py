"""Weighs a decision from what the specialists handed in: it orders their words and adds none."""

from collections.abc import Iterable, Iterator

from bot.domain.output import SpecialistOutput
from bot.domain.thinking import MOST, Thinking, sound
from bot.model.port import ThinkRequest

_POSITIONS = MOST - 3


def think(request: ThinkRequest) -> Thinking:
    """Return the question, what the specialists want, what is open, and what carries the most."""
    return sound(Thinking(thoughts=tuple(_thoughts(request))))


def _thoughts(request: ThinkRequest) -> Iterator[str]:
    yield f"To decide: {request.plan.title or request.text}."
    names = {item.id: item.specialist for item in request.plan.assignments}
    for key, output in list(request.outputs.items())[:_POSITIONS]:
        yield f"{names.get(key, key)}: {_sentences([output.headline, *output.bullets[:2]])}"
    left = [*_all(request.outputs, "questions"), *_all(request.outputs, "assumptions")]
    if left:
        yield f"Not known: {_sentences(list(dict.fromkeys(left))[:4])} It may change the choice."
    key, output = max(request.outputs.items(), key=lambda item: _rested_on(request, item[0]))
    others = _rested_on(request, key)
    why = f"{others} other pieces of work rest on it" if others else "nothing speaks against it"
    yield f"Carries the most: {names.get(key, key)}'s piece, as {why}. {output.headline}"


def _all(outputs: dict[str, SpecialistOutput], name: str) -> Iterator[str]:
    for output in outputs.values():
        yield from getattr(output, name)


def _sentences(items: Iterable[str]) -> str:
    return " ".join(item if item[-1:] in ".?!" else f"{item}." for item in items if item)


def _rested_on(request: ThinkRequest, key: str) -> int:
    return sum(key in item.depends_on for item in request.plan.assignments)
