"""Fills the `{expressions}` of card bullets with numbers that read well."""

import ast
import operator
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from bot.domain.playbook import Bullet
from bot.domain.quantity import amount, exact, span

_SLOT = re.compile(r"\{([^{}]*)\}")
_CODE = re.compile(r"(`[^`]*`)")
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_SCALED = re.compile(r"\s(?:million|billion|thousand|USD|Mbit|[kMG]?B\b)")
_TIME_UNIT = re.compile(r"\s(h|min)\b(?!\s(?:a|per)\b)")
_COUNTED = re.compile(
    r"\s(?:connections?|pods?|workers?|slots?|threads?|partitions?|instances?|GPUs?)\b"
)
_SINGULAR = re.compile(
    r"(?<![\w.,])1 (requests|connections|instances|pods|rows|users|tenants|partitions|workers|days"
    r"|chunks|threads|events|messages|minutes|nodes|cores|tables|processes)\b(?!/)"
)
_TINY = 0.001
"""A result below this says only that the matter is no matter here; the bullet is left out."""


def applies(bullet: Bullet, technologies: frozenset[str], facts: Mapping[str, float]) -> bool:
    """Return whether a bullet's technology is in the request and all its facts are known."""
    if bullet.technologies and not technologies & set(bullet.technologies):
        return False
    return all(name in facts for name in bullet.facts)


_OTHER_STORES = frozenset(
    {"mysql", "mariadb", "mongodb", "oracle", "mssql", "cassandra", "dynamodb"}
)
_POSTGRES_ONLY = re.compile(
    r"CONCURRENTLY|\bpg_|lock_timeout|statement_timeout|autovacuum|PgBouncer|jsonb|\bBRIN\b|\bGIN\b"
    r"|\bRLS\b|ROW LEVEL SECURITY|timestamptz|btree_gist|EXCLUDE USING|indisvalid|WAL\b|ON CONFLICT"
    r"|NOT VALID|VALIDATE CONSTRAINT|PostgreSQL \d|CHECK \(col IS NOT NULL\)"
)


def foreign(text: str, technologies: frozenset[str]) -> bool:
    """Return whether a line speaks of PostgreSQL's own features to somebody on another database."""
    if "postgres" in technologies or not technologies & _OTHER_STORES:
        return False
    return _POSTGRES_ONLY.search(text) is not None


def fill(text: str, facts: Mapping[str, float]) -> str | None:
    """Return the text with numbers for expressions; None when one cannot be calculated sensibly."""
    parts: list[str] = []
    for part in _CODE.split(text):
        filled = part if part.startswith("`") else _fill(part, facts)
        if filled is None:
            return None
        parts.append(filled)
    return _SINGULAR.sub(lambda match: f"1 {_singular(match[1])}", "".join(parts))


def _singular(noun: str) -> str:
    return "process" if noun == "processes" else noun[:-1]


def _fill(text: str, facts: Mapping[str, float]) -> str | None:
    filled: list[str] = []
    at = 0
    for slot in _SLOT.finditer(text):
        value = _calculate(slot[1], facts)
        if value is None or (value != 0 and abs(value) < _TINY):
            return None
        number, skip = _measured(value, text[slot.end() :])
        filled += [text[at : slot.start()], number]
        at = slot.end() + skip
    return "".join([*filled, text[at:]])


def _measured(value: float, after: str) -> tuple[str, int]:
    """Return the number, and how many characters of a unit behind it the number replaces.

    0.22 h reads as 13 min, 2,000 min as 33 h.
    """
    unit = _TIME_UNIT.match(after)
    if unit is not None and ((value < 1 and unit[1] == "h") or (value >= 180 and unit[1] == "min")):
        return span(value * (3600 if unit[1] == "h" else 60)), unit.end()
    return _number(value, after), 0


def _number(value: float, after: str) -> str:
    if 90 < value < 100 and after.startswith(" %"):
        return exact(round(value, 3))  # 99.95 % must not become 100 %
    if 0 < value < 1 and _COUNTED.match(after):
        return "less than 1"
    if value >= 1e6 and _SCALED.match(after):
        return f"{float(f'{value:.3g}'):,.0f}"
    return amount(value)


def _calculate(expression: str, facts: Mapping[str, float]) -> float | None:
    try:
        return _value(_parse(expression.strip()), facts)
    except (ZeroDivisionError, OverflowError, KeyError):
        return None


@lru_cache(maxsize=2048)
def _parse(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body


def _value(node: ast.expr, facts: Mapping[str, float]) -> float:
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, facts), _value(node.right, facts))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, facts)
    if isinstance(node, ast.Name):
        return facts[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    raise KeyError(ast.dump(node))  # cards are checked at load: only a call gets here
