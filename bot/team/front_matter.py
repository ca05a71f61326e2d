"""Reads a file's YAML with the line of every key, so that a mistake can be pointed at."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from bot.team.errors import TeamFileInvalid

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FENCE = "---"


@dataclass(frozen=True)
class Source:
    """A file's data, its text below the front matter, and where things stand."""

    path: Path
    data: dict[str, Any]
    body: str = ""
    body_line: int = 1
    yaml_text: str = field(default="", repr=False)
    yaml_line: int = 0

    def line_of(self, location: tuple[int | str, ...]) -> int:
        """Return the line of a key such as ("triggers", "strong", 2), or of its nearest parent."""
        node = yaml.compose(self.yaml_text, Loader=_Loader)
        line = node.start_mark.line if node is not None else 0
        for part in location:
            found = dict(_children(node)).get(part)
            if found is None:
                break
            key_line, node = found
            line = key_line
        return line + self.yaml_line + 1

    def fail(self, reason: str, *location: int | str) -> TeamFileInvalid:
        """Return the error for a key."""
        return TeamFileInvalid(self.path, self.line_of(location), reason)

    def build(self, kind: type[BaseModel], values: dict[str, Any]) -> Any:
        """Return `kind` made of `values`; raises TeamFileInvalid at the first wrong key."""
        try:
            return kind.model_validate(values)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            reason = f"{where}: {first['msg'][0].lower()}{first['msg'][1:]}"
            raise self.fail(reason, *first["loc"]) from None


def _children(node: Any) -> Iterator[tuple[int | str, tuple[int, Any]]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value, (key.start_mark.line, value)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            yield position, (value.start_mark.line, value)


def read_markdown(path: Path, text: str) -> Source:
    """Split a Markdown file at its front matter."""
    lines = text.split("\n")
    if not lines or lines[0].strip() != _FENCE:
        raise TeamFileInvalid(path, 1, "the file must begin with front matter between --- lines")
    try:
        end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
    except StopIteration:
        raise TeamFileInvalid(path, len(lines), "the front matter has no closing ---") from None
    yaml_text = "\n".join(lines[1:end])
    return Source(
        path=path,
        data=_parse(path, yaml_text, first_line=1),
        body="\n".join(lines[end + 1 :]),
        body_line=end + 2,
        yaml_text=yaml_text,
        yaml_line=1,
    )


def read_yaml(path: Path, text: str) -> Source:
    """Read a YAML file."""
    return Source(path=path, data=_parse(path, text, first_line=0), yaml_text=text)


def _parse(path: Path, text: str, *, first_line: int) -> dict[str, Any]:
    try:
        data = yaml.load(text, Loader=_Loader)  # a safe loader, see above
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        reason = error.problem or "not valid YAML"
        raise TeamFileInvalid(path, line + first_line + 1, reason) from None
    if not isinstance(data, dict):
        raise TeamFileInvalid(path, first_line + 1, "a list of `key: value` lines is expected")
    return data
