"""Who wants what at the same time, seen without anybody's asking, and when that is news."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args

Kind = Literal["specialist", "person", "service", "slot"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TURN = "a turn to be worked"
"""What tasks want that wait while others are at work."""


@dataclass(frozen=True)
class Want:
    """One piece of work that wants `subject` since a moment.

    `claimant` is its id, `task:<id>` or `sprint:<id>`, `name` what people call it. `scope` is the
    private channel in which alone the subject is known. `begun` is False while it is only planned,
    `speaks` where its own thread need not be told, as it has what others wait for.
    """

    kind: Kind
    subject: str
    claimant: str
    name: str
    channel_id: str
    is_private: bool
    since: datetime
    begun: bool = True
    speaks: bool = True
    scope: str = ""

    def is_shown(self, rooms: Collection[str]) -> bool:
        """Return whether it may be named to somebody who sees public channels and these."""
        return not self.is_private or self.channel_id in rooms


@dataclass(frozen=True)
class Clash:
    """Two or more that want one thing, the first one first."""

    kind: Kind
    subject: str
    wants: tuple[Want, ...]
    scope: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """By what it is known in what was told."""
        return self.kind, self.subject.casefold()

    def apart(self) -> "Clash":
        """Return it for a channel that others than this company read: as if all were private."""
        return replace(self, wants=tuple(replace(want, is_private=True) for want in self.wants))

    def shown(self, rooms: Collection[str]) -> tuple[Want, ...]:
        """Return those that may be named to somebody who sees public channels and these."""
        return tuple(want for want in self.wants if want.is_shown(rooms))


@dataclass(frozen=True)
class Settled:
    """A conflict that was resolved: which claimants of its channel it was about, and when."""

    subject: str
    channel_id: str
    claimants: frozenset[str]
    at: datetime


def clashes(wants: Iterable[Want], settled: Iterable[Settled] = ()) -> list[Clash]:
    """Return what two or more claimants want and nobody has settled for them, in order of wants.

    Several wants of one claimant are one. What was settled counts for those whom the conflict
    named and for those who wanted it then in channels that it could not see.
    """
    found: dict[tuple[str, str, str], dict[str, Want]] = {}
    for want in wants:
        key = (want.kind, want.subject.casefold(), want.scope)
        first = found.setdefault(key, {}).setdefault(want.claimant, want)
        if want.since < first.since:
            found[key][want.claimant] = want
    past: dict[str, list[Settled]] = {}
    for item in settled:
        past.setdefault(item.subject.casefold(), []).append(item)
    made = [_clash(each.values()) for each in found.values() if len(each) > 1]
    return [
        clash
        for clash in made
        if not any(_covers(item, clash) for item in past.get(clash.subject.casefold(), ()))
    ]


def _clash(wants: Iterable[Want]) -> Clash:
    ordered = sorted(wants, key=lambda want: want.since)
    return Clash(ordered[0].kind, ordered[0].subject, tuple(ordered), ordered[0].scope)


def _covers(item: Settled, clash: Clash) -> bool:
    return all(
        want.claimant in item.claimants
        if want.is_shown((item.channel_id,))
        else want.since <= item.at
        for want in clash.wants
    )


def as_told(found: Sequence[Clash]) -> list[dict[str, Any]]:
    """Return what a note says, to be kept: each subject and by how many it is wanted."""
    return [{"kind": c.kind, "subject": c.subject, "by": len(c.wants)} for c in found]


def is_news(told: Sequence[Mapping[str, Any]], found: Sequence[Clash]) -> bool:
    """Return whether somebody who was told that must be told again.

    A conflict is told once. It got worse when twice as many want it: each new one would be noise.
    """
    by: dict[tuple[str, str], int] = {}
    for item in told:  # a private channel's service may be called as one of the workspace's
        by[told_key(item)] = max(int(item["by"]), by.get(told_key(item), 1))
    return any(len(c.wants) >= 2 * by.get(c.key, 1) for c in found)


def is_less(told: Sequence[Mapping[str, Any]], found: Sequence[Clash]) -> bool:
    """Return whether some of what was told is over."""
    return bool({told_key(item) for item in told} - {c.key for c in found})


def told_key(item: Mapping[str, Any]) -> tuple[str, str]:
    """Return by what something told is known: a clash's `key`."""
    return str(item["kind"]), str(item["subject"]).casefold()
