"""Front matter: its values as strings, and the lines of each key for whoever writes it again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

_BLOCK = re.compile(r"\A\s*---[ \t]*\n(?P<inside>.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)  # fmt: skip  # noqa: E501
_KEY = re.compile(r"^(?P<key>[\w][\w .-]*?)\s*:(?:\s|$)")


@dataclass(frozen=True)
class Front:
    """Keys in lower case with `-` for spaces and underscores, in the file's order."""

    chunks: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lists: frozenset[str] = frozenset()
    """The keys whose values are lists, so that their items need no splitting."""
    problem: str = ""

    def all(self, *keys: str) -> tuple[str, ...]:
        """Return the values of the first of these keys that has any."""
        known = dict(self.values)
        return next((known[key] for key in keys if known.get(key)), ())

    def one(self, *keys: str) -> str:
        """Return the value of the first of these keys, several joined by commas."""
        return ", ".join(self.all(*keys))


def split_front(text: str) -> tuple[Front, str]:
    """Return the front matter and the text behind it."""
    match = _BLOCK.match(text)
    if match is None or not (chunks := _chunks(match["inside"])):
        return Front(), text
    problem, lists = "", frozenset[str]()
    try:
        # Everything stays a string: a date is read by our own rules, `no` is no boolean.
        loaded = _loaded(match["inside"])
        if not isinstance(loaded, dict):
            return Front(), text
        values = {fold(str(key)): _strings(value) for key, value in loaded.items()}
        lists = frozenset(fold(str(k)) for k, value in loaded.items() if isinstance(value, list))
    except (yaml.YAMLError, RecursionError):
        problem = "front matter is no YAML; read line by line"
        values = {key: _plain(lines) for key, lines in chunks}
    return Front(chunks, tuple(values.items()), lists, problem), text[match.end() :]


def _loaded(inside: str) -> Any:
    """Return the block as strings; one that repeats itself by aliases may be endless: an error."""
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(inside, yaml.BaseLoader)):
        raise yaml.YAMLError("aliases")
    return yaml.load(inside, Loader=yaml.BaseLoader)


def dump(key: str, value: str | Sequence[str]) -> str:
    """Return a key with its value as YAML, in one line where it is one."""
    kept = value if isinstance(value, str) else list(value)
    written: str = yaml.safe_dump(
        {key: kept}, allow_unicode=True, width=10**9, default_flow_style=False, sort_keys=False
    )
    return written.rstrip("\n")


def fold(key: str) -> str:
    """Return a key as this module compares it."""
    return re.sub(r"[\s_]+", "-", key.strip().lower())


def _chunks(inside: str) -> tuple[tuple[str, str], ...]:
    """Cut the block at its keys; comments go with the key that follows them."""
    chunks: list[tuple[str, list[str]]] = []
    waiting: list[str] = []
    for line in inside.split("\n"):
        if match := _KEY.match(line):
            chunks.append((fold(match["key"]), [*waiting, line]))
            waiting = []
        elif line.lstrip().startswith("#") or not chunks:
            waiting.append(line)
        else:
            chunks[-1][1].extend([*waiting, line])
            waiting = []
    if chunks and waiting:
        chunks[-1][1].extend(waiting)
    return tuple((key, "\n".join(lines).strip("\n")) for key, lines in chunks)


def _strings(value: Any) -> tuple[str, ...]:
    if isinstance(value, dict):  # `{accepted}`, a placeholder that was filled in with its braces
        value = [f"{key}: {item}" if item else key for key, item in value.items()]
    if isinstance(value, list):
        return tuple(text for item in value for text in _strings(item))
    return (str(value).strip(),) if value is not None and str(value).strip() else ()


def _plain(lines: str) -> tuple[str, ...]:
    first, *rest = [line for line in lines.split("\n") if not line.lstrip().startswith("#")]
    value = first.split(":", 1)[1].strip().strip("\"'")
    items = [line.strip().removeprefix("-").strip().strip("\"'") for line in rest]
    return tuple(item for item in [value, *items] if item)
