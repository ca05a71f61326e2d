"""What a record says of other records: `Superceded by [7. Queues](0007-queues.md)`."""

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from bot.domain.decision import LinkKind

_BY = r"(?:[\s-]+(?P<by>by|durch|par|por|with|in favou?r of))?"
_VERB = re.compile(
    r"\b(?:(?P<supersede>super[sc]e(?:de[sd]?|ding)|replace[sd]?|obsolete[sd]|ersetzt|remplac\w+)"
    r"|(?P<amend>amend(?:s|ed)?|update[sd]|modifie[sd])"
    r"|(?P<relate>relate[sd](?:\s+to)?|refine[sd]|extend(?:s|ed)|clarifie[sd]"
    r"|complement(?:s|ed)|depends\s+on|see\s+also|builds\s+on)"
    rf"){_BY}\b|(?P<chinese>(?:已?被)\s*(?=\[|ADR|\d))",
    re.IGNORECASE,
)
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<href>[^()\s]*(?:\([^()]*\)[^()\s]*)*)[^)]*\)")
_NAMED = re.compile(
    r"(?P<file>[\w.][\w./-]*\.(?:md|mdx|rst|adoc)\b)"
    r"|\b(?P<slug>\d{3,8}-[a-z][\w-]+)"
    r"|\b(?:D?ADR|decision|record)s?[\s#_-]*(?P<number>\d{1,5})\b|#(?P<hash>\d{1,5})\b"
    r"|(?P<bare>(?<![\w/.-])\d{1,5}(?![\w/-]|\.\d))",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"^[a-z][a-z0-9+.-]*:|^//|^#", re.IGNORECASE)


class Reference(BaseModel):
    """`forward`: this record supersedes (amends, relates to) the target; else the target this."""

    model_config = ConfigDict(frozen=True)

    kind: LinkKind
    forward: bool
    target: str
    """A path as written, or a number."""


def read_references(line: str, *, bare_numbers: bool = False) -> tuple[Reference, ...]:
    """Return the references of one paragraph of Markdown, in its order.

    A reference needs a verb before it. `bare_numbers` takes `superseded by 7` and `#7` for record
    7, which only a status can mean.
    """
    verbs = list(_VERB.finditer(line))
    found: list[Reference] = []
    for position, verb in enumerate(verbs):
        end = verbs[position + 1].start() if position + 1 < len(verbs) else len(line)
        kind, forward = _meaning(verb)
        found += [
            Reference(kind=kind, forward=forward, target=target)
            for target in _targets(line[verb.end() : end], bare_numbers=bare_numbers)
        ]
    return tuple(dict.fromkeys(found))


def _meaning(verb: re.Match[str]) -> tuple[LinkKind, bool]:
    if verb["chinese"]:
        return LinkKind.SUPERSEDES, False
    forward = not verb["by"]
    if verb["supersede"]:
        return LinkKind.SUPERSEDES, forward
    return (LinkKind.AMENDS if verb["amend"] else LinkKind.RELATES_TO), forward


def _targets(text: str, *, bare_numbers: bool) -> Iterator[str]:
    for link in _LINK.finditer(text):
        if href := link["href"].strip("<>"):
            if not _FOREIGN.match(href):
                yield href.split("#")[0]
            elif (named := _NAMED.search(link["text"])) and (named["number"] or bare_numbers):
                yield next(part for part in named.groups() if part)
    for named in _NAMED.finditer(_LINK.sub(" ", text)):
        if (named["bare"] or named["hash"]) and not bare_numbers:
            continue  # `#41` outside a status is an issue
        yield named["file"] or named["slug"] or named["number"] or named["hash"] or named["bare"]
