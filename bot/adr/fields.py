"""A record's fields out of its sections; the sections stay, so what no field holds is not lost."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.adr.roles import Role, role_of
from bot.adr.text import markdown, visible
from bot.domain.adr import AdrSection
from bot.domain.decision import DecisionRecord, RecordOption

_SIGN = re.compile(
    r"^\W*(?P<kind>good|neutral|bad|pros?|cons?|positive|negative|advantages?|disadvantages?)\b"
    r"\**\s*(?:,\s*because|:|\s-)\**\s*(?P<text>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_GOOD = ("good", "pro", "positive", "advantage")


@dataclass(frozen=True)
class Node:
    """A section with what it means and where its subsections end."""

    section: AdrSection
    role: Role | None
    at: int
    end: int


def nodes(sections: Sequence[AdrSection]) -> list[Node]:
    """Return each section with its meaning and its extent, in order."""
    return [
        Node(section, role_of(section.heading), at, _end(sections, at))
        for at, section in enumerate(sections)
    ]


def _end(sections: Sequence[AdrSection], at: int) -> int:
    end = at + 1
    while end < len(sections) and sections[end].level > sections[at].level:
        end += 1
    return end


def read_fields(title: str, sections: Sequence[AdrSection]) -> DecisionRecord:
    """Return what the sections say in MADR's terms."""
    found = nodes(sections)
    return DecisionRecord(
        title=title,
        context=_whole(found, "context"),
        drivers=_items(found, "drivers"),
        options=_options(found),
        outcome=_whole(found, "outcome"),
        consequences=_items(found, "consequences"),
        confirmation=_whole(found, "confirmation"),
        more_information=_whole(found, "more"),
    )


def _whole(found: list[Node], role: Role) -> str:
    """Join the sections of a role with their subsections, but for those of another role."""
    texts: list[str] = []
    done = -1
    for node in found:
        if node.role != role or node.at < done:
            continue
        done = node.end
        texts.append(_subtree(found, node))
    return "\n\n".join(text for text in texts if text)


def _subtree(found: list[Node], top: Node) -> str:
    texts = [top.section.text]
    skip = -1
    for node in found[top.at + 1 : top.end]:
        if node.at < skip:
            continue
        if node.role is not None and node.role != top.role:
            skip = node.end
            continue
        texts += [f"{'#' * node.section.level} {node.section.heading}", node.section.text]
    return "\n\n".join(text for text in texts if text)


def _items(found: list[Node], role: Role) -> tuple[str, ...]:
    return tuple(
        item
        for node in found
        if node.role == role
        for part in [node, *_below(found, node)]
        for item in list_items(part.section.text)
    )


def _below(found: list[Node], top: Node) -> Iterator[Node]:
    """The subsections without a role of their own (those with one are found by it)."""
    return (node for node in found[top.at + 1 : top.end] if node.role is None)


def list_items(text: str) -> tuple[str, ...]:
    """Return the top list items of a text, verbatim and without indentation; else its blocks."""
    lines = text.split("\n")
    items: list[str] = []
    for token in markdown().parse(text):
        if not token.map or not token.block:
            continue
        begin, end = token.map
        if token.type == "list_item_open" and token.level == 1:
            items.append(_item(lines[begin:end]))
        elif token.level == 0 and token.nesting >= 0 and "list" not in token.type:
            items.append("\n".join(lines[begin:end]).strip())
    return tuple(item for item in items if item and not item.startswith("<!--"))


def _item(lines: list[str]) -> str:
    match = re.match(r"^\s*(?:[-*+]|\d+[.)])\s?(?: {0,3}(?=\S))?", lines[0])
    width = match.end() if match else 0
    rest = [line[width:] if not line[:width].strip() else line.lstrip() for line in lines[1:]]
    return "\n".join([lines[0][width:], *rest]).strip()


def _options(found: list[Node]) -> tuple[RecordOption, ...]:
    """Join the list of options with the sections that weigh them, by their titles."""
    by_title: dict[str, RecordOption] = {}
    for node in found:
        if node.role == "options":
            below = list(_children(found, node))
            names = [] if below else list_items(node.section.text)
            for name in names:
                by_title.setdefault(_key(name), RecordOption(title=name))
            for child in below:
                _add(by_title, found, child)
        elif node.role == "details":
            for child in _children(found, node):
                _add(by_title, found, child)
    return tuple(by_title.values())


def _children(found: list[Node], top: Node) -> Iterator[Node]:
    inside = [node for node in found[top.at + 1 : top.end] if node.role is None]
    level = min((node.section.level for node in inside), default=0)
    return (node for node in inside if node.section.level == level)


def _add(by_title: dict[str, RecordOption], found: list[Node], node: Node) -> None:
    """Weigh one option by its section."""
    key = _key(node.section.heading)
    known = by_title.get(key)
    said: dict[str, list[str]] = {"good": [], "neutral": [], "bad": []}
    text, items = _description(_subtree(found, node))
    rest: list[str] = []
    for item in items:
        if match := _SIGN.match(item):
            said[_kind(match["kind"])].append(match["text"].strip())
        else:
            rest.append(f"* {item}")
    by_title[key] = RecordOption(
        title=known.title if known else node.section.heading,
        description="\n\n".join(part for part in (text, "\n".join(rest)) if part),
        good=tuple(said["good"]),
        neutral=tuple(said["neutral"]),
        bad=tuple(said["bad"]),
    )


def _description(text: str) -> tuple[str, tuple[str, ...]]:
    """Split an option's text at its last list: what describes it, and what is for or against."""
    lines = text.split("\n")
    lists = [
        token.map
        for token in markdown().parse(text)
        if token.type == "bullet_list_open" and token.level == 0 and token.map
    ]
    if not lists:
        return text, ()
    begin, end = lists[-1]
    if any(line.strip() for line in lines[end:]):
        return text, ()
    return "\n".join(lines[:begin]).strip(), list_items("\n".join(lines[begin:end]))


def _kind(word: str) -> str:
    word = word.lower()
    if word == "neutral":
        return word
    return "good" if word.startswith(_GOOD) else "bad"


def _key(title: str) -> str:
    return " ".join(visible(title).split()).rstrip(":").lower() or title
