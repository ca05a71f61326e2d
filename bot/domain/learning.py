"""The learning plan: what there is to learn, how it stands, how people write it down."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.days import read_day
from bot.errors import TransitionRefused, UserFacingError

LONGEST_TITLE = 300


class LearningKind(StrEnum):
    """Source: the seed's facilitateTeamLearning."""

    TALK = "talk"
    CONFERENCE = "conference"
    CERTIFICATION = "certification"
    PROJECT = "project"
    """With another team."""
    TRIAL = "trial"
    """Time to try something new."""


class LearningState(StrEnum):
    """The last two are ends."""

    PLANNED = "planned"
    BEGUN = "begun"
    DONE = "done"
    DROPPED = "dropped"


_MOVES = {
    LearningState.PLANNED: frozenset(set(LearningState) - {LearningState.PLANNED}),
    LearningState.BEGUN: frozenset({LearningState.DONE, LearningState.DROPPED}),
    LearningState.DONE: frozenset[LearningState](),
    LearningState.DROPPED: frozenset[LearningState](),
}
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_BY = re.compile(r"\sby\s+(?P<day>(?:(?!\sby\s).)+)$", re.IGNORECASE)
EXAMPLE = "E.g. `/lead learning add talk How DST works @maya by 5 Dec`."


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to have done, as they wrote it."""

    text: str
    person_id: str = ""
    due_on: date | None = None


def move(public_id: str, source: LearningState, target: LearningState) -> LearningState:
    """Return `target` if an item may go there from `source`; raises TransitionRefused."""
    if target not in _MOVES[source]:
        raise TransitionRefused("learning item", public_id, source.value, target.value)
    return target


def read_wanted(text: str, *, today: date) -> Wanted:
    """Return `what @who by day`, the last two optional. Raises UserFacingError for a strange day.

    A `by` that no day follows belongs to the words: "stand by mode".
    """
    due, said = None, text.strip()
    found = _BY.search(said)
    if found is not None:
        try:
            due = read_day(_PERSON.sub("", found["day"]).strip(), today=today)
        except UserFacingError:
            if _looks_like_a_day(found["day"]):
                raise
        else:
            said = said[: found.start()]
    people = _PERSON.findall(text)
    if len(people) > 1:
        raise UserFacingError("Name one person.", hint="What two do are two items.")
    words = " ".join(_PERSON.sub("", said).split()).strip('"“” ')
    return Wanted(words, people[0] if people else "", due)


def _looks_like_a_day(text: str) -> bool:
    return any(char.isdigit() for char in text)


def read_kind(word: str) -> LearningKind:
    """Return a kind by its word; raises UserFacingError with those there are."""
    name = word.strip().lower()
    for kind in LearningKind:
        if name in (kind.value, f"{kind.value}s"):
            return kind
    known = ", ".join(f"`{kind.value}`" for kind in LearningKind)
    if not name:
        raise UserFacingError(
            "Say what is to be learnt, and how.", hint=f"Kinds: {known}. {EXAMPLE}"
        )
    raise UserFacingError(f"I know no kind “{word[:30]}”.", hint=f"I know {known}. {EXAMPLE}")
