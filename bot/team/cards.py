"""Parses one playbook card: front matter, headline, four sections of bullets."""

import ast
import re
from pathlib import Path

from bot.domain.playbook import AREAS, CALCULATIONS, FACTS, MAX_BULLET_CHARS, Bullet, Card
from bot.team.errors import TeamFileInvalid
from bot.team.front_matter import Source, read_markdown

_SECTIONS = {"## Do": "do", "## Avoid": "avoid", "## Check": "check", "## Detail": "detail"}
_SLOT = re.compile(r"\{([^{}]*)\}")
_CONDITION = re.compile(r"\(([a-z0-9.+#|_ -]+)\)\s+")


def parse_card(path: Path, text: str) -> Card:
    """Return the card in `text`; raises TeamFileInvalid with line and reason."""
    source = read_markdown(path, text)
    sections, headline = _sections(source)
    card: Card = source.build(Card, {**source.data, **sections, "headline": headline})
    _check(source, card)
    return card


def _sections(source: Source) -> tuple[dict[str, object], str]:
    """Return the bullets of each section, and the text before the first: the headline."""
    found: dict[str, list[Bullet]] = {"do": [], "avoid": [], "check": []}
    headline: list[str] = []
    detail: list[str] = []
    section = ""
    for number, line in enumerate(source.body.split("\n"), source.body_line):
        if line.startswith("## "):
            section = _SECTIONS.get(line.strip(), "?")
            if section == "?":
                raise TeamFileInvalid(source.path, number, f"unknown section {line.strip()!r}")
        elif section == "detail":
            detail.append(line)
        elif not line.strip():
            continue
        elif section == "":
            headline.append(line.strip())
        elif line.startswith("- "):
            found[section].append(_bullet(source.path, number, line[2:].strip()))
        else:
            raise TeamFileInvalid(source.path, number, "a bullet must be one line that starts `- `")
    if not headline:
        raise TeamFileInvalid(source.path, source.body_line, "the headline is missing")
    return {**found, "detail": "\n".join(detail).strip()}, " ".join(headline)


def _bullet(path: Path, line: int, text: str) -> Bullet:
    condition = _CONDITION.match(text)
    technologies: tuple[str, ...] = ()
    if condition:
        technologies = tuple(part.strip() for part in condition[1].split("|"))
        text = text[condition.end() :]
    if len(text) > MAX_BULLET_CHARS:
        raise TeamFileInvalid(path, line, f"{len(text)} characters, at most {MAX_BULLET_CHARS}")
    return Bullet(text=text, technologies=technologies, facts=_facts(path, line, text))


def _facts(path: Path, line: int, text: str) -> tuple[str, ...]:
    """Return the facts that the `{…}` of a bullet need, outside of `code`."""
    names: list[str] = []
    if "{" not in text:
        return ()
    for expression in _SLOT.findall(re.sub(r"`[^`]*`", "", text)):
        try:
            tree = ast.parse(expression.strip(), mode="eval")
        except SyntaxError:
            raise TeamFileInvalid(path, line, f"{{{expression}}} is not arithmetic") from None
        names += [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    unknown = [name for name in names if name not in FACTS]
    if unknown:
        raise TeamFileInvalid(path, line, f"unknown fact {unknown[0]!r}")
    return tuple(dict.fromkeys(names))


def _check(source: Source, card: Card) -> None:
    if card.name != source.path.stem:
        raise source.fail(f"name {card.name!r} differs from the file's", "name")
    if card.area not in AREAS:
        raise source.fail(f"area {card.area!r} is unknown", "area")
    for position, name in enumerate(card.calculations):
        if name not in CALCULATIONS:
            raise source.fail(f"calculation {name!r} is unknown", "calculations", position)
    for kind in ("strong", "weak"):
        for position, word in enumerate(getattr(card.triggers, kind)):
            if word != word.lower():
                raise source.fail(f"{word!r} is not lower case", "triggers", kind, position)
    if card.decision is not None:
        titles = [option.title for option in card.decision.options]
        if card.decision.choose not in titles:
            raise source.fail("choose names none of the options", "decision", "choose")
