"""YAML of unknown hands: plain values only, no aliases that grow, bounded depth and size."""

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
    depth = aliases = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=_SAFE)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        if depth > DEEPEST:
            raise ReportInvalid(f"It is nested more than {DEEPEST} levels deep.")
        if aliases > _MOST_ALIASES or nodes > _MOST_NODES:
            raise ReportInvalid("It has too many values or aliases.")
