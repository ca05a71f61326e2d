"""What imported records say of each other, as links between decisions; what leads nowhere."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.adr import Reference
from bot.domain.decision import DecisionState, LinkKind, closes_circle
from bot.domain.decision.links import DIRECTED
from storage.models import Decision
from storage.uow import UnitOfWork

Link = tuple[LinkKind, str, str]
"""Kind, source id, target id."""


@dataclass
class Known:
    """The decisions of one set of files, by path and by the files' own numbers."""

    paths: dict[str, Decision] = field(default_factory=dict)
    numbers: dict[int, list[tuple[str, Decision]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, path: str, number: int | None, decision: Decision) -> None:
        """Let `path` be found."""
        self.paths[path] = decision
        if number is not None:
            self.numbers[number].append((path, decision))

    def find(self, reference: Reference, *, at: str) -> Decision | None:
        """Return what a file at path `at` points to; None when that is not here, or not plain."""
        target = reference.target
        if target.isdecimal():
            return self._numbered(int(target), at=at)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(at), target))
        if found := self.paths.get(path) or self.paths.get(target):
            return found
        name = _stem(target)
        named = [row for path, row in self.paths.items() if _stem(path) == name]
        if len(named) == 1:
            return named[0]
        digits = name.split("-")[0]
        return self._numbered(int(digits), at=at) if digits.isdecimal() and not named else None

    def _numbered(self, number: int, *, at: str) -> Decision | None:
        found = self.numbers.get(number, [])
        here = [row for path, row in found if posixpath.dirname(path) == posixpath.dirname(at)]
        rows = here or [row for _, row in found]
        return rows[0] if len(rows) == 1 else None


def _stem(path: str) -> str:
    return posixpath.splitext(posixpath.basename(path))[0].lower()


def wanted(
    known: Known, decision: Decision, path: str, references: Iterable[Reference]
) -> tuple[set[Link], list[str]]:
    """Return the links that a file asks for, and the sentences for those that lead nowhere."""
    links: set[Link] = set()
    problems: list[str] = []
    for reference in references:
        other = known.find(reference, at=path)
        if other is None:
            problems.append(f"{_said(reference)} {reference.target}, which is not here")
        elif other.id == decision.id:
            problems.append(f"{_said(reference)} itself")
        elif reference.forward:
            links.add((reference.kind, decision.id, other.id))
        else:
            links.add((reference.kind, other.id, decision.id))
    return links, problems


def _said(reference: Reference) -> str:
    if reference.forward:
        return reference.kind.value.replace("-", " ")
    return {
        LinkKind.SUPERSEDES: "superseded by",
        LinkKind.AMENDS: "amended by",
        LinkKind.RELATES_TO: "related to",
    }[reference.kind]


async def store(
    uow: UnitOfWork, links: Mapping[Link, str], rows: Mapping[str, Decision], *, now: datetime
) -> dict[str, list[str]]:
    """Store links, those that close a circle excepted; returns problems by path.

    `links` has the path of the file that asks for each.
    """
    problems: dict[str, list[str]] = defaultdict(list)
    edges: dict[LinkKind, list[tuple[str, str]]] = {}
    for link, path in links.items():
        kind, source_id, target_id = link
        source, target = rows[source_id], rows[target_id]
        if kind not in edges:
            edges[kind] = await uow.decision_parts.edges(source.workspace_id, kind)
        if (source_id, target_id) in edges[kind]:
            continue
        if kind in DIRECTED and closes_circle(edges[kind], source_id, target_id):
            problems[path].append(
                f"{source.public_id} {kind.value} {target.public_id} closes a circle; left out"
            )
            continue
        await uow.decision_parts.link(source, target, kind, now=now)
        edges[kind].append((source_id, target_id))
    return problems


def still_in_force(links: Mapping[Link, str], rows: Mapping[str, Decision]) -> dict[str, list[str]]:
    """Return, by path, what is said to be superseded although its own file says otherwise."""
    problems: dict[str, list[str]] = defaultdict(list)
    for (kind, source_id, target_id), path in links.items():
        source, target = rows[source_id], rows[target_id]
        if (
            kind is LinkKind.SUPERSEDES
            and source.state is DecisionState.ACCEPTED
            and target.state is DecisionState.ACCEPTED
        ):
            problems[path].append(
                f"{source.public_id} supersedes {target.public_id}, which is still accepted"
            )
    return problems
