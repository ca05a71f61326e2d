"""Makes a team whole again when some of its specialists are switched off."""

from collections.abc import Container

from bot.domain.pattern import LANGUAGE_EXPERT, Pattern
from bot.domain.playbook import Card
from bot.domain.specialist import Specialist


def without_absent_hand_overs(who: Specialist, present: Container[str]) -> Specialist:
    """Return the specialist, handing over only to those who are there."""
    kept = {name: what for name, what in who.hands_over.items() if name in present}
    return who if len(kept) == len(who.hands_over) else who.model_copy(update={"hands_over": kept})


def without_absent_steps(pattern: Pattern, present: Container[str], *, language: bool) -> Pattern:
    """Return the pattern without the steps of those who are not there.

    A step that needed such a step needs what that one needed. `language` says whether any
    language expert is there to take the placeholder's steps.
    """
    gone: dict[str, tuple[str, ...]] = {}
    phases = []
    for phase in pattern.phases:
        steps = []
        for step in phase.steps:
            needs = tuple(dict.fromkeys(n for need in step.needs for n in gone.get(need, (need,))))
            there = language if step.specialist == LANGUAGE_EXPERT else step.specialist in present
            if there:
                steps.append(step.model_copy(update={"needs": needs}))
            else:
                gone[step.id] = needs
        if steps:
            phases.append(phase.model_copy(update={"steps": tuple(steps)}))
    return pattern.model_copy(update={"phases": tuple(phases)}) if gone else pattern


def without_absent_speakers(card: Card, present: Container[str]) -> Card:
    """Return the card with those who are there; perhaps nobody speaks on it any more."""
    kept = tuple(name for name in card.specialists if name in present)
    return card if kept == card.specialists else card.model_copy(update={"specialists": kept})
