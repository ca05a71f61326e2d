"""How decisions point at each other, and why none may point round in a circle."""

from collections.abc import Iterable
from enum import StrEnum

from bot.errors import UserFacingError


class LinkKind(StrEnum):
    """What the source of a link says of its target."""

    SUPERSEDES = "supersedes"
    """The source replaces the target, or would: while it is not accepted, it challenges it."""
    AMENDS = "amends"
    RELATES_TO = "relates-to"


BACKWARD: dict[LinkKind, str] = {
    LinkKind.SUPERSEDES: "superseded by",
    LinkKind.AMENDS: "amended by",
    LinkKind.RELATES_TO: "related to",
}
"""What the target of a link says of its source."""

DIRECTED = frozenset({LinkKind.SUPERSEDES, LinkKind.AMENDS})
"""Kinds of which a circle makes no sense."""


def closes_circle(edges: Iterable[tuple[str, str]], source: str, target: str) -> bool:
    """Return whether a link from `source` to `target` would close a circle of `edges`."""
    onward: dict[str, list[str]] = {}
    for begin, end in edges:
        onward.setdefault(begin, []).append(end)
    ahead, seen = [target], {target}
    while ahead:
        here = ahead.pop()
        if here == source:
            return True
        fresh = [node for node in onward.get(here, ()) if node not in seen]
        seen.update(fresh)
        ahead += fresh
    return False


def check_link(
    kind: LinkKind, edges: Iterable[tuple[str, str]], source: str, target: str, *, names: str
) -> None:
    """Raise UserFacingError for a link that makes no sense; `edges` are those of its kind.

    `names` is how people call the two, e.g. "D-4 and D-2".
    """
    if source == target:
        raise UserFacingError("A decision cannot point at itself.")
    if kind in DIRECTED and closes_circle(edges, source, target):
        raise UserFacingError(
            f"{names} would stand in a circle: each would be there before the other.",
            hint="`/lead decision D-2` shows a decision's links.",
        )
