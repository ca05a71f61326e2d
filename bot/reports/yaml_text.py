"""YAML of unknown hands: plain values only, no aliases that grow, bounded depth and size."""

from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.domain.report import ReportInvalid
from bot.reports.json_text import DEEPEST, load_json

MOST_BYTES = 4 * 1024 * 1024
_MOST_ALIASES = 200
_MOST_NODES = 200_000
_MOST_MERGED = 5_000


def load_yaml(content: bytes) -> Any:
    """Return a document of YAML, or of JSON, which is YAML; raises ReportInvalid."""
    if len(content) > MOST_BYTES:
        raise ReportInvalid(f"It is larger than {MOST_BYTES // 1024 // 1024} MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReportInvalid("It is not UTF-8 text.") from None
    if text.lstrip().startswith("{"):
        return load_json(text)  # many times faster than YAML
    try:
        _check(text)
        return yaml.load(text, Loader=_Bounded)
    except yaml.MarkedYAMLError as error:
        line = f" (line {error.problem_mark.line + 1})" if error.problem_mark else ""
        raise ReportInvalid(f"This is no valid YAML{line}.") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise ReportInvalid("This is no valid YAML.") from None


_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Bounded(_SAFE):  # type: ignore[misc]  # which of the two it is, is known only here
    """Refuses merges (`<<`) that grow: before PyYAML 6.0.4 each multiplied the one before it."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        own = len(node.value)
        super().flatten_mapping(node)
        if len(node.value) > max(own, _MOST_MERGED):
            raise ReportInvalid("It merges too much into one mapping.")


def _check(text: str) -> None:
    """Raise before anything is built: aliases to aliases are how a few lines become gigabytes."""
    shape = _Shape()
    for event in yaml.parse(text, Loader=_SAFE):
        if isinstance(event, yaml.CollectionStartEvent):
            shape.open(event.anchor)
        elif isinstance(event, yaml.CollectionEndEvent):
            shape.close()
        elif isinstance(event, yaml.AliasEvent):
            shape.alias(event.anchor)
        elif isinstance(event, yaml.ScalarEvent):
            shape.add(1, 0, event.anchor)


@dataclass
class _Shape:
    """How much there is to read: an alias is as large and as deep as what it stands for."""

    values: int = 0
    aliases: int = 0
    opened: list[tuple[str | None, int, int]] = field(default_factory=list)
    """Lists and mappings that have not ended: anchor, values before, deepest of what is inside."""
    anchors: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Values and depth of what has an anchor."""

    def open(self, anchor: str | None) -> None:
        self.add(1, 1, None)
        self.opened.append((anchor, self.values - 1, 0))

    def close(self) -> None:
        anchor, before, inside = self.opened.pop()
        if anchor is not None:
            self.anchors[anchor] = (self.values - before, inside + 1)
        self._deepen(inside + 1)

    def alias(self, anchor: str | None) -> None:
        if any(anchor == one for one, _, _ in self.opened):
            raise ReportInvalid("It has an alias to what it stands in.")
        self.aliases += 1
        values, depth = self.anchors.get(anchor or "", (1, 0))
        self.add(values, depth, None)

    def add(self, values: int, depth: int, anchor: str | None) -> None:
        self.values += values
        if anchor is not None:
            self.anchors[anchor] = (values, depth)
        self._deepen(depth)
        if len(self.opened) + depth > DEEPEST:
            raise ReportInvalid(f"It is nested more than {DEEPEST} levels deep.")
        if self.aliases > _MOST_ALIASES or self.values > _MOST_NODES:
            raise ReportInvalid("It has too many values or aliases.")

    def _deepen(self, depth: int) -> None:
        if self.opened:
            anchor, before, inside = self.opened[-1]
            self.opened[-1] = (anchor, before, max(inside, depth))
