"""Parses one playbook card: front matter, headline, four sections of bullets."""

import ast
import re

from bot.domain.fold import fold
from bot.domain.playbook import (
    CALCULATIONS,
    FACTS,
    MAX_BULLET_CHARS,
    MAX_SHORT_CHARS,
    MAX_TITLE_CHARS,
    Bullet,
    Card,
    Triggers,
)
from bot.team.errors import TeamFileInvalid
from bot.team.front_matter import Source

_SECTIONS = {"## Do": "do", "## Avoid": "avoid", "## Check": "check", "## Detail": "detail"}
_CODE = re.compile(r"`[^`]*`")
_SLOT = re.compile(r"\{([^{}]*)\}")
_CONDITION = re.compile(r"\(([a-z0-9.+#|_ -]+)\)(?:\s+|$)")
_ARITHMETIC = (
    ast.Expression,
    ast.BinOp,
    ast.UnaryOp,
    ast.operator,
    ast.unaryop,
    ast.Name,
    ast.Load,
)


class _BadBullet(ValueError):
    """Why a bullet cannot be used; the caller knows its line."""


def parse_card(source: Source) -> Card:
    """Return the card in a file; raises TeamFileInvalid with line and reason."""
    headline, do, avoid, check, detail = _sections(source)
    card = source.build(Card, headline=headline, do=do, avoid=avoid, check=check, detail=detail)
    _check(source, card)
    return _folded(card)


def parse_bullet(text: str) -> Bullet:
    """Return the bullet that `text` (without its dash) says; raises ValueError with the reason."""
    condition = _CONDITION.match(text)
    technologies: tuple[str, ...] = ()
    if condition:
        technologies = tuple(part.strip() for part in condition[1].split("|"))
        text = text[condition.end() :]
    if not text:
        raise _BadBullet("the bullet is empty")
    if len(text) > MAX_BULLET_CHARS:
        raise _BadBullet(f"{len(text)} characters, at most {MAX_BULLET_CHARS}")
    return Bullet(text=text, technologies=technologies, facts=_facts(text))


def _facts(text: str) -> tuple[str, ...]:
    """Return the facts that the `{…}` of a bullet need, outside of `code`."""
    if "{" not in text and "}" not in text:
        return ()
    prose = _CODE.sub("", text)
    names = [name for slot in _SLOT.findall(prose) for name in _names(slot)]
    if "{" in (rest := _SLOT.sub("", prose)) or "}" in rest:
        raise _BadBullet("a brace has no partner")
    unknown = [name for name in names if name not in FACTS]
    if unknown:
        raise _BadBullet(f"unknown fact {unknown[0]!r}")
    return tuple(dict.fromkeys(names))


def _names(expression: str) -> list[str]:
    """Return the names in an expression; only numbers, names and operators may stand in it."""
    try:
        nodes = list(ast.walk(ast.parse(expression.strip(), mode="eval")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        nodes = []
    if not nodes or not all(_is_arithmetic(node) for node in nodes):
        raise _BadBullet(f"{{{expression}}} is not arithmetic")
    return [node.id for node in nodes if isinstance(node, ast.Name)]


def _is_arithmetic(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return type(node.value) in (int, float)
    return isinstance(node, _ARITHMETIC)


def _sections(
    source: Source,
) -> tuple[str, list[Bullet], list[Bullet], list[Bullet], str]:
    """Return headline (the text before the first section), do, avoid, check and detail."""
    found: dict[str, list[Bullet]] = {"do": [], "avoid": [], "check": []}
    headline: list[str] = []
    detail: list[str] = []
    section = ""
    for number, line in enumerate(source.body.split("\n"), source.body_line):
        if line.startswith("## "):
            section = _SECTIONS.get(line.strip(), "")
            if not section:
                raise TeamFileInvalid(source.path, number, f"unknown section {line.strip()!r}")
        elif section == "detail":
            detail.append(line)
        elif not line.strip():
            continue
        elif section == "":
            headline.append(line.strip())
        else:
            found[section].append(_bullet(source, number, line))
    if not headline:
        raise TeamFileInvalid(source.path, source.body_line, "the headline is missing")
    sections = found["do"], found["avoid"], found["check"]
    return " ".join(headline), *sections, "\n".join(detail).strip()


def _bullet(source: Source, number: int, line: str) -> Bullet:
    if not line.startswith("- "):
        reason = "a bullet must be one line that starts with a dash and a space"
        raise TeamFileInvalid(source.path, number, reason)
    try:
        return parse_bullet(line[2:].strip())
    except _BadBullet as error:
        raise TeamFileInvalid(source.path, number, str(error)) from None


def _check(source: Source, card: Card) -> None:
    if len(card.title) > MAX_TITLE_CHARS:
        raise source.fail(f"{len(card.title)} characters, at most {MAX_TITLE_CHARS}", "title")
    for position, name in enumerate(card.calculations):
        if name not in CALCULATIONS:
            raise source.fail(f"calculation {name!r} is unknown", "calculations", position)
    source.require_lower_case(card.technologies, "technologies")
    for kind in ("strong", "weak"):
        source.require_lower_case(getattr(card.triggers, kind), "triggers", kind)
    if card.decision is not None:
        titles = [option.title for option in card.decision.options]
        if card.decision.choose not in titles:
            raise source.fail("choose names none of the options", "decision", "choose")
        if len(card.decision.short) > MAX_SHORT_CHARS:
            raise source.fail(f"at most {MAX_SHORT_CHARS} characters", "decision", "short")


def _folded(card: Card) -> Card:
    """Return the card with triggers as routing meets them: without accents."""
    words = card.triggers
    if all(word.isascii() for word in (*words.strong, *words.weak)):
        return card
    triggers = Triggers(strong=tuple(map(fold, words.strong)), weak=tuple(map(fold, words.weak)))
    return card.model_copy(update={"triggers": triggers})
