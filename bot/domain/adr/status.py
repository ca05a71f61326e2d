"""The status of a record out of the words of its file; the words decide, nothing is guessed."""

import difflib
import re

from pydantic import BaseModel, ConfigDict

from bot.domain.adr.words import OWN, TAKEN, UNKNOWN_BUT_COMMON
from bot.domain.decision import DecisionState

_S = DecisionState
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NAMED = re.compile(r"^\W*status\W*:\W*", re.IGNORECASE)
"""Some say it twice: a heading, and `Status: accepted` below it."""
_STRANGE = re.compile(r"^[^\w\[({<]+")
_TYPO = 0.88
"""Ours: one letter wrong, missing or doubled in a word of eight."""
_LATER = {_S.SUPERSEDED, _S.DEPRECATED, _S.EXPIRED}
_EARLIER = {_S.PROPOSED, _S.ACCEPTED}
_NOT = re.compile(r"^(?:not|never|no longer|un|nicht|to be|will be|should be)\b", re.IGNORECASE)
_TEMPLATE = re.compile(r"\w+\s*(?:\|[^|]+){2,}|\bYYYY\b|^[\[{<].*(?:\bor\b|/).*[\]}>]$")


class StatusReading(BaseModel):
    """A state; `problem` says what was taken for what, or why it is unclear."""

    model_config = ConfigDict(frozen=True)

    state: DecisionState
    problem: str = ""


def read_status(text: str) -> StatusReading:
    """Return what the visible text of a status means, its paragraphs a line each.

    The first word of a line counts, so that an explanation behind it does not.
    """
    text = text.strip()
    if not text:
        return StatusReading(state=_S.UNCLEAR, problem="no status")
    if _TEMPLATE.search(text.splitlines()[0]):
        return StatusReading(state=_S.UNCLEAR, problem=f"status is not filled in: {_short(text)}")
    said = _said(text)
    found = {reading.state: reading.problem for _, reading in reversed(said)}
    if not found:
        return StatusReading(state=_S.UNCLEAR, problem=f"status {_short(text)} is none that I know")
    if len(found) == 1:
        [(state, note)] = found.items()
        return StatusReading(state=state, problem=note)
    return _latest(said, text) or _several(found, text)


def _said(text: str) -> list[tuple[tuple[int, ...], StatusReading]]:
    """Return every status that the lines name, each with the day that stands beside it."""
    said = []
    for line in text.splitlines():
        for part in re.split(r"[;,→|]|\s/\s|->|\band\b|\bthen\b", line):
            if (reading := _read_part(part)) is not None:
                day = _DAY.search(part)
                said.append((tuple(map(int, day.groups())) if day else (), reading))
    return said


def _latest(said: list[tuple[tuple[int, ...], StatusReading]], text: str) -> StatusReading | None:
    """Return the status of the latest day, where each has one: a history, as some keep it."""
    if not all(day for day, _ in said):
        return None
    _, (_, last) = max(enumerate(said), key=lambda item: (item[1][0], item[0]))
    return StatusReading(
        state=last.state, problem=f"several statuses, the latest taken: {_short(text)}"
    )


def _several(found: dict[DecisionState, str], text: str) -> StatusReading:
    """Two statuses: what ends a record comes after what began it; otherwise nobody can tell."""
    later, others = found.keys() & _LATER, found.keys() - _LATER
    if len(later) == 1 and others <= _EARLIER:
        [state] = later
        return StatusReading(
            state=state, problem=f"two statuses, taken as {state.value}: {_short(text)}"
        )
    return StatusReading(state=_S.UNCLEAR, problem=f"several statuses: {_short(text)}")


def _read_part(part: str) -> StatusReading | None:
    """Read the first words of a part; None where they are no status."""
    part = _STRANGE.sub("", _NAMED.sub("", part.strip())).strip("[]{}()<>*_`\"'. ")
    if not part or _NOT.match(part):
        return None
    words = [word.lower() for word in _WORD.findall(part)[:3]]
    if not words:
        return None
    if words[0] in OWN:
        return StatusReading(state=OWN[words[0]])
    for length in (3, 2, 1):
        phrase = " ".join(words[:length]).replace("-", " ")
        if len(words) >= length and phrase in TAKEN:
            state = TAKEN[phrase]
            return StatusReading(state=state, problem=f'status "{phrase}" taken as {state.value}')
    return _typing_error(words[0])


def _typing_error(word: str) -> StatusReading | None:
    if word in UNKNOWN_BUT_COMMON or len(word) < 6:
        return None
    near = difflib.get_close_matches(word, OWN, n=1, cutoff=_TYPO)
    if not near or near[0][0] != word[0]:  # "unaccepted" is no slip of the fingers
        return None
    state = OWN[near[0]]
    return StatusReading(state=state, problem=f'status "{word}" taken as {state.value}')


def _short(text: str) -> str:
    line = " / ".join(line.strip() for line in text.splitlines() if line.strip())
    return f'"{line[:80]}…"' if len(line) > 80 else f'"{line}"'
