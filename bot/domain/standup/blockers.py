"""Blockers from one standup to the next: the same one again, the same in other words, a new one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_NOTHING = frozenset(
    ("", "-", "none", "no", "nope", "nothing", "n/a", "na", "nil", "all good", "no blockers")
)
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_LEAD_IN = re.compile(
    r"^(?:(?:i['’]?m |i am |we are |we['’]?re )?(?:still )?"
    r"(?:blocked|stuck)(?: by| on| with)?|still)"
    r"\b[:\s]*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w-]{3,}")
_ALIKE = 0.6
"""Ours: two texts with this share of characters in common, or half of their words, are one."""
_LONGEST = 300
MOST = 5
"""Blockers of one answer; the rest is text."""


@dataclass(frozen=True)
class Old:
    """A blocker that is still open."""

    id: str
    text: str


@dataclass(frozen=True)
class Step:
    """What an answer makes of a blocker: `old_id` is empty for a new one."""

    text: str
    old_id: str = ""
    changed: bool = False


def split_blockers(text: str) -> list[str]:
    """Return the blockers of an answer, one a line; "none" and the like are none."""
    found: list[str] = []
    for line in text.splitlines():
        said = _LEAD_IN.sub("", _BULLET.sub("", line).strip()).strip()
        if said.lower().rstrip(".! ") not in _NOTHING:
            found.append(said[:_LONGEST])
    return list(dict.fromkeys(found))[:MOST]


def follow(said: Sequence[str], old: Sequence[Old]) -> list[Step]:
    """Return each blocker with the open one that it repeats, the most alike first."""
    pairs = sorted(
        (
            (alike, place, blocker.id)
            for place, text in enumerate(said)
            for blocker in old
            if (alike := _likeness(text, blocker.text)) >= _ALIKE
        ),
        key=lambda pair: (-pair[0], pair[1]),
    )
    matched: dict[int, str] = {}
    for _, place, blocker_id in pairs:
        if place not in matched and blocker_id not in matched.values():
            matched[place] = blocker_id
    texts = {blocker.id: blocker.text for blocker in old}
    return [
        Step(text, matched[place], _plain(text) != _plain(texts[matched[place]]))
        if place in matched
        else Step(text)
        for place, text in enumerate(said)
    ]


def _likeness(one: str, other: str) -> float:
    a, b = _plain(one), _plain(other)
    words, others = set(_WORD.findall(a)), set(_WORD.findall(b))
    shared = len(words & others) / max(1, min(len(words), len(others)))
    if shared >= 0.5 and len(words & others) >= 2:
        return max(shared, _ALIKE)
    return SequenceMatcher(None, a, b).ratio()


def _plain(text: str) -> str:
    return " ".join(text.lower().split()).rstrip(".! ")
