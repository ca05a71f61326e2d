"""Reads a file's YAML with the line of every key, so that a mistake can be pointed at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.team.errors import TeamFileInvalid

M = TypeVar("M", bound=BaseModel)

_Fastest: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FENCE = "---"
_MERGE = "<<"


class _Loader(_Fastest):  # type: ignore[misc]  # chosen at run time
    """The safe loader, which refuses a key that stands twice instead of keeping the last."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value == _MERGE:
                continue
            if key.value in seen:
                problem = f"{key.value!r} stands twice"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


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
        node = yaml.compose(self.yaml_text, Loader=_Fastest)
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

    def require_lower_case(self, words: Iterable[str], *location: str) -> None:
        """Raise TeamFileInvalid at the first of the words at `location` that could never match."""
        for position, word in enumerate(words):
            if not word.strip():
                raise self.fail("an empty word", *location, position)
            if word != word.lower():
                raise self.fail(f"{word!r} is not lower case", *location, position)

    def build(self, kind: type[M], **below: object) -> M:
        """Return `kind` made of the data and of what was read `below` the front matter.

        Raises TeamFileInvalid at the first wrong key.
        """
        for key in below.keys() & self.data.keys():
            raise self.fail(f"{key!r} belongs below the front matter", key)
        try:
            return kind.model_validate({**self.data, **below})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            reason = f"{where}: {first['msg'][0].lower()}{first['msg'][1:]}"
            raise self.fail(reason, *first["loc"]) from None


def read_text(path: Path) -> str:
    """Return a file's text; raises TeamFileInvalid when it is not UTF-8 or cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TeamFileInvalid(path, 1, f"cannot be read: {error.strerror}") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TeamFileInvalid(path, line, "the text is not UTF-8") from None
    return text.replace("\r\n", "\n")


def _children(node: Any) -> Iterator[tuple[int | str, tuple[int, Any]]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value, (key.start_mark.line, value)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            yield position, (value.start_mark.line, value)


def read_markdown(path: Path) -> Source:
    """Split a Markdown file at its front matter; raises TeamFileInvalid."""
    text = read_text(path)
    lines = text.split("\n")
    if not lines or lines[0].strip() != _FENCE:
        raise TeamFileInvalid(path, 1, "the file must begin with front matter between --- lines")
    try:
        end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == _FENCE)
    except StopIteration:
        raise TeamFileInvalid(path, 1, "the front matter has no closing ---") from None
    yaml_text = "\n".join(lines[1:end])
    return Source(
        path=path,
        data=_parse(path, yaml_text, first_line=1),
        body="\n".join(lines[end + 1 :]),
        body_line=end + 2,
        yaml_text=yaml_text,
        yaml_line=1,
    )


def read_yaml(path: Path) -> Source:
    """Read a YAML file; raises TeamFileInvalid."""
    text = read_text(path)
    return Source(path=path, data=_parse(path, text, first_line=0), yaml_text=text)


def _parse(path: Path, text: str, *, first_line: int) -> dict[str, Any]:
    try:
        data = yaml.load(text, Loader=_Loader)  # a safe loader, see above
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position)
        reason = "a character that YAML does not allow"
        raise TeamFileInvalid(path, line + first_line + 1, reason) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        reason = error.problem or "not valid YAML"
        if error.context and error.context_mark:
            begun = error.context_mark.line + first_line + 1
            reason += f" {error.context} begun in line {begun}"
        raise TeamFileInvalid(path, line + first_line + 1, reason) from None
    if not isinstance(data, dict):
        raise TeamFileInvalid(path, first_line + 1, "a list of `key: value` lines is expected")
    return data
